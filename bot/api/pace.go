package api

import (
	"time"

	"orderly.example/ops"
)

// defaultPace looks often while things move and seldom while they wait.
var defaultPace = pace{status: statusPace, room: 5 * time.Second, heartbeat: 15 * time.Second}

func statusPace(s ops.Status) time.Duration {
	switch s.State {
	case ops.Planned, ops.WaitingLock:
		return 500 * time.Millisecond
	case ops.WaitingApproval, ops.Held, ops.Paused:
		return time.Second
	case ops.WaitingWindow:
		return 2 * time.Second
	}
	return 250 * time.Millisecond
}
