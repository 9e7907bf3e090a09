//go:build bench

package bench

import (
	"fmt"
	"testing"
	"time"

	"orderly.example/bot/api/client"
	"orderly.example/bot/slack/slacktest"
	"orderly.example/ops"
)

// TestBenchMemory is figure k: what the process keeps after ten thousand commands against after one thousand.
func TestBenchMemory(t *testing.T) {
	v := newSlackVenue(t)
	p := launch(t, t.TempDir(), v.env(), "--people", staffFile(t))
	defer p.stop()
	slacktest.Await(t, "the program to connect", func() bool { return v.Connections() > 0 })
	drive(t, v, "first", 1000, asks(t))
	few := p.keeps()
	drive(t, v, "more", 9000, asks(t))
	many := p.keeps()
	row := func(what string, many, few int64) {
		r := float64(many) / float64(few)
		fmt.Println(figure{"k " + what + " at 10,000 against 1,000 commands", mb(many), mb(few), r, "<= 1.10x", r <= 1.10})
	}
	row("live heap", many.live, few.live)
	row("resident", many.resident, few.resident)
}

// memory is what a process keeps when it has nothing to do, in bytes.
type memory struct{ live, resident int64 }

// keeps waits until every change is over, has the process collect its garbage, and says what is left.
func (p *process) keeps() memory {
	p.t.Helper()
	c, err := client.New(client.Config{Server: "http://" + p.addr, As: "p00", Lang: ops.English, Program: "bench"})
	if err != nil {
		p.t.Fatal(err)
	}
	for late := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		page, err := c.List(p.t.Context(), ops.Filter{Open: true})
		if err != nil {
			p.t.Fatal(err)
		}
		if len(page.Changes) == 0 {
			break
		}
		if time.Now().After(late) {
			p.t.Fatalf("%d changes do not end", len(page.Changes))
		}
	}
	const collections = "go_gc_duration_seconds_count"
	for end := p.metric(collections) + 3; p.metric(collections) < end; { // what it says makes the garbage that is collected
	}
	return memory{live: int64(p.metric("go_gc_heap_live_bytes")), resident: p.resident()}
}

func mb(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }
