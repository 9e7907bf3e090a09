package bot

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // an image without zone files must know Asia/Shanghai too

	"orderly.example/ops"
)

var clockLook = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])$`)

// dayWords are the words that stand for a day, and how many days after today it is.
var dayWords = map[string]int{"today": 0, "今天": 0, "tomorrow": 1, "明天": 1}

// StartTime reads when something is to start: 2026-11-24T20:00:00+08:00, +30m, 20:00 (today, or an error when that has
// passed), "tomorrow 09:30", 明天 09:30, or "2026-11-24 20:00". What names no zone is read in the given one.
func StartTime(written string, now time.Time, in *time.Location) (time.Time, error) {
	start, err := readStart(written)
	if err != nil {
		return time.Time{}, err
	}
	return start(now, in)
}

// readStart reads how a start time is written; the function that it returns needs a clock.
func readStart(written string) (func(now time.Time, in *time.Location) (time.Time, error), error) {
	s := narrow(tidy(written))
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return func(time.Time, *time.Location) (time.Time, error) { return t, nil }, nil
	}
	if after, ok := strings.CutPrefix(s, "+"); ok {
		if wait, err := time.ParseDuration(after); err == nil && wait > 0 {
			return func(now time.Time, _ *time.Location) (time.Time, error) {
				return now.Add(wait).Truncate(time.Second), nil
			}, nil
		}
	}
	if _, err := time.Parse(dateAndClock, s); err == nil {
		return func(_ time.Time, in *time.Location) (time.Time, error) {
			return time.ParseInLocation(dateAndClock, s, in)
		}, nil
	}
	days, clock, named := dayOf(strings.Fields(strings.ToLower(s)))
	if !clockLook.MatchString(clock) {
		return nil, ops.Errorf(ops.Invalid, "%q is not a time; write 20:00, \"tomorrow 09:30\", +30m or 2026-11-24T20:00:00+08:00",
			"%q 不是时间,请写成 20:00、\"明天 09:30\"、+30m 或 2026-11-24T20:00:00+08:00", excerpt(s)).At("at")
	}
	return func(now time.Time, in *time.Location) (time.Time, error) {
		return onDay(days, clock, named, now.In(in))
	}, nil
}

const dateAndClock = "2006-01-02 15:04"

// onDay is a time of day, days after today. Without a named day it must still be to come: tomorrow would be a guess.
func onDay(days int, clock string, named bool, now time.Time) (time.Time, error) {
	c, err := time.Parse("15:04", clock)
	if err != nil {
		return c, ops.Errorf(ops.Invalid, "%q is not a time of day", "%q 不是时间", clock).At("at").Because(err)
	}
	y, m, d := now.Date()
	t := time.Date(y, m, d+days, c.Hour(), c.Minute(), 0, 0, now.Location())
	if !named && !t.After(now) {
		return t, ops.Errorf(ops.Invalid, "%s has passed today (%s); for the next day write \"tomorrow %s\"", "今天 %s(%s)已过,若指明天请写 \"明天 %s\"", clock, now.Location(), clock).At("at")
	}
	return t, nil
}

// dayOf splits "tomorrow 09:30" and "09:30 tomorrow" into the day and the time of day.
func dayOf(words []string) (days int, clock string, named bool) {
	switch len(words) {
	case 1:
		return 0, words[0], false
	case 2:
		if n, ok := dayWords[words[0]]; ok {
			return n, words[1], true
		}
		if n, ok := dayWords[words[1]]; ok {
			return n, words[0], true
		}
	}
	return 0, "", false
}

// zone finds a time zone by its IANA name.
func zone(name string, otherwise *time.Location) (*time.Location, error) {
	if name == "" {
		return otherwise, nil
	}
	in, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return otherwise, ops.Errorf(ops.Invalid, "there is no time zone %q; write an IANA name such as Asia/Shanghai or UTC", "没有时区 %q,请写 IANA 名称,例如 Asia/Shanghai 或 UTC", neutral(name)).At("tz")
	}
	return in, nil
}
