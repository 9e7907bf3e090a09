package policy

import "time"

// span is the time from one moment until another.
type span struct{ from, to time.Time }

// Until returns the end of the span when now is in it.
func (s span) Until(now time.Time) (time.Time, bool) {
	return s.to, !now.Before(s.from) && now.Before(s.to)
}

// weekTime is a time of the week.
type weekTime struct {
	day          time.Weekday
	hour, minute int
}

// weekly is a part of every week, read on the clocks of one place.
type weekly struct {
	from, to weekTime
	in       *time.Location
}

// Until returns the end of the part of the week that now is in. Days are counted on the calendar, not in hours, so
// that a week in which the clocks change begins and ends at the same time on the wall.
func (w weekly) Until(now time.Time) (time.Time, bool) {
	local := now.In(w.in)
	for _, weeks := range []int{0, -1} {
		start := w.next(local, w.from, weeks)
		end := w.next(start, w.to, 0)
		if !end.After(start) {
			end = w.next(start, w.to, 1)
		}
		if !now.Before(start) && now.Before(end) {
			return end, true
		}
	}
	return time.Time{}, false
}

// next is the time of the week on or after the day of t, some weeks later.
func (w weekly) next(t time.Time, at weekTime, weeks int) time.Time {
	days := (int(at.day)-int(t.Weekday())+7)%7 + 7*weeks
	return time.Date(t.Year(), t.Month(), t.Day()+days, at.hour, at.minute, 0, 0, w.in)
}
