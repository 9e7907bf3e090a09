package provision_test

import (
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

func streams() *changetest.World {
	w := changetest.NewWorld(1, cart)
	w.Data.Brokers = map[string]int{"main": 3}
	return w
}

var newTopic = []string{"name", "shop.orders", "cluster", "main", "owner", "shop", "retention", "72h"}

func TestATopicIsMadeAndTakenBack(t *testing.T) {
	w := streams()
	losing(w, "topic.make")
	s := run(t, w, "topic.create", newTopic...)
	expect(t, w, s, ops.Succeeded, "topic.make main/shop.orders")
	made := w.Data.Topics["main/shop.orders"]
	if made.Partitions != 6 || made.Replicas != 3 || made.Own[activities.TopicRetention] != "259200000" || made.Own[activities.TopicCleanup] != "delete" {
		t.Errorf("made %+v", made)
	}
	if got := s.Plan.Targets[0].String(); got != "topic.main.shop.orders@idc1:prod" || !slices.Equal(s.Plan.Blast.Envs, []string{"prod"}) || len(s.Plan.Diffs) != 5 {
		t.Errorf("target %s, plan %+v", got, s.Plan)
	}
	if again := run(t, w, "topic.create", newTopic...); again.State != ops.Succeeded || len(again.Plan.Diffs) != 0 {
		t.Errorf("what is so already: %s %+v", again.State, again.Plan)
	}
	made.Records = 7
	if back := undo(t, w, s); back.State != ops.Failed || back.Error.Code != ops.Unsafe || !strings.Contains(back.Error.Text.En, "7 records") {
		t.Fatalf("in use: %s (%v)", back.State, back.Error)
	}
	made.Records = 0
	losing(w, "topic.drop")
	expect(t, w, undo(t, w, s), ops.Succeeded, "topic.make main/shop.orders", "topic.drop main/shop.orders")
	if back := undo(t, w, s); back.State != ops.Succeeded || len(back.Plan.Diffs) != 0 {
		t.Errorf("a second undo: %s (%v)", back.State, back.Error)
	}
}

func TestATopicThatIsNotCompleteIsTakenBack(t *testing.T) {
	w := streams()
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "topic" {
			return ops.Errorf(ops.Unsafe, "no leader", "无主副本")
		}
		return nil
	}
	expect(t, w, run(t, w, "topic.create", newTopic...), ops.RolledBack, "topic.make main/shop.orders", "topic.drop main/shop.orders")
}

func TestATopicThatAnotherHandHasChangedIsLeftAlone(t *testing.T) {
	w := streams()
	s := run(t, w, "topic.create", newTopic...)
	w.Data.Topics["main/shop.orders"].Partitions = 12
	if back := undo(t, w, s); back.State != ops.Succeeded || len(back.Plan.Diffs) != 0 || w.Data.Topics["main/shop.orders"] == nil {
		t.Errorf("%s %+v", back.State, back.Plan)
	}
}

func TestTopicsThatCannotBeMade(t *testing.T) {
	w := streams()
	w.Data.Topics = map[string]*activities.Topic{"main/shop.orders": {TopicAt: activities.TopicAt{Cluster: "main", Name: "shop.orders"}, Partitions: 1, Replicas: 3}}
	refused(t, w, run(t, w, "topic.create", newTopic...), ops.Conflict, "main/shop.orders")
	refused(t, w, run(t, w, "topic.create", "name", "new", "cluster", "mian", "owner", "shop"), ops.NotFound, "mian")
	refused(t, w, run(t, w, "topic.create", "name", "new", "cluster", "main", "owner", "shop", "replicas", "4"), ops.Invalid, "main", "4")
	for _, bad := range []string{"Orders", "a..b", ".a", "a b", "a/b", "a*", strings.Repeat("a", 63), "a_"} {
		refused(t, w, run(t, w, "topic.create", "name", bad, "cluster", "main", "owner", "shop"), ops.Invalid)
	}
	long := strings.Repeat(strings.Repeat("a", 50)+".", 3)
	refused(t, w, run(t, w, "topic.create", "name", long+"b", "cluster", "main", "owner", "shop"), ops.Invalid, "120")
}

func TestTopicsAreListed(t *testing.T) {
	w := streams()
	run(t, w, "topic.create", newTopic...)
	run(t, w, "topic.create", "name", "pay.bills", "cluster", "main", "owner", "pay", "retention", "0s", "cleanup", "both", "replicas", "1")
	s := run(t, w, "topics", "cluster", "main")
	want := [][]string{{"pay.bills", "6", "1", "∞", "compact,delete", "0"}, {"shop.orders", "6", "3", "72h0m0s", "delete", "0"}}
	if s.State != ops.Succeeded || len(s.Answer.Rows) != 2 || !slices.Equal(s.Answer.Rows[0], want[0]) || !slices.Equal(s.Answer.Rows[1], want[1]) {
		t.Errorf("%s (%v): %+v", s.State, s.Error, s.Answer)
	}
	if s = run(t, w, "topics", "cluster", "main", "match", "pay"); len(s.Answer.Rows) != 1 || !strings.HasPrefix(s.Answer.Text.En, "1 topics on 3 brokers") {
		t.Errorf("%+v", s.Answer)
	}
}
