// Package scale answers: how does the number of running instances change?
//
// scale acts now on one target or a few, scale.fleet on hundreds in waves, scale.schedule for a window of time.
//
// Why an autoscaler is moved and not fought: where one owns the workload, setting replicas alone would be undone within
// seconds. The plan says so and moves the autoscaler's bounds instead.
//
// Why scale.fleet is a list of bounded waves: a wave is one activity, so a thousand targets cost no more history than a
// few dozen steps, and each wave is a place to stop.
//
// Why scale.schedule does not plan from the present number: its plan is approved long before it runs; it says what will
// be set, and takes down what it found when it ran.
package scale
