package provision

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// kafka is who keeps topics.
const kafka = "kafka"

type topicParams struct {
	Name       string        `en:"name of the new topic: words of a-z, 0-9, - and _, joined by dots" zh:"新主题名称:小写字母、数字、- 和 _,以点分段" pattern:"[a-z0-9]([a-z0-9_-]{0,60}[a-z0-9])?(\\.[a-z0-9]([a-z0-9_-]{0,60}[a-z0-9])?){0,5}"`
	Cluster    string        `en:"Kafka cluster, as the configuration names it" zh:"Kafka 集群(配置中的名称)" from:"kafka.clusters" pattern:"[a-z0-9][a-z0-9_-]{0,60}"`
	Owner      string        `en:"group that owns it" zh:"负责组" pattern:"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"`
	Partitions int           `en:"partitions: at most so many consumers of a group share the work" zh:"分区数,即一个消费组内可并行的消费者上限" default:"6" min:"1" max:"500"`
	Replicas   int           `en:"copies of every record, on different brokers" zh:"副本数" default:"3" min:"1" max:"7"`
	Retention  time.Duration `en:"how long a record is kept; 0s: for ever" zh:"消息保留时长;0s 表示永久" default:"168h" min:"0s" max:"87600h"`
	Cleanup    string        `en:"what is taken out: records that are old, all but the last of a key, or both" zh:"清理策略:按时间删除、按键压缩或两者" options:"delete,compact,both" default:"delete"`
}

// config are the settings of the topic itself.
func (p topicParams) config() map[string]string {
	keep := "-1"
	if p.Retention > 0 {
		keep = strconv.FormatInt(p.Retention.Milliseconds(), 10)
	}
	return map[string]string{activities.TopicRetention: keep, activities.TopicCleanup: strings.Replace(p.Cleanup, "both", "compact,delete", 1)}
}

// topicWork makes a topic, or takes one back.
type topicWork struct {
	Target ops.Target         `json:"target"`
	Owner  string             `json:"owner"`
	In     activities.TopicIn `json:"in"`
	Gone   bool               `json:"gone,omitempty"` // take it back
}

// CreateTopic makes a topic.
var CreateTopic = change.Define(ops.Operation{
	Name: "topic.create", Aliases: []string{"创建主题"}, Group: "provision", Risk: ops.Medium, Example: "topic.create shop.orders main shop --partitions 12 --retention 72h",
	Help: ops.Text{En: "make a Kafka topic; an undo deletes it as long as nobody uses it", Zh: "创建 Kafka 主题;未被使用前可撤销"},
}, change.Steps[topicParams, topicWork]{Plan: planTopic, Run: runTopic, Verify: verifyTopic, Undo: undoTopic})

// maxTopicName keeps the target of a topic as short as targets are.
const maxTopicName = 120

func planTopic(ctx workflow.Context, p topicParams) (ops.Plan, topicWork, error) {
	if len(p.Name) > maxTopicName {
		return ops.Plan{}, topicWork{}, ops.Errorf(ops.Invalid, "the name is longer than %d characters; choose a shorter one", "名称超过 %d 个字符;请缩短", maxTopicName).At("name")
	}
	at, err := activities.LookAtTopicCluster.Do(ctx, kafka, activities.TopicClusterIn{Cluster: p.Cluster})
	if err != nil {
		return ops.Plan{}, topicWork{}, err
	}
	w := topicWork{
		Target: ops.Target{Service: "topic." + p.Cluster + "." + p.Name, IDC: at.IDC, Env: at.Env}, Owner: p.Owner,
		In: activities.TopicIn{TopicAt: activities.TopicAt{Cluster: p.Cluster, Name: p.Name}, Partitions: p.Partitions, Replicas: p.Replicas, Config: p.config()},
	}
	if p.Replicas > at.Brokers {
		return ops.Plan{}, w, ops.Errorf(ops.Invalid, "Kafka cluster %s has %d brokers, fewer than %d replicas; ask for fewer", "Kafka 集群 %s 有 %d 个 broker,少于 %d 个副本;请减少副本", p.Cluster, at.Brokers, p.Replicas).At("replicas")
	}
	made, err := activities.TryMakeTopic.Do(ctx, kafka, w.In)
	if err != nil || !made.Changed {
		return w.nothing(), w, err
	}
	return w.describe(), w, nil
}

func (w topicWork) nothing() ops.Plan {
	return ops.Plan{Summary: ops.Textf("nothing to do: topic %s is so already", "无需变更:主题 %s 已是目标状态", w.In.Object()), Targets: []ops.Target{w.Target}}
}

func (w topicWork) diff(field, from, to string) ops.Diff {
	return ops.Diff{Object: w.In.Object(), Field: field, From: cmp.Or(from, "-"), To: cmp.Or(to, "-")}
}

func (w topicWork) blast(text ops.Text) ops.Blast { return reach(w.Target, w.In.Cluster, text) }

// reach is how far something reaches that is about one thing on one server.
func reach(t ops.Target, server string, text ops.Text) ops.Blast {
	b := ops.Blast{Targets: 1, Clusters: []string{server}, Text: text}
	if t.Env != "" {
		b.Envs = []string{t.Env}
	}
	return b
}

