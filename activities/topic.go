package activities

import (
	"context"
	"strings"
	"time"

	"orderly.example/ops"
)

// TopicAt names a topic of a Kafka cluster.
type TopicAt struct {
	Cluster string `json:"cluster"` // as the configuration names it
	Name    string `json:"name"`
}

// Object names the topic.
func (t TopicAt) Object() string { return t.Cluster + "/" + t.Name }

// The settings of a topic that operations speak of.
const (
	TopicRetention = "retention.ms"   // milliseconds; -1: for ever
	TopicCleanup   = "cleanup.policy" // delete, compact, or compact,delete
)

// TopicClusterIn asks what a Kafka cluster holds.
type TopicClusterIn struct {
	Cluster string `json:"cluster"` // as the configuration names it
	Match   string `json:"match,omitempty"`
	Most    int    `json:"most,omitempty"` // names that are wanted at most; 0: none
}

// TopicCluster is a Kafka cluster.
type TopicCluster struct {
	IDC     string   `json:"idc,omitempty"`
	Env     string   `json:"env,omitempty"`
	Brokers int      `json:"brokers"`          // that run now
	Found   int      `json:"found"`            // topics with Match in their name, without those of Kafka itself
	Topics  []string `json:"topics,omitempty"` // the first of them, sorted
}

// Among counts the names that are asked for, and keeps the first of them.
func (in TopicClusterIn) Among(sorted []string) (found int, first []string) {
	for _, name := range sorted {
		if !strings.Contains(name, in.Match) {
			continue
		}
		if found++; found <= in.Most {
			first = append(first, name)
		}
	}
	return found, first
}

// Topic is what a topic is now.
type Topic struct {
	TopicAt
	Partitions int               `json:"partitions"`
	Replicas   int               `json:"replicas"` // of every partition; the fewest, where they differ
	Ailing     int               `json:"ailing,omitempty"`
	Own        map[string]string `json:"own,omitempty"`     // what is set on the topic itself
	Config     map[string]string `json:"config,omitempty"`  // retention and cleanup as they hold, whoever set them
	Records    int64             `json:"records,omitempty"` // when asked for: how many were ever written
	Groups     []string          `json:"groups,omitempty"`  // when asked for: consumer groups that read it or have read it, sorted
}

// TopicLookIn asks what a topic is.
type TopicLookIn struct {
	TopicAt
	Use bool `json:"use,omitempty"` // also who has written and read
}

// TopicIn declares a topic.
type TopicIn struct {
	TopicAt
	Partitions int               `json:"partitions"`
	Replicas   int               `json:"replicas"`
	Config     map[string]string `json:"config"` // set on the topic itself
	DryRun     bool              `json:"dry_run,omitempty"`
}

// TopicKeeper makes and removes topics. MakeTopic declares a wanted state: a topic that is so already is no error, and a
// Conflict is one of that name with other settings. DropTopic removes a topic that is exactly as MakeTopic leaves it, and
// changes nothing when it is gone or has been changed since; Unsafe when records or consumer groups are on it.
type TopicKeeper interface {
	TopicCluster(ctx context.Context, in TopicClusterIn) (TopicCluster, error) // NotFound when the configuration has none
	Topic(ctx context.Context, in TopicLookIn) (Topic, error)                  // NotFound when there is none
	Topics(ctx context.Context, in []TopicAt) ([]Topic, error)                 // in the order of in, without those that are gone
	MakeTopic(ctx context.Context, in TopicIn) (Done, error)
	DropTopic(ctx context.Context, in TopicIn) (Done, error)
}

// LookAtTopicCluster reads what a Kafka cluster holds.
var LookAtTopicCluster = newStep("topic.cluster", read, TopicKeeper.TopicCluster)

// LookAtTopics reads many topics.
var LookAtTopics = newStep("topics", read, TopicKeeper.Topics)

// MakeTopic makes a topic.
var MakeTopic = newStep("topic.make", write, TopicKeeper.MakeTopic)

// TryMakeTopic has the cluster check a MakeTopic without doing it.
var TryMakeTopic = newStep("topic.make.try", read, func(k TopicKeeper, ctx context.Context, in TopicIn) (Done, error) {
	in.DryRun = true
	return k.MakeTopic(ctx, in)
})

// DropTopic removes a topic that nobody uses.
var DropTopic = newStep("topic.drop", write, TopicKeeper.DropTopic)

// TryDropTopic has the cluster check a DropTopic without doing it.
var TryDropTopic = newStep("topic.drop.try", read, func(k TopicKeeper, ctx context.Context, in TopicIn) (Done, error) {
	in.DryRun = true
	return k.DropTopic(ctx, in)
})

// TopicReadyIn asks to wait until a topic is complete.
type TopicReadyIn struct {
	TopicAt
	Stall time.Duration `json:"stall,omitempty"` // how long it may take; 0: two minutes
	Poll  time.Duration `json:"poll,omitempty"`
}

// topicWithin is how long the brokers may take to hold a new topic.
const topicWithin = 2 * time.Minute

// TopicReady waits until every partition of a topic has a leader and all its replicas, and fails as Unsafe when that takes
// too long. A new topic may for a moment not be known to the broker that is asked.
var TopicReady = newStep("topic.ready", wait, func(k TopicKeeper, ctx context.Context, in TopicReadyIn) (Done, error) {
	for began := time.Now(); ; {
		t, err := k.Topic(ctx, TopicLookIn{TopicAt: in.TopicAt})
		gone := ops.CodeOf(err) == ops.NotFound
		switch {
		case err == nil && t.Ailing == 0:
			return Done{Changed: true}, nil
		case err != nil && !gone && !retried(ops.CodeOf(err)):
			return Done{}, err
		case time.Since(began) > orDefault(in.Stall, topicWithin) && (err == nil || gone):
			return Done{}, ops.Errorf(ops.Unsafe, "%d of %d partitions of %s have no leader or miss replicas after %s; look at the brokers", "%[3]s 的 %[2]d 个分区中有 %[1]d 个在 %[4]s 后仍无主副本或副本不全;请检查 broker",
				t.Ailing, t.Partitions, in.Object(), orDefault(in.Stall, topicWithin))
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: ops.Textf("waiting until all partitions have their replicas", "等待所有分区副本就绪")})
		if err := pause(ctx, orDefault(in.Poll, defaultPoll)); err != nil {
			return Done{}, err
		}
	}
})
