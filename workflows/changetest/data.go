package changetest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Data is what a World keeps in Kafka clusters and databases.
type Data struct {
	Brokers   map[string]int                          // by Kafka cluster: those that run
	Topics    map[string]*activities.Topic            // by cluster/name
	Databases map[string]map[string][]string          // by database and role: what it gives
	Accounts  map[string][]string                     // by account: what it has by another hand, in every database
	Grants    map[string][]activities.DatabaseGranted // by database
}

var (
	_ activities.TopicKeeper     = (*World)(nil)
	_ activities.DatabaseGranter = (*World)(nil)
)

// at asks Fail about a step on a topic or a database.
func (w *World) at(verb, name string) error { return w.fails(verb, ops.Target{Service: name}) }

func (w *World) did(verb, name, format string, args ...any) error {
	w.Ledger = append(w.Ledger, verb+" "+name+fmt.Sprintf(format, args...))
	return w.after(verb, ops.Target{Service: name})
}

// TopicCluster reads a Kafka cluster, which is in production at idc1.
func (w *World) TopicCluster(_ context.Context, in activities.TopicClusterIn) (activities.TopicCluster, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	brokers, ok := w.Data.Brokers[in.Cluster]
	if !ok {
		return activities.TopicCluster{}, ops.Errorf(ops.NotFound, "there is no Kafka cluster %q", "没有 Kafka 集群 %q", in.Cluster)
	}
	out := activities.TopicCluster{IDC: "idc1", Env: "prod", Brokers: brokers}
	var names []string
	for _, at := range slices.Sorted(maps.Keys(w.Data.Topics)) {
		if t := w.Data.Topics[at]; t.Cluster == in.Cluster {
			names = append(names, t.Name)
		}
	}
	out.Found, out.Topics = in.Among(names)
	return out, w.at("topic.cluster", in.Cluster)
}

// Topic reads a topic.
func (w *World) Topic(_ context.Context, in activities.TopicLookIn) (activities.Topic, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.Data.Topics[in.Object()]
	if t == nil {
		return activities.Topic{}, ops.Errorf(ops.NotFound, "there is no topic %s", "没有主题 %s", in.Object())
	}
	return *t, w.at("topic", in.Name)
}

// Topics reads many topics.
func (w *World) Topics(_ context.Context, in []activities.TopicAt) ([]activities.Topic, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []activities.Topic
	for _, at := range in {
		if t := w.Data.Topics[at.Object()]; t != nil {
			out = append(out, *t)
		}
	}
	return out, nil
}

func tryable(verb string, dryRun bool) string {
	if dryRun {
		return verb + ".try"
	}
	return verb
}

// isTopic says whether a topic is as it is declared.
func isTopic(t *activities.Topic, in activities.TopicIn) bool {
	return t.Partitions == in.Partitions && t.Replicas == in.Replicas && maps.Equal(t.Own, in.Config)
}

// MakeTopic makes a topic, as the contract says.
func (w *World) MakeTopic(_ context.Context, in activities.TopicIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.Data.Topics[in.Object()]; t != nil {
		if !isTopic(t, in) {
			return activities.Done{}, ops.Errorf(ops.Conflict, "there is a topic %s already", "主题 %s 已存在", in.Object())
		}
		return activities.Done{}, nil
	}
	verb := tryable("topic.make", in.DryRun)
	if err := w.at(verb, in.Name); err != nil || in.DryRun {
		return activities.Done{Changed: true}, err
	}
	if w.Data.Topics == nil {
		w.Data.Topics = map[string]*activities.Topic{}
	}
	w.Data.Topics[in.Object()] = &activities.Topic{TopicAt: in.TopicAt, Partitions: in.Partitions, Replicas: in.Replicas, Own: in.Config, Config: in.Config}
	return activities.Done{Changed: true}, w.did(verb, in.Object(), "")
}

