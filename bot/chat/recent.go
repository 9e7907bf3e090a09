package chat

import "sync"

// recent remembers the keys of the latest deliveries that were done, so that a repeat costs nothing. It is no more than a
// convenience: a repeat that is not remembered means the same change and the same act.
type recent struct {
	mu    sync.Mutex
	keys  map[string]struct{}
	order []string
	next  int
}

const maxRecent = 2_000

func (r *recent) has(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.keys[key]
	return ok
}

func (r *recent) add(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys == nil {
		r.keys = map[string]struct{}{}
	}
	if len(r.order) < maxRecent {
		r.order = append(r.order, key)
	} else {
		delete(r.keys, r.order[r.next])
		r.order[r.next] = key
		r.next = (r.next + 1) % maxRecent
	}
	r.keys[key] = struct{}{}
}
