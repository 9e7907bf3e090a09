package bot

import (
	"strings"
	"testing"

	"orderly.example/ops"
)

func TestCheckCron(t *testing.T) {
	for _, line := range []string{
		"* * * * *", "0 8 * * 1-5", "*/15 0-6,20-23 1,15 JAN-mar mon,Wed", "0 0 29 2 *", "5/10 * * * 7", "0 0 31 2,3 *", "0 0 31 2 mon",
	} {
		if err := CheckCron(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	for line, want := range map[string]string{
		"": "has 0", "0 8 * *": "has 4", "0 0 8 * * 1": "has 6", "@daily": "has 1",
		"60 8 * * *": `the minute "60" is wrong`, "0 24 * * *": `the hour "24"`, "0 0 0 * *": `the day of the month "0"`,
		"0 0 * 13 *": `the month "13"`, "0 0 * * 8": `the day of the week "8"`, "0 0 * * fry": `the day of the week "fry"`,
		"*/0 * * * *": "the step", "*/x * * * *": "the step", "1--2 * * * *": "write *", "5-1 * * * *": "runs backwards",
		"1,,2 * * * *": "write *", "-1 * * * *": "write *", "+1 * * * *": "write *", "0 0 30 2 *": "never runs", "0 0 31 4,6 *": "never runs",
		"mon * * * *": "write *", "9999999999 * * * *": "write *",
		strings.Repeat("1,", 200) + "1 * * * *": "has 5",
	} {
		err := CheckCron(line)
		if text := ops.TextOf(err); err == nil || !strings.Contains(text.En, want) || text.Zh == "" {
			t.Errorf("%.40s: want %q, got %v", line, want, err)
		}
	}
}

func FuzzCheckCron(f *testing.F) {
	f.Add("0 8 * * 1-5")
	f.Add("*/5,1-3/2 0 31 feb sun")
	f.Fuzz(func(t *testing.T, line string) {
		if err := CheckCron(line); err != nil && ops.TextOf(err).Zh == "" {
			t.Fatal("an error without words")
		}
	})
}
