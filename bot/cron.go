package bot

import (
	"slices"
	"strconv"
	"strings"

	"orderly.example/ops"
)

// cronField is one of the five fields of a cron line.
type cronField struct {
	name   ops.Text
	lo, hi int
	names  []string // the first stands for lo
}

var cronFields = []cronField{
	{name: ops.Text{En: "minute", Zh: "分钟"}, lo: 0, hi: 59},
	{name: ops.Text{En: "hour", Zh: "小时"}, lo: 0, hi: 23},
	{name: ops.Text{En: "day of the month", Zh: "日期"}, lo: 1, hi: 31},
	{name: ops.Text{En: "month", Zh: "月份"}, lo: 1, hi: 12, names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{name: ops.Text{En: "day of the week", Zh: "星期"}, lo: 0, hi: 7, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// daysOf is the most days that a month can have.
var daysOf = []int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// CheckCron checks a cron line of five fields: minute, hour, day of the month, month, day of the week. Each is * or a
// list of numbers, names and ranges, with an optional /step. A line that can never run is refused too.
func CheckCron(line string) error {
	fields := strings.Fields(line)
	if len(line) > 200 || len(fields) != len(cronFields) {
		return ops.Errorf(ops.Invalid, "a cron line has five fields: minute, hour, day, month, weekday, such as \"0 8 * * 1-5\"; %q has %d",
			"cron 表达式应有五段:分 时 日 月 周,例如 \"0 8 * * 1-5\";%q 有 %d 段", line[:min(len(line), 60)], len(fields))
	}
	sets := make([][]int, len(fields))
	for i, f := range fields {
		set, why := cronFields[i].parse(f)
		if !why.IsZero() {
			return ops.Errorf(ops.Invalid, "the %s %q is wrong: %s", "cron 的%s %q 有误:%s", cronFields[i].name, f, why)
		}
		sets[i] = set
	}
	if fields[4] == "*" && !slices.ContainsFunc(sets[3], func(m int) bool { return slices.Min(sets[2]) <= daysOf[m] }) {
		return ops.Errorf(ops.Invalid, "%q never runs: no such month has a day %s", "%q 永远不会执行:所选月份没有 %s 日", line, fields[2])
	}
	return nil
}

// parse returns the values that a field stands for, or what is wrong with it.
func (f cronField) parse(s string) ([]int, ops.Text) {
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		span, step, hasStep := strings.Cut(part, "/")
		by := 1
		if hasStep {
			n, err := strconv.Atoi(step)
			if err != nil || n < 1 || n > f.hi {
				return nil, ops.Textf("the step %q must be a number from 1 to %d", "步长 %q 应为 1 到 %d 的数字", step, f.hi)
			}
			by = n
		}
		lo, hi, why := f.span(span, hasStep)
		if !why.IsZero() {
			return nil, why
		}
		for n := lo; n <= hi; n += by {
			out = append(out, n)
		}
	}
	return out, ops.Text{}
}

// span reads *, 5, 1-5 or mon-fri. A single number with a step runs to the end.
func (f cronField) span(s string, hasStep bool) (lo, hi int, why ops.Text) {
	if s == "*" {
		return f.lo, f.hi, ops.Text{}
	}
	first, last, isRange := strings.Cut(s, "-")
	lo, ok := f.value(first)
	hi = lo
	if isRange && ok {
		hi, ok = f.value(last)
	} else if hasStep {
		hi = f.hi
	}
	if !ok {
		return 0, 0, ops.Textf("write *, or numbers from %d to %d", "请写 * 或 %d 到 %d 的数字", f.lo, f.hi)
	}
	if lo > hi {
		return 0, 0, ops.Textf("%s runs backwards", "%s 的起点大于终点", s)
	}
	return lo, hi, ops.Text{}
}

func (f cronField) value(s string) (int, bool) {
	if i := slices.Index(f.names, strings.ToLower(s)); i >= 0 {
		return f.lo + i, true
	}
	if s == "" || len(s) > 2 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= f.lo && n <= f.hi
}
