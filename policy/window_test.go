package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWeeklyWindow(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	weekend := weekly{from: weekTime{time.Friday, 18, 0}, to: weekTime{time.Monday, 8, 0}, in: shanghai}
	night := weekly{from: weekTime{time.Tuesday, 22, 0}, to: weekTime{time.Tuesday, 6, 0}, in: shanghai} // nearly a week
	for _, c := range []struct {
		w     weekly
		now   string
		until string // empty: not on
	}{
		{weekend, "2026-01-09T17:59:59+08:00", ""},
		{weekend, "2026-01-09T18:00:00+08:00", "2026-01-12T08:00:00+08:00"},
		{weekend, "2026-01-11T12:00:00+08:00", "2026-01-12T08:00:00+08:00"},
		{weekend, "2026-01-12T07:59:59+08:00", "2026-01-12T08:00:00+08:00"},
		{weekend, "2026-01-12T08:00:00+08:00", ""},
		{weekend, "2026-01-09T10:30:00Z", "2026-01-12T08:00:00+08:00"}, // read on the clocks of Shanghai
		{night, "2026-01-06T05:00:00+08:00", "2026-01-06T06:00:00+08:00"},
		{night, "2026-01-06T12:00:00+08:00", ""},
		{night, "2026-01-06T22:00:00+08:00", "2026-01-13T06:00:00+08:00"},
	} {
		now, _ := time.Parse(time.RFC3339, c.now)
		until, on := c.w.Until(now)
		if on != (c.until != "") || on && until.Format(time.RFC3339) != c.until {
			t.Errorf("%s: got %v %v, want %s", c.now, until, on, c.until)
		}
	}
}

func TestWeeklyWindowWhenClocksChange(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	w := weekly{from: weekTime{time.Saturday, 20, 0}, to: weekTime{time.Monday, 8, 0}, in: berlin}
	now := time.Date(2026, 3, 29, 12, 0, 0, 0, berlin) // the day on which the clocks go forward
	if until, on := w.Until(now); !on || until.Hour() != 8 || until.Day() != 30 {
		t.Errorf("got %v %v", until, on)
	}
}

// A window is on at every moment from its start to the end that it announces, and not at that end.
func TestWeeklyWindowKeepsItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) weekTime {
			return weekTime{time.Weekday(rapid.IntRange(0, 6).Draw(t, name+" day")), rapid.IntRange(0, 23).Draw(t, name+" hour"), rapid.IntRange(0, 59).Draw(t, name+" minute")}
		}
		w := weekly{from: at("from"), to: at("to"), in: time.UTC}
		if w.from == w.to {
			t.Skip("refused at load") // it never becomes a window, and rapid draws another
		}
		now := time.Unix(rapid.Int64Range(1.7e9, 1.9e9).Draw(t, "now"), 0).UTC()
		until, on := w.Until(now)
		if !on {
			return
		}
		if !until.After(now) || until.Sub(now) > 7*24*time.Hour {
			t.Fatalf("it ends at %v, now is %v", until, now)
		}
		between := now.Add(time.Duration(rapid.Int64Range(0, int64(until.Sub(now))-1).Draw(t, "later")))
		if u, on := w.Until(between); !on || !u.Equal(until) {
			t.Fatalf("at %v it is over, and it had said %v", between, until)
		}
		if _, on := w.Until(until); on && (w.to.day != w.from.day || w.to.hour != w.from.hour) {
			t.Fatalf("it is still on at its end %v", until)
		}
	})
}
