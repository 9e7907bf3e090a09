package promtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
)

// stateMetric carries the number of the endpoint's state.
const stateMetric = "promtest_state"

// board is the endpoint that Prometheus reads.
type board struct {
	mu     sync.Mutex
	state  int
	values map[string]float64 // by series
}

// ServeHTTP shows the values in Prometheus's text form.
func (b *board) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintf(w, "%s %d\n", stateMetric, b.state)
	for _, series := range slices.Sorted(maps.Keys(b.values)) {
		fmt.Fprintf(w, "%s %s\n", series, strconv.FormatFloat(b.values[series], 'g', -1, 64))
	}
}

// Set sets the value of a series, such as errors{pod="a"}. Await waits until Prometheus knows it.
func (s *Server) Set(series string, value float64) {
	s.board.change(func(values map[string]float64) { values[series] = value })
}

// Remove lets a series vanish, as when a pod is gone.
func (s *Server) Remove(series string) {
	s.board.change(func(values map[string]float64) { delete(values, series) })
}

func (b *board) change(f func(map[string]float64)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b.values)
	b.state++
}

// Await waits until Prometheus answers queries with everything that was set before.
func (s *Server) Await() {
	s.t.Helper()
	s.board.mu.Lock()
	wanted := s.board.state
	s.board.mu.Unlock()
	s.Eventually("Prometheus knows what was set", func() error { return s.knows(wanted) })
}

func (s *Server) knows(wanted int) error {
	resp, err := http.Get(s.URL + "/api/v1/query?query=" + url.QueryEscape(stateMetric))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct {
			Result []struct {
				Value [2]any `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	if len(answer.Data.Result) != 1 {
		return fmt.Errorf("it knows %d states", len(answer.Data.Result))
	}
	said, _ := answer.Data.Result[0].Value[1].(string)
	if state, err := strconv.Atoi(said); err != nil || state < wanted {
		return fmt.Errorf("it knows state %q of %d", said, wanted)
	}
	return nil
}
