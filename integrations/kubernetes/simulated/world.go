package simulated

import (
	"orderly.example/ops"
)

// World is what a cloud begins with.
type World struct {
	Clusters []ClusterWorld
}

// ClusterWorld is what a cluster begins with.
type ClusterWorld struct {
	Name      string
	Nodes     int // 0: 3
	Workloads []Workload
	Quotas    []Quota
}

// Workload is a Deployment or StatefulSet that runs from the beginning.
type Workload struct {
	Place    ops.Place
	Owner    string   // a group
	Image    string   // without a tag
	Tags     []string // the versions that were released, the newest last
	Replicas int
	CPU      string // requested by one instance, such as 250m
	Memory   string // requested by one instance, such as 256Mi
	Min, Max int    // bounds of its autoscaler; without Max there is none
	Keep     int    // how many instances its disruption budget keeps up; 0: it has none
}

// Quota limits what a namespace may use.
type Quota struct {
	Namespace string
	Name      string
	Hard      map[string]string // such as pods: "20"
}
