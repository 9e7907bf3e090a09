package kafka

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.TopicKeeper = (*Client)(nil)

// find is a cluster of the configuration.
func (c *Client) find(name string) (*cluster, error) {
	if k, ok := c.clusters[name]; ok {
		return k, nil
	}
	return nil, ops.Errorf(ops.NotFound, "there is no Kafka cluster %q%s; known: %v", "没有 Kafka 集群 %q%s;已知:%v", name, ops.DidYouMean(name, c.Names()), c.Names()).At("cluster")
}

// TopicCluster reads what a cluster holds; see activities.TopicKeeper.
func (c *Client) TopicCluster(ctx context.Context, in activities.TopicClusterIn) (activities.TopicCluster, error) {
	k, err := c.find(in.Cluster)
	if err != nil {
		return activities.TopicCluster{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	m, err := k.metadata(limited)
	if err != nil {
		return activities.TopicCluster{}, k.explain(ctx, err, "")
	}
	m.Topics.FilterInternal()
	out := activities.TopicCluster{IDC: k.config.IDC, Env: k.config.Env, Brokers: len(m.Brokers)}
	out.Found, out.Topics = in.Among(m.Topics.Names())
	return out, nil
}

// metadata asks the brokers. The library answers from what it was told seconds ago, unless it is asked for permissions too.
func (k *cluster) metadata(ctx context.Context, names ...string) (kadm.Metadata, error) {
	return k.admin.Metadata(kadm.WithAuthorizedOps(ctx), names...)
}

// seen is a topic with the ID that the cluster gave it.
type seen struct {
	activities.Topic
	id kadm.TopicID
}

// Topic reads a topic; see activities.TopicKeeper.
func (c *Client) Topic(ctx context.Context, in activities.TopicLookIn) (activities.Topic, error) {
	k, err := c.find(in.Cluster)
	if err != nil {
		return activities.Topic{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	t, err := k.look(limited, in)
	if err != nil {
		return activities.Topic{}, k.explain(ctx, err, "")
	}
	if t == nil {
		return activities.Topic{}, ops.Errorf(ops.NotFound, "Kafka cluster %s has no topic %q", "Kafka 集群 %s 没有主题 %q", in.Cluster, in.Name).At("name")
	}
	return t.Topic, nil
}

// look is a topic as it is now; nil when there is none.
func (k *cluster) look(ctx context.Context, in activities.TopicLookIn) (*seen, error) {
	all, err := k.lookAll(ctx, in.Name)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	t := all[0]
	if !in.Use {
		return t, nil
	}
	ends, err := k.admin.ListEndOffsets(ctx, in.Name)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return nil, err
	}
	ends.Each(func(o kadm.ListedOffset) { t.Records += o.Offset })
	t.Groups, err = k.groups(ctx, in.Name)
	return t, err
}

// lookAll are those of the topics that there are, in the order of the names.
func (k *cluster) lookAll(ctx context.Context, names ...string) ([]*seen, error) {
	m, err := k.metadata(ctx, names...)
	if err != nil {
		return nil, err
	}
	configs, err := k.admin.DescribeTopicConfigs(ctx, names...)
	if err != nil {
		return nil, err
	}
	var out []*seen
	for _, name := range names {
		d, known := m.Topics[name]
		rc, err := configs.On(name, nil)
		if !known || errors.Is(d.Err, kerr.UnknownTopicOrPartition) || errors.Is(firstOf(err, rc.Err), kerr.UnknownTopicOrPartition) {
			continue
		}
		if err := firstOf(d.Err, err, rc.Err); err != nil {
			return nil, err
		}
		t := &seen{id: d.ID, Topic: activities.Topic{TopicAt: activities.TopicAt{Cluster: k.name, Name: name}, Own: map[string]string{}, Config: map[string]string{}}}
		t.count(d.Partitions)
		for _, one := range rc.Configs {
			if one.Source == kmsg.ConfigSourceDynamicTopicConfig && !one.Sensitive {
				t.Own[one.Key] = one.MaybeValue()
			}
			if one.Key == activities.TopicRetention || one.Key == activities.TopicCleanup {
				t.Config[one.Key] = one.MaybeValue()
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// firstOf is the first error that there is.
func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// count counts partitions and replicas, and the partitions that lack a leader or a replica.
func (t *seen) count(partitions kadm.PartitionDetails) {
	t.Partitions = len(partitions)
	for i, p := range partitions.Sorted() {
		if i == 0 || len(p.Replicas) < t.Replicas {
			t.Replicas = len(p.Replicas)
		}
		if p.Leader < 0 || p.Err != nil || len(p.ISR) < len(p.Replicas) || len(p.OfflineReplicas) > 0 {
			t.Ailing++
		}
	}
}

// groups are the consumer groups that have an offset in a topic, or are set to read it.
func (k *cluster) groups(ctx context.Context, topic string) ([]string, error) {
	listed, err := k.admin.ListGroups(ctx)
	if err != nil {
		return nil, err
	}
	var classic, newer []string
	for _, g := range listed.Sorted() {
		if g.GroupType == "consumer" {
			newer = append(newer, g.Group)
		} else if g.GroupType != "share" {
			classic = append(classic, g.Group)
		}
	}
	on := map[string]bool{}
	fetched := k.admin.FetchManyOffsets(ctx, append(slices.Clone(classic), newer...)...)
	if err := fetched.Error(); err != nil {
		return nil, err
	}
	for name, f := range fetched {
		for _, o := range f.Fetched[topic] {
			on[name] = on[name] || o.At >= 0
		}
	}
	described, err := k.admin.DescribeGroups(ctx, classic...)
	if err != nil {
		return nil, err
	}
	for name, g := range described {
		_, assigned := g.AssignedPartitions()[topic]
		on[name] = on[name] || assigned || slices.Contains(g.JoinTopics(), topic)
	}
	if len(newer) > 0 {
		described, err := k.admin.DescribeConsumerGroups(ctx, newer...)
		if err != nil {
			return nil, err
		}
		for name, g := range described {
			_, assigned := g.AssignedPartitions()[topic]
			on[name] = on[name] || assigned
		}
	}
	maps.DeleteFunc(on, func(_ string, is bool) bool { return !is })
	return slices.Sorted(maps.Keys(on)), nil
}

// Topics reads many topics of one or more clusters; see activities.TopicKeeper.
func (c *Client) Topics(ctx context.Context, in []activities.TopicAt) ([]activities.Topic, error) {
	var out []activities.Topic
	for len(in) > 0 {
		k, err := c.find(in[0].Cluster)
		if err != nil {
			return nil, err
		}
		var names []string
		for ; len(in) > 0 && in[0].Cluster == k.name; in = in[1:] {
			names = append(names, in[0].Name)
		}
		limited, cancel := context.WithTimeout(ctx, c.timeout)
		all, err := k.lookAll(limited, names...)
		cancel()
		if err != nil {
			return nil, k.explain(ctx, err, "")
		}
		for _, t := range all {
			out = append(out, t.Topic)
		}
	}
	return out, nil
}
