package bot

import (
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

func TestStartTime(t *testing.T) {
	for written, want := range map[string]string{
		"2026-11-30T09:30:00+01:00": "2026-11-30T09:30:00+01:00",
		"2026-11-30 09:30":          "2026-11-30T09:30:00+08:00",
		"20:00":                     "2026-11-24T20:00:00+08:00",
		"20\uff1a00":                "2026-11-24T20:00:00+08:00",
		"today 20:00":               "2026-11-24T20:00:00+08:00",
		"today 08:00":               "2026-11-24T08:00:00+08:00", // the desk says that it has passed
		"Tomorrow 9:05":             "2026-11-25T09:05:00+08:00",
		"09:05 tomorrow":            "2026-11-25T09:05:00+08:00",
		"明天 09:05":                  "2026-11-25T09:05:00+08:00",
		"+30m":                      "2026-11-24T12:30:00+08:00",
		"+1h30m":                    "2026-11-24T13:30:00+08:00",
	} {
		got, err := StartTime(written, noon, shanghai)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: got %v, %v; want %s", written, got, err, want)
		}
	}
	for written, want := range map[string]string{
		"08:00": `for the next day write "tomorrow 08:00"`, "noon": "is not a time", "24:00": "is not a time", "+0m": "is not a time", "-5m": "is not a time",
		"monday 09:00": "is not a time", "": "is not a time", "20:00 20:00": "is not a time",
	} {
		if _, err := StartTime(written, noon, shanghai); err == nil || !strings.Contains(ops.TextOf(err).En, want) {
			t.Errorf("%s: want %q, got %v", written, want, err)
		}
	}
}
