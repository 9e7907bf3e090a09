package engine

import (
	"log/slog"
	"os"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// logger hands the server's warnings and errors to slog; what it says otherwise is of no use in one process.
type logger struct {
	log *slog.Logger
}

var _ log.Logger = logger{}

func orDefault(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.Default()
	}
	return l
}

func (l logger) Debug(string, ...tag.Tag) {}

func (l logger) Info(string, ...tag.Tag) {}

func (l logger) Warn(msg string, tags ...tag.Tag) { l.log.Debug(msg, pairs(tags)...) }

func (l logger) Error(msg string, tags ...tag.Tag) { l.log.Warn(msg, pairs(tags)...) }

func (l logger) DPanic(msg string, tags ...tag.Tag) { l.log.Error(msg, pairs(tags)...) }

func (l logger) Panic(msg string, tags ...tag.Tag) {
	l.log.Error(msg, pairs(tags)...)
	panic("temporal: " + msg)
}

func (l logger) Fatal(msg string, tags ...tag.Tag) {
	l.log.Error(msg, pairs(tags)...)
	os.Exit(1)
}

func pairs(tags []tag.Tag) []any {
	out := make([]any, 0, 2*len(tags)+2)
	out = append(out, "part", "temporal")
	for _, t := range tags {
		out = append(out, t.Key(), t.Value())
	}
	return out
}
