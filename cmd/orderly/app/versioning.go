package app

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// pinned has changes stay on the version of the program that they began with.
func pinned(buildID string) worker.DeploymentOptions {
	return worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: "orderly", BuildID: buildID},
		DefaultVersioningBehavior: workflow.VersioningBehaviorPinned,
	}
}
