package activities

import (
	"context"
	"strings"
	"time"

	"orderly.example/ops"
)

// LockIn asks for, or gives back, the locks of targets.
type LockIn struct {
	Targets []ops.Target `json:"targets"`
	Owner   string       `json:"owner"` // the change
	Reason  string       `json:"reason"`
	Until   time.Time    `json:"until"`          // when a lock whose owner has vanished is taken away
	Over    bool         `json:"over,omitempty"` // on giving back: the owner ends now, which frees its locks in any case
}

// Object names the targets.
func (in LockIn) Object() string {
	names := make([]string, 0, 3)
	for _, t := range in.Targets[:min(3, len(in.Targets))] {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}

// LockOut says which locks the owner has, and whom it waits for.
type LockOut struct {
	Granted  bool       `json:"granted"`            // all of them
	WaitsFor ops.Target `json:"waits_for,omitzero"` // the first one that somebody else has; it stands in the queue for it
	Holder   string     `json:"holder,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Ahead    int        `json:"ahead,omitempty"` // how many stand before it in the queue
}

// Locker keeps one change per target at a time. Both calls are harmless when repeated by the same owner. When a queued
// lock falls free, its new owner gets the signal SignalLock.
type Locker interface {
	Lock(ctx context.Context, in LockIn) (LockOut, error)
	Unlock(ctx context.Context, in LockIn) error
}

// Lock takes the locks of all targets. Where another owner is first it queues.
var Lock = newStep("lock", read, Locker.Lock)

// Unlock gives locks back, also places in queues.
var Unlock = newStep("unlock", read, func(l Locker, ctx context.Context, in LockIn) (struct{}, error) {
	return struct{}{}, l.Unlock(ctx, in)
})

// Engine is the provider of locks, records and schedules: Temporal itself.
const Engine = "engine"

// SignalLock tells a change that it has got the lock it stood in the queue for.
const SignalLock = "lock-granted"
