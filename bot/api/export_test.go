package api

import (
	"net/http"
	"time"

	"orderly.example/ops"
)

// NewWithPace is New with other intervals.
func NewWithPace(o Options, status, room, heartbeat time.Duration) http.Handler {
	return newServer(o, pace{status: func(ops.Status) time.Duration { return status }, room: room, heartbeat: heartbeat})
}
