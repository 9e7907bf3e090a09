package consultest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderly.example/deploy/parts/faulttest"
)

// Token is what a Server takes.
const Token = "consul-token"

// Server is a Consul.
type Server struct {
	*httptest.Server
	faulttest.Queue
	mu     sync.Mutex
	pairs  map[string]pair
	index  uint64
	ledger []string
	Before func(method string) // called before each request is answered
}

type pair struct {
	value []byte
	index uint64
}

// New starts a Consul that ends with the test.
func New(t testing.TB, values map[string]string) *Server {
	s := &Server{pairs: map[string]pair{}}
	for k, v := range values {
		s.Put(k, v)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Put sets a key behind the program's back.
func (s *Server) Put(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index++
	s.pairs[key] = pair{[]byte(value), s.index}
}

// Values are all keys.
func (s *Server) Values() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for k, p := range s.pairs {
		out[k] = string(p.value)
	}
	return out
}

// Written are the transactions that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.Before != nil {
		s.Before(r.Method)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Serve(w, r, http.HandlerFunc(s.answer), func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			http.Error(w, "No cluster leader", http.StatusServiceUnavailable)
		case faulttest.Limited:
			http.Error(w, "rate limit exceeded", http.StatusTooManyRequests)
		default:
			s.reply(w, http.StatusConflict, map[string]any{"Results": nil, "Errors": []any{map[string]any{"OpIndex": 0, "What": "index is stale"}}})
		}
	})
}

func (s *Server) reply(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Consul-Index", fmt.Sprint(s.index))
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	prefix, kv := strings.CutPrefix(r.URL.Path, "/v1/kv/")
	_, consistent := r.URL.Query()["consistent"]
	_, recurse := r.URL.Query()["recurse"]
	switch {
	case r.Header.Get("X-Consul-Token") != Token:
		http.Error(w, "Permission denied", http.StatusForbidden)
	case r.Method == http.MethodGet && kv && recurse && consistent:
		s.list(w, prefix)
	case r.Method == http.MethodPut && r.URL.Path == "/v1/txn":
		s.txn(w, r)
	default:
		http.Error(w, "unexpected "+r.Method+" "+r.URL.String(), http.StatusMethodNotAllowed)
	}
}

func (s *Server) list(w http.ResponseWriter, prefix string) {
	var out []map[string]any
	for _, k := range slices.Sorted(func(yield func(string) bool) {
		for k := range s.pairs {
			if strings.HasPrefix(k, prefix) && !yield(k) {
				return
			}
		}
	}) {
		out = append(out, map[string]any{"Key": k, "Value": base64.StdEncoding.EncodeToString(s.pairs[k].value), "ModifyIndex": s.pairs[k].index, "CreateIndex": 1, "Flags": 0, "LockIndex": 0})
	}
	if len(out) == 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s.reply(w, http.StatusOK, out)
}

// txn does all operations or none.
func (s *Server) txn(w http.ResponseWriter, r *http.Request) {
	var all []struct {
		KV struct {
			Verb, Key string
			Value     []byte
			Index     uint64
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
		http.Error(w, "Failed to parse body: "+err.Error(), http.StatusBadRequest)
		return
	}
	if len(all) > 128 {
		http.Error(w, "Transaction contains too many operations", http.StatusRequestEntityTooLarge)
		return
	}
	var wrong []any
	for i, op := range all {
		switch has, there := s.pairs[op.KV.Key]; {
		case op.KV.Verb != "cas" && op.KV.Verb != "delete-cas":
			http.Error(w, "unknown verb "+op.KV.Verb, http.StatusBadRequest)
			return
		case len(op.KV.Value) > 512<<10:
			http.Error(w, "Value for key is too large", http.StatusRequestEntityTooLarge)
			return
		case op.KV.Index == 0 && there || op.KV.Index != 0 && has.index != op.KV.Index:
			wrong = append(wrong, map[string]any{"OpIndex": i, "What": "failed to set key, index is stale"})
		}
	}
	if wrong != nil {
		s.reply(w, http.StatusConflict, map[string]any{"Results": nil, "Errors": wrong})
		return
	}
	s.index++
	var keys []string
	for _, op := range all {
		keys = append(keys, op.KV.Verb+" "+op.KV.Key)
		if op.KV.Verb == "delete-cas" {
			delete(s.pairs, op.KV.Key)
		} else {
			s.pairs[op.KV.Key] = pair{op.KV.Value, s.index}
		}
	}
	s.ledger = append(s.ledger, strings.Join(keys, ", "))
	s.reply(w, http.StatusOK, map[string]any{"Results": []any{}, "Errors": nil})
}
