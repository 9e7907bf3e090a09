package kafka

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"orderly.example/activities"
	"orderly.example/ops"
)

// MakeTopic makes a topic, or has the cluster check it; see activities.TopicKeeper.
func (c *Client) MakeTopic(ctx context.Context, in activities.TopicIn) (activities.Done, error) {
	k, err := c.find(in.Cluster)
	if err != nil {
		return activities.Done{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if there, err := k.is(limited, in); there || err != nil {
		return activities.Done{}, k.explained(ctx, err)
	}
	words, err := k.create(limited, in)
	if errors.Is(err, kerr.TopicAlreadyExists) { // our own earlier attempt, or another hand: the settings decide
		there, err := k.is(limited, in)
		if err == nil && !there {
			err = ops.Errorf(ops.Unavailable, "Kafka cluster %s says that the topic %q exists, but does not show it; it is tried again", "Kafka 集群 %s 称主题 %q 已存在但查询不到;将会重试", in.Cluster, in.Name)
		}
		return activities.Done{}, k.explained(ctx, err)
	}
	if err != nil {
		return activities.Done{}, k.explain(ctx, err, words)
	}
	return activities.Done{Changed: true}, nil
}

// explained is an error in words, also when it has them already.
func (k *cluster) explained(ctx context.Context, err error) error {
	if e := ops.AsError(err); e != nil {
		return e
	}
	return k.explain(ctx, err, "")
}

// create sends the request; also what the cluster said of an error.
func (k *cluster) create(ctx context.Context, in activities.TopicIn) (string, error) {
	configs := map[string]*string{}
	for name, value := range in.Config {
		configs[name] = kadm.StringPtr(value)
	}
	do := k.admin.CreateTopics
	if in.DryRun {
		do = k.admin.ValidateCreateTopics
	}
	out, err := do(ctx, int32(in.Partitions), int16(in.Replicas), configs, in.Name)
	if err != nil {
		return "", err
	}
	said, ok := out[in.Name]
	if !ok {
		return "", kerr.UnknownServerError
	}
	return short(said.ErrMessage), said.Err
}

// short keeps the words of a broker to one line.
func short(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if r := []rune(words); len(r) > 300 {
		words = string(r[:300]) + "…"
	}
	return words
}

// is says whether there is the topic that is wanted, and fails as Conflict when there is another of its name.
func (k *cluster) is(ctx context.Context, in activities.TopicIn) (bool, error) {
	t, err := k.look(ctx, activities.TopicLookIn{TopicAt: in.TopicAt})
	if err != nil || t == nil {
		return false, err
	}
	has := activities.TopicIn{TopicAt: in.TopicAt, Partitions: t.Partitions, Replicas: t.Replicas, Config: map[string]string{}}
	for name := range in.Config {
		has.Config[name] = t.Config[name]
		if _, ok := t.Config[name]; !ok {
			has.Config[name] = t.Own[name]
		}
	}
	if has.Partitions == in.Partitions && has.Replicas == in.Replicas && maps.EqualFunc(has.Config, in.Config, sameSetting) {
		return true, nil
	}
	return false, ops.Errorf(ops.Conflict, "there is a topic %s already, with %d partitions, %d replicas and %v; choose another name, or ask for the same", "主题 %s 已存在:%d 个分区、%d 个副本、%v;请更换名称或使用相同设置",
		in.Object(), has.Partitions, has.Replicas, has.Config).At("name")
}

// sameSetting compares values of settings; those that are lists have no order.
func sameSetting(a, b string) bool {
	if a == b {
		return true
	}
	count := func(s string) map[string]int {
		out := map[string]int{}
		for one := range strings.SplitSeq(s, ",") {
			out[strings.TrimSpace(one)]++
		}
		return out
	}
	return maps.Equal(count(a), count(b))
}

// DropTopic removes a topic that is as it was made and that nobody uses; see activities.TopicKeeper.
func (c *Client) DropTopic(ctx context.Context, in activities.TopicIn) (activities.Done, error) {
	k, err := c.find(in.Cluster)
	if err != nil {
		return activities.Done{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	t, err := k.look(limited, activities.TopicLookIn{TopicAt: in.TopicAt, Use: true})
	switch {
	case err != nil:
		return activities.Done{}, k.explain(ctx, err, "")
	case t == nil || t.Partitions != in.Partitions || t.Replicas != in.Replicas || !maps.EqualFunc(t.Own, in.Config, sameSetting):
		return activities.Done{}, nil
	case t.Records > 0 || len(t.Groups) > 0:
		return activities.Done{}, ops.Errorf(ops.Unsafe, "topic %s is in use: %d records were written, consumer groups %v; it is left alone, have its owner delete it", "主题 %s 正在使用:已写入 %d 条记录,消费组 %v;不予删除,请由负责人处理", in.Object(), t.Records, t.Groups)
	}
	if in.DryRun {
		return activities.Done{Changed: true}, nil
	}
	err = k.remove(limited, t)
	if errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.UnknownTopicID) {
		return activities.Done{}, nil
	}
	if err != nil {
		return activities.Done{}, k.explain(ctx, err, "")
	}
	return activities.Done{Changed: true}, nil
}

// remove deletes exactly the topic that was looked at, where the cluster has IDs for them.
func (k *cluster) remove(ctx context.Context, t *seen) error {
	if t.id == (kadm.TopicID{}) {
		_, err := k.admin.DeleteTopic(ctx, t.Name)
		return err
	}
	one := kmsg.NewDeleteTopicsRequestTopic()
	one.TopicID = t.id
	req := kmsg.NewPtrDeleteTopicsRequest()
	req.Topics = append(req.Topics, one)
	req.TimeoutMillis = int32(defaultTimeout.Milliseconds())
	resp, err := req.RequestWith(ctx, k.kgo)
	if err != nil {
		return err
	}
	for _, said := range resp.Topics {
		if err := kerr.ErrorForCode(said.ErrorCode); err != nil {
			return err
		}
	}
	return nil
}

// Check asks a cluster whether it lets us in, for operators.
func (c *Client) Check(ctx context.Context, cluster string) error {
	_, err := c.TopicCluster(ctx, activities.TopicClusterIn{Cluster: cluster})
	return err
}