func (w topicWork) describe() ops.Plan {
	in := w.In
	p := ops.Plan{
		Summary: ops.Textf("make topic %s for %s with %d partitions", "为 %[2]s 创建主题 %[1]s,%[3]d 个分区", in.Object(), w.Owner, in.Partitions), Targets: []ops.Target{w.Target},
		Diffs: []ops.Diff{w.diff("topic", "", "owner "+w.Owner), w.diff("partitions", "", strconv.Itoa(in.Partitions)), w.diff("replicas", "", strconv.Itoa(in.Replicas))},
		Blast: w.blast(ops.Textf("a new topic of %d replicas in all; no other topic is touched", "新建主题,共 %d 个分区副本;不影响其他主题", in.Partitions*in.Replicas)),
		Undo:  ops.Textf("delete the topic, if no record was ever written and no consumer group is on it", "删除该主题(须从未写入且无消费组)"),
	}
	for _, name := range inOrder(in.Config) {
		p.Diffs = append(p.Diffs, w.diff(name, "", in.Config[name]))
	}
	if in.Replicas == 1 {
		p.Notes = append(p.Notes, ops.Textf("with one replica, what a broker holds is away while it is, and lost when it is lost", "单副本:broker 停机期间不可用,损坏则数据丢失"))
	}
	return p
}

func runTopic(ctx workflow.Context, w topicWork) error {
	drop := func(ctx workflow.Context) error {
		out, err := activities.DropTopic.Do(ctx, kafka, w.In)
		if err == nil && !out.Changed {
			change.Note(ctx, ops.Textf("topic %s is gone or was changed by another hand, and is left alone", "主题 %s 已不存在或被他人修改,不予处理", w.In.Object()))
		}
		return err
	}
	if w.Gone {
		return drop(ctx)
	}
	change.Undoing(ctx, ops.Textf("delete topic %s", "删除主题 %s", w.In.Object()), drop)
	_, err := activities.MakeTopic.Do(ctx, kafka, w.In)
	return err
}

func verifyTopic(ctx workflow.Context, w topicWork) error {
	if w.Gone {
		return nil
	}
	_, err := activities.TopicReady.Do(ctx, kafka, activities.TopicReadyIn{TopicAt: w.In.TopicAt})
	return err
}

// undoTopic plans to take a topic back that was made. One that was changed since is another's, and one in use is in the way.
func undoTopic(ctx workflow.Context, done topicWork) (ops.Plan, topicWork, error) {
	done.Gone = true
	out, err := activities.TryDropTopic.Do(ctx, kafka, done.In)
	if err != nil || !out.Changed {
		return done.nothing(), done, err
	}
	return ops.Plan{
		Summary: ops.Textf("delete topic %s", "删除主题 %s", done.In.Object()), Diffs: []ops.Diff{done.diff("topic", "owner "+done.Owner, "")},
		Targets: []ops.Target{done.Target}, Blast: done.blast(ops.Textf("a topic that nobody has used", "从未使用的主题")),
	}, done, nil
}

type topicsParams struct {
	Cluster string `en:"Kafka cluster, as the configuration names it" zh:"Kafka 集群(配置中的名称)" from:"kafka.clusters" pattern:"[a-z0-9][a-z0-9_-]{0,60}"`
	Match   string `en:"part of the names" zh:"名称中包含的文字" optional:"true" pattern:"[A-Za-z0-9._-]{1,100}"`
}

// maxTopics bounds a list.
const maxTopics = 50

// Topics lists the topics of a cluster.
var Topics = change.Read(ops.Operation{
	Name: "topics", Aliases: []string{"主题列表"}, Group: "provision", Example: "topics main shop",
	Help: ops.Text{En: "which topics a Kafka cluster holds", Zh: "查看 Kafka 集群的主题"},
}, func(ctx workflow.Context, p topicsParams) (ops.Answer, error) {
	at, err := activities.LookAtTopicCluster.Do(ctx, kafka, activities.TopicClusterIn{Cluster: p.Cluster, Match: p.Match, Most: maxTopics})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{
		Text:    ops.Textf("%d topics on %d brokers", "%[2]d 个 broker 上有 %[1]d 个主题", at.Found, at.Brokers),
		Columns: []ops.Text{{En: "topic", Zh: "主题"}, {En: "partitions", Zh: "分区"}, {En: "replicas", Zh: "副本"}, {En: "kept for", Zh: "保留"}, {En: "cleanup", Zh: "清理"}, {En: "incomplete", Zh: "异常分区"}},
	}
	if at.Found > maxTopics {
		a.Text = ops.Textf("%s, of which the first %d; name a part of the names to see others", "%s,仅显示前 %d 个;可指定名称片段", a.Text, maxTopics)
	}
	var wanted []activities.TopicAt
	for _, name := range at.Topics {
		wanted = append(wanted, activities.TopicAt{Cluster: p.Cluster, Name: name})
	}
	all, err := activities.LookAtTopics.Do(ctx, kafka, wanted)
	for _, t := range all {
		a.Rows = append(a.Rows, []string{t.Name, strconv.Itoa(t.Partitions), strconv.Itoa(t.Replicas), kept(t.Config[activities.TopicRetention]), t.Config[activities.TopicCleanup], strconv.Itoa(t.Ailing)})
	}
	return a, err
})

// kept is a retention as people read it; one that is for ever has no end to show.
func kept(milliseconds string) string {
	n, err := strconv.ParseInt(milliseconds, 10, 64)
	if err != nil || n < 0 {
		return "∞"
	}
	return (time.Duration(n) * time.Millisecond).String()
}
