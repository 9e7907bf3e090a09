package workflows

import (
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"orderly.example/workflows/ask"
	"orderly.example/workflows/change"
	"orderly.example/workflows/config"
	"orderly.example/workflows/incident"
	"orderly.example/workflows/links"
	"orderly.example/workflows/provision"
	"orderly.example/workflows/release"
	"orderly.example/workflows/scale"
	"orderly.example/workflows/schedule"
)

// All is every operation, one line each.
func All() []change.Definition {
	return []change.Definition{
		scale.Scale,
		scale.Schedule,
		scale.Fleet,
		scale.Metric,
		scale.Event,
		release.Release,
		release.Train,
		release.Rollback,
		release.Versions,
		config.Get,
		config.Set,
		config.Gray,
		config.Publish,
		config.Rollback,
		config.History,
		incident.Restart,
		provision.CreateNamespace,
		provision.ChangeQuota,
		provision.GrantAccess,
		provision.CreateTopic,
		provision.Topics,
		provision.GrantDatabase,
		provision.DatabaseGrants,
		provision.CordonNode,
		provision.UncordonNode,
		provision.DrainNode,
		provision.AddNode,
		provision.RemoveNode,
		provision.CreateService,
		provision.CreateEnv,
		provision.ExtendEnv,
		provision.SleepEnv,
		provision.WakeEnv,
		provision.DeleteEnv,
		change.Undo,
		ask.Status,
		ask.Where,
		ask.Who,
		ask.Top,
		ask.Changes,
		schedule.List,
		schedule.Pause,
		schedule.Resume,
		schedule.Skip,
		schedule.Run,
		schedule.Delete,
	}
}

// Register puts the workflows on a worker.
func Register(w worker.WorkflowRegistry, c change.Catalogue) {
	w.RegisterWorkflowWithOptions(c.Change, workflow.RegisterOptions{Name: change.WorkflowName})
	w.RegisterWorkflowWithOptions(change.Locks, workflow.RegisterOptions{Name: change.LocksName, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	w.RegisterWorkflowWithOptions(links.Links, workflow.RegisterOptions{Name: links.WorkflowName, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
	w.RegisterWorkflowWithOptions(change.Deliver, workflow.RegisterOptions{Name: change.DeliverName})
	for _, p := range c.Parts() {
		p.Register(w, c)
	}
	w.RegisterWorkflowWithOptions(change.Afterword, workflow.RegisterOptions{Name: change.AfterwordName})
}

// WorkerOptions are how a worker of changes runs. Heartbeats are sent at least every second: they carry the progress
// that people watch, and bring back a cancel.
func WorkerOptions() worker.Options {
	return worker.Options{
		MaxHeartbeatThrottleInterval:     time.Second,
		DefaultHeartbeatThrottleInterval: time.Second,
		WorkerStopTimeout:                5 * time.Second,
	}
}