// DropTopic removes a topic, as the contract says.
func (w *World) DropTopic(_ context.Context, in activities.TopicIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.Data.Topics[in.Object()]
	if t == nil || !isTopic(t, in) {
		return activities.Done{}, nil
	}
	if t.Records > 0 || len(t.Groups) > 0 {
		return activities.Done{}, ops.Errorf(ops.Unsafe, "topic %s is in use: %d records, %v", "主题 %s 正在使用:%d 条记录,%v", in.Object(), t.Records, t.Groups)
	}
	verb := tryable("topic.drop", in.DryRun)
	if err := w.at(verb, in.Name); err != nil || in.DryRun {
		return activities.Done{Changed: true}, err
	}
	delete(w.Data.Topics, in.Object())
	return activities.Done{Changed: true}, w.did(verb, in.Object(), "")
}

// DatabaseLook reads what an account has, in a database that is in production at idc1.
func (w *World) DatabaseLook(_ context.Context, in activities.DatabaseLookIn) (activities.DatabaseLook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	roles, ok := w.Data.Databases[in.Database]
	if !ok {
		return activities.DatabaseLook{}, ops.Errorf(ops.NotFound, "there is no database %q", "没有数据库 %q", in.Database)
	}
	out := activities.DatabaseLook{IDC: "idc1", Env: "prod", Account: in.Account, Powers: roles[in.Role], Grants: slices.Clone(w.Data.Grants[in.Database])}
	if in.Role != "" && out.Powers == nil {
		return out, ops.Errorf(ops.NotFound, "there is no role %q", "没有角色 %q", in.Role)
	}
	held, ok := w.Data.Accounts[in.Account]
	if in.Account != "" && !ok {
		return out, ops.Errorf(ops.NotFound, "there is no account %q", "没有账号 %q", in.Account)
	}
	for _, p := range out.Powers {
		if slices.Contains(held, p) {
			out.Held = append(out.Held, p)
		}
	}
	return out, w.at("database", in.Database)
}

func isGrant(in activities.DatabaseGrantIn) func(activities.DatabaseGranted) bool {
	return func(g activities.DatabaseGranted) bool { return g.Account == in.Account && g.Role == in.Role }
}

// DatabaseGrant gives a role, as the contract says.
func (w *World) DatabaseGrant(_ context.Context, in activities.DatabaseGrantIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.Data.Accounts[in.Account]; !ok {
		return activities.Done{}, ops.Errorf(ops.NotFound, "there is no account %q", "没有账号 %q", in.Account)
	}
	all := w.Data.Grants[in.Database]
	i := slices.IndexFunc(all, isGrant(in))
	if i >= 0 && all[i].Change == in.Change && all[i].Until.Equal(in.Until) {
		return activities.Done{}, nil
	}
	verb := tryable("database.grant", in.DryRun)
	if err := w.at(verb, in.Database); err != nil {
		return activities.Done{}, err
	}
	if i >= 0 && all[i].Change != in.Change && all[i].Change != in.Over {
		return activities.Done{}, ops.Errorf(ops.Conflict, "it is granted by %s", "已由 %s 授权", all[i].Change)
	}
	if in.DryRun {
		return activities.Done{Changed: true}, nil
	}
	if w.Data.Grants == nil {
		w.Data.Grants = map[string][]activities.DatabaseGranted{}
	}
	w.Data.Grants[in.Database] = append(slices.DeleteFunc(all, isGrant(in)), activities.DatabaseGranted{Account: in.Account, Role: in.Role, Until: in.Until, Change: in.Change})
	return activities.Done{Changed: true}, w.did(verb, in.Database, " %s %s", in.Account, in.Role)
}

// DatabaseRevoke takes a role back, as the contract says.
func (w *World) DatabaseRevoke(_ context.Context, in activities.DatabaseGrantIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.Data.Grants[in.Database]
	if i := slices.IndexFunc(all, isGrant(in)); i < 0 || all[i].Change != in.Change {
		return activities.Done{}, nil
	}
	if err := w.at("database.revoke", in.Database); err != nil {
		return activities.Done{}, err
	}
	w.Data.Grants[in.Database] = slices.DeleteFunc(all, isGrant(in))
	return activities.Done{Changed: true}, w.did("database.revoke", in.Database, " %s %s", in.Account, in.Role)
}
