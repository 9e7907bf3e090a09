//go:build bench

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orderly.example/deploy/demo"
)

const (
	perSecond = 50 // commands
	warmUp    = 5 * perSecond
	measured  = 20 * perSecond
	staff     = 50 // people who ask
)

const (
	ackAim   = 50 * time.Millisecond  // of the 99th percentile
	firstAim = 300 * time.Millisecond // of the 95th percentile
)

// venue is a fake chat platform with people in it.
type venue interface {
	// join makes a room and says by which ID it is known.
	join(name string) string
	// says lets somebody say a line to the bot.
	says(room string, by int, line string)
	// acknowledged is when what was said was acknowledged, by room.
	acknowledged() map[string]time.Time
	// answered is when the first message came, by room.
	answered() map[string]time.Time
}

// latencies are those of one load, counted from the time at which each line was due, so that a delivery which is held up
// by those before it counts in full.
type latencies struct {
	acks, firsts []time.Duration
	flushes      []time.Duration // of the disk, for a line that was written to it at the same moment
}

// drive lets people say a line each, in a room of its own, at a fixed rate whatever comes back, and waits for the answers.
func drive(t *testing.T, v venue, name string, n int, line func(n int) string) latencies {
	t.Helper()
	rooms := make([]string, n)
	for i := range rooms {
		rooms[i] = v.join(fmt.Sprintf("%s-%d", name, i))
	}
	d := newDisk(t)
	began := time.Now()
	due := func(i int) time.Time { return began.Add(time.Duration(i) * time.Second / perSecond) }
	for i, room := range rooms {
		time.Sleep(time.Until(due(i)))
		go v.says(room, i%staff, line(i))
		d.flush(due(i))
	}
	all := func(when func() map[string]time.Time) ([]time.Duration, int) {
		at := when()
		var out []time.Duration
		for i, room := range rooms {
			if end, ok := at[room]; ok {
				out = append(out, end.Sub(due(i)))
			}
		}
		return out, n - len(out)
	}
	l := latencies{flushes: d.close()}
	for late := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		var noAck, noFirst int
		l.acks, noAck = all(v.acknowledged)
		l.firsts, noFirst = all(v.answered)
		if noAck == 0 && noFirst == 0 {
			return l
		}
		if time.Now().After(late) {
			t.Errorf("%s: of %d lines %d were not acknowledged and %d not answered", name, n, noAck, noFirst)
			return l
		}
	}
}

// report prints what came of a load beside its aims. The floor of an acknowledgement is the disk, which was asked to keep
// a line at the same moments.
func (l latencies) report(what string) {
	beside(what+": acknowledged", l.acks, l.flushes, 99, ackAim)
	beside(what+": first message", l.firsts, nil, 95, firstAim)
}

// beside prints three percentiles of times, beside those of a floor when there is one; one of them has an aim.
func beside(what string, ours, floor []time.Duration, aimed int, aim time.Duration) {
	for _, p := range []int{50, 95, 99} {
		a := percentile(ours, p)
		f := figure{fmt.Sprintf("%s, p%d", what, p), ms(a), "", 0, "(reported)", true}
		if len(floor) > 0 {
			b := percentile(floor, p)
			f.floor, f.ratio = ms(b), ratio(a, b)
		}
		if p == aimed && aim > 0 {
			f.aim, f.reached = fmt.Sprintf("< %d ms", aim.Milliseconds()), a < aim
		}
		fmt.Println(f)
	}
}

// asks is a command that starts a durable change: a dry run, so that no change waits for another on its target.
func asks(t *testing.T) func(n int) string {
	t.Helper()
	services, err := demo.Inventory().Services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, s := range services {
		for _, p := range s.Places {
			targets = append(targets, p.Target.String())
		}
	}
	return func(n int) string { return fmt.Sprintf("@orderly scale %s +1 --plan", targets[n%len(targets)]) }
}

// helps is a question that no change comes of.
func helps(int) string { return "@orderly help scale" }

// staffFile is a people file with many people.
func staffFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("people:\n")
	for n := range staff {
		fmt.Fprintf(&b, "  - {id: p%02d, name: P %02d, lang: en, groups: [dev], accounts: {slack: U_P%02d, lark: ou_p%02d}}\n", n, n, n, n)
	}
	path := filepath.Join(t.TempDir(), "people.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
