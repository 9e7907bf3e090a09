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

// together is how many commands come before all their changes must be over, so that none are open when memory is read.
const together = 200

// TestBenchMemory is figure k: what the process keeps after ten thousand commands against after one thousand.
func TestBenchMemory(t *testing.T) {
	v := newSlackVenue(t)
	p := launch(t, t.TempDir(), v.env(), "--people", staffFile(t))
	defer p.stop()
	slacktest.Await(t, "the program to connect", func() bool { return v.Connections() > 0 })
	commands := 0
	upTo := func(n int) memory {
		for ; commands < n; commands += together {
			drive(t, v, fmt.Sprint("k", commands), together, asks(t))
			p.idle()
		}
		m := p.keeps()
		fmt.Println(figure{fmt.Sprintf("k live heap, resident after %d commands", n), mb(m.live), mb(m.resident), 0, "(reported)", true})
		return m
	}
	few, many := upTo(1000), upTo(10_000)
	row := func(what string, many, few int64) {
		r := float64(many) / float64(few)
		fmt.Println(figure{"k " + what + " at 10,000 against 1,000 commands", mb(many), mb(few), r, "<= 1.10x", r <= 1.10})
	}
	row("live heap", many.live, few.live)
	row("resident", many.resident, few.resident)
}

// memory is what a process keeps when it has nothing to do, in bytes.
type memory struct{ live, resident int64 }

// keeps has the process collect its garbage, and says what is left.
func (p *process) keeps() memory {
	p.t.Helper()
	const collections = "go_gc_duration_seconds_count"
	for end := p.metric(collections) + 3; p.metric(collections) < end; { // what it says makes the garbage that is collected
	}
	return memory{live: int64(p.metric("go_gc_heap_live_bytes")), resident: p.resident()}
}

// idle waits until every change is over.
func (p *process) idle() {
	p.t.Helper()
	c, err := client.New(client.Config{Server: "http://" + p.addr, As: "p00", Lang: ops.English, Program: "bench"})
	if err != nil {
		p.t.Fatal(err)
	}
	for late := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		page, err := c.List(p.t.Context(), ops.Filter{Open: true})
		if err != nil {
			p.t.Fatal(err)
		}
		if len(page.Changes) == 0 {
			return
		}
		if time.Now().After(late) {
			p.t.Fatalf("%d changes do not end", len(page.Changes))
		}
	}
}

func mb(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }
