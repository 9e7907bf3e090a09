package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/api"
	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// tap is an open stream.
type tap struct {
	t     *testing.T
	lines *bufio.Scanner
	stop  context.CancelFunc
}

// open opens a stream as ann.
func open(t *testing.T, w *apitest.World, path string, headers ...string) *tap {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), apitest.Limit)
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, "GET", w.URL+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Orderly-As", "ann")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || ct != "text/event-stream" {
		t.Fatalf("status %d, %s", resp.StatusCode, ct)
	}
	return &tap{t: t, lines: bufio.NewScanner(resp.Body), stop: stop}
}

// next reads the next message, comments included under the name ":"; the name is "" at the end.
func (x *tap) next() (name, id, data string) {
	x.t.Helper()
	for x.lines.Scan() {
		line := x.lines.Text()
		if line == "" && name != "" {
			return name, id, data
		}
		switch field, value, _ := strings.Cut(line, ":"); field {
		case "":
			name = ":"
		case "event":
			name = value[1:]
		case "id":
			id = value[1:]
		case "data":
			data = value[1:]
		}
	}
	return "", "", ""
}

// until reads until a message fits, and returns the names and ids of all.
func (x *tap) until(fits func(name, data string) bool) []string {
	x.t.Helper()
	var all []string
	for {
		name, id, data := x.next()
		if name == "" {
			x.t.Fatalf("the stream ended after %v", all)
		}
		if name != ":" {
			all = append(all, name+id)
		}
		if fits(name, data) {
			return all
		}
	}
}

func in(state ops.State) func(name, data string) bool {
	return func(name, data string) bool {
		var s ops.Status
		return name == "status" && json.Unmarshal([]byte(data), &s) == nil && s.State == state
	}
}

func isNamed(want string) func(name, data string) bool {
	return func(name, _ string) bool { return name == want }
}

func TestAChangeIsWatchedToItsEnd(t *testing.T) {
	w := apitest.New(t, nil)
	id := scale(t, w, "k1")
	x := open(t, w, "/changes/"+id+"/events")
	got := x.until(in(ops.WaitingApproval))
	call(t, w, "POST", "/changes/"+id+"/approve", `{"plan_hash":"3fa9c1d2"}`, "X-Orderly-As", "bob")
	got = append(got, x.until(in(ops.Running))...)
	w.Ledger.Update(id, apitest.Ready(3))
	got = append(got, x.until(func(name, data string) bool { return name == "status" && strings.Contains(data, `"done":3`) })...)
	w.Ledger.Update(id, apitest.Succeed)
	got = append(got, x.until(isNamed("end"))...)
	if want := "event1 status event2 status status event3 status end"; strings.Join(got, " ") != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
	if name, _, _ := x.next(); name != "" {
		t.Errorf("%s after the end", name)
	}
}

func TestAReaderWhoComesBackGetsWhatTheyMissed(t *testing.T) {
	w := apitest.New(t, nil)
	id := scale(t, w, "k1")
	x := open(t, w, "/changes/"+id+"/events")
	x.until(in(ops.WaitingApproval))
	x.stop()
	call(t, w, "POST", "/changes/"+id+"/approve", `{"plan_hash":"3fa9c1d2"}`, "X-Orderly-As", "bob")
	w.Ledger.Update(id, apitest.Succeed)
	for last, want := range map[string]string{"1": "event2 event3 end", "3": "end", "99": "end", "": "event1 event2 event3 end"} {
		got := open(t, w, "/changes/"+id+"/events", "Last-Event-ID", last).until(isNamed("end"))
		got = slices.DeleteFunc(got, func(name string) bool { return name == "status" }) // how many there are is a matter of speed
		if strings.Join(got, " ") != want {
			t.Errorf("after %q: %v, want %s", last, got, want)
		}
	}
}

func TestAStreamOutlivesAnEngineThatIsAway(t *testing.T) {
	w := apitest.New(t, nil)
	id := scale(t, w, "k1")
	x := open(t, w, "/changes/"+id+"/events")
	x.until(in(ops.WaitingApproval))
	reads := w.Ledger.Reads(id)
	w.Ledger.Break(ops.Errorf(ops.Unavailable, "the engine does not answer", "引擎暂无响应"))
	apitest.Eventually(t, "somebody looks", func() bool { return w.Ledger.Reads(id) > reads })
	w.Ledger.Break(nil)
	w.Ledger.Update(id, apitest.Succeed)
	if got := x.until(isNamed("end")); strings.Join(got, " ") != "event2 status end" {
		t.Errorf("got %v", got)
	}
}

func TestARoomShowsItsMessagesAndNoOthers(t *testing.T) {
	w := apitest.New(t, nil)
	say := func(room, key string) string {
		return as[wire.Outcome](t, call(t, w, "POST", "/say", `{"text":"scale shop.cart.api@idc1:prod 6","room":"`+room+`","key":"`+key+`"}`), http.StatusOK).ChangeID
	}
	first, _ := say("ops", "a"), say("dev", "b")
	scale(t, w, "no room at all")
	last := say("ops", "c")
	w.Ledger.Update(first, apitest.Succeed)
	x := open(t, w, "/rooms/ops/events")
	var seen []string
	collect := func(id string, state ops.State) {
		t.Helper()
		x.until(func(name, data string) bool {
			var m wire.RoomMessage
			if name != "message" || json.Unmarshal([]byte(data), &m) != nil {
				return false
			}
			seen = append(seen, m.ID)
			return m.ID == id && m.Status.State == state
		})
	}
	collect(last, ops.WaitingApproval)
	call(t, w, "POST", "/changes/"+last+"/approve", `{"plan_hash":"3fa9c1d2"}`, "X-Orderly-As", "bob")
	collect(last, ops.Running)
	w.Ledger.Update(last, apitest.Succeed)
	collect(last, ops.Succeeded)
	for _, id := range seen {
		if id != first && id != last {
			t.Errorf("%s does not belong here", id)
		}
	}
	if seen[0] != first {
		t.Errorf("the oldest comes first: %v", seen)
	}
}

func TestSilenceIsBrokenByHeartbeats(t *testing.T) {
	l := apitest.NewLedger(apitest.Now)
	h := httptest.NewServer(api.NewWithPace(apitest.Options(t, l), time.Hour, time.Hour, time.Millisecond))
	w := &apitest.World{Server: h, Ledger: l}
	t.Cleanup(h.Close)
	id := scale(t, w, "k1")
	for _, path := range []string{"/changes/" + id + "/events", "/rooms/ops/events"} {
		x := open(t, w, path)
		for beats := 0; beats < 4; {
			if name, _, _ := x.next(); name == ":" {
				beats++
			} else if name == "" {
				t.Fatalf("%s ended after %d beats", path, beats)
			}
		}
		x.stop()
	}
}

func TestTheEndOfTheProgramEndsItsStreams(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	w := apitest.New(t, func(o *api.Options) { o.Context = ctx })
	id := scale(t, w, "k1")
	x := open(t, w, "/changes/"+id+"/events")
	x.until(in(ops.WaitingApproval))
	end()
	if name, _, _ := x.next(); name != "" {
		t.Errorf("still open: %s", name)
	}
}
