package inventory

import (
	"context"
	"slices"
	"sync"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Times of readings.
const (
	lifetime = 10 * time.Second // after this a reading is renewed, beside the question that met it
	freshFor = 2 * time.Second  // a reading this young is believed when it says that something is not there
	patience = 30 * time.Second // of one reading
)

// Inventory answers from the last readings of its sources.
type Inventory struct {
	sources []Source
	now     func() time.Time

	mu      sync.Mutex
	running chan struct{} // closed when the reading that is under way is done; nil when there is none
	book    *book         // of the last reading; nil before the first
	at      time.Time     // when the last reading began
	state   []Health
	kept    [][]ops.Service // by source: its last good reading
}

var _ activities.Finder = (*Inventory)(nil)

// Health is how a source did when it was read last.
type Health struct {
	Source string
	At     time.Time // when it was read well the last time; zero: never
	Err    error     // why it could not be read the last time
}

// New makes an inventory of sources; what an earlier one says wins.
func New(sources ...Source) *Inventory {
	i := &Inventory{sources: sources, now: time.Now, state: make([]Health, len(sources)), kept: make([][]ops.Service, len(sources))}
	for n, s := range sources {
		i.state[n].Source = sourceName(s)
	}
	return i
}

// latest is the last reading. The first good one is waited for; an old one is renewed without waiting.
func (i *Inventory) latest(ctx context.Context) (*book, error) {
	i.mu.Lock()
	b, old, blind := i.book, i.now().Sub(i.at) > lifetime, i.blind()
	i.mu.Unlock()
	if b == nil || blind != nil {
		return i.fresh(ctx)
	}
	if old {
		i.renew(ctx)
	}
	return b, nil
}

// fresh is a reading that is hardly older than the question.
func (i *Inventory) fresh(ctx context.Context) (*book, error) {
	asked := i.now()
	for {
		i.mu.Lock()
		b, at, blind := i.book, i.at, i.blind()
		i.mu.Unlock()
		if b != nil && asked.Sub(at) <= freshFor {
			return b, blind
		}
		select {
		case <-i.renew(ctx):
		case <-ctx.Done():
			return nil, unavailable(ctx.Err())
		}
	}
}

// renew begins a reading if none is under way. It does not end with the question that began it, because others may
// wait for it.
func (i *Inventory) renew(ctx context.Context) <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.running == nil {
		i.running = make(chan struct{})
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		go func() {
			defer cancel()
			i.read(ctx)
		}()
	}
	return i.running
}

// read reads all sources, keeping the last good reading of those that fail.
func (i *Inventory) read(ctx context.Context) {
	began := i.now()
	got, errs := make([][]ops.Service, len(i.sources)), make([]error, len(i.sources))
	var wg sync.WaitGroup
	for n, s := range i.sources {
		wg.Go(func() { got[n], errs[n] = s.Services(ctx) })
	}
	wg.Wait()
	i.mu.Lock()
	defer i.mu.Unlock()
	for n := range i.sources {
		i.state[n].Err = errs[n]
		if errs[n] == nil {
			i.state[n].At = began
		}
		if i.state[n].At.IsZero() || errs[n] == nil {
			i.kept[n] = got[n]
		}
	}
	i.book, i.at = newBook(i.kept), began
	close(i.running)
	i.running = nil
}

// blind is why nothing is known at all: no source could ever be read. It is nil when something is known.
func (i *Inventory) blind() error {
	for n, h := range i.state {
		if h.Err == nil || !h.At.IsZero() || len(i.kept[n]) > 0 {
			return nil
		}
	}
	if len(i.state) == 0 {
		return nil
	}
	return unavailable(i.state[0].Err)
}

// Health says of every source when it was read last, and what is wrong with it.
func (i *Inventory) Health() []Health {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.state)
}

// stale says which sources are not as they should be, for somebody who did not find something.
func (i *Inventory) stale() ops.Text {
	var texts []ops.Text
	for _, h := range i.Health() {
		switch {
		case h.Err == nil:
		case h.At.IsZero():
			texts = append(texts, ops.Textf("; beware: %s cannot be read", ";注意:%s 无法读取", h.Source))
		default:
			texts = append(texts, ops.Textf("; beware: %s was read %s ago the last time", ";注意:%s 上次成功读取是在 %s 前",
				h.Source, i.now().Sub(h.At).Round(time.Second)))
		}
	}
	return ops.JoinTexts(texts, ops.Text{})
}

func unavailable(cause error) error {
	if e := ops.AsError(cause); e != nil {
		return e
	}
	return ops.Errorf(ops.Unavailable, "the inventory cannot be read; it is tried again, check its sources if it stays so",
		"无法读取资产清单;将会重试,若持续如此请检查其数据来源").Because(cause)
}
