package chat

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderly.example/ops"
)

func keys(ds []Delivery) string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Key)
	}
	return strings.Join(out, " ")
}

func inbox(t *testing.T, dir string) *Inbox {
	t.Helper()
	i, err := OpenInbox(dir, "slack")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func put(t *testing.T, i *Inbox, key string) {
	t.Helper()
	if fresh, err := i.Put(Delivery{Kind: Say, Key: key, Text: "ls"}); err != nil || !fresh {
		t.Fatalf("%s: %v, %v", key, fresh, err)
	}
}

// die ends an inbox as a process that is killed does: without a word, and without its lock.
func die(t *testing.T, i *Inbox) {
	t.Helper()
	if err := i.journal.file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsNotDoneIsThereAfterTheProcessDied(t *testing.T) {
	dir := t.TempDir()
	i := inbox(t, dir)
	for _, k := range []string{"a", "b", "c"} {
		put(t, i, k)
	}
	i.Done("b")
	put(t, i, "d") // when it is on the disk, so is what was done before
	die(t, i)
	again := inbox(t, dir)
	if got := keys(again.Open()); got != "a c d" {
		t.Errorf("open: %s", got)
	}
	if !again.Open()[0].Again || again.Open()[0].Text != "ls" {
		t.Errorf("%+v", again.Open()[0])
	}
	if fresh, err := again.Put(Delivery{Key: "c"}); fresh || err != nil {
		t.Errorf("the same again: %v, %v", fresh, err)
	}
}

func TestALivingProcessTakesOverFromDeadOnesOnly(t *testing.T) {
	dir := t.TempDir()
	one, two, three := inbox(t, dir), inbox(t, dir), inbox(t, dir)
	put(t, one, "a")
	put(t, two, "b")
	put(t, three, "c")
	die(t, three)
	die(t, one)
	four := inbox(t, dir)
	if got := strings.Fields(keys(four.Open())); !slices.Contains(got, "a") || !slices.Contains(got, "c") || len(got) != 2 {
		t.Errorf("took over %s", got)
	}
	die(t, four)
	if got := keys(inbox(t, dir).Open()); len(strings.Fields(got)) != 2 {
		t.Errorf("after another death: %s", got)
	}
	if got := keys(two.Open()); got != "b" {
		t.Errorf("the living one has %s", got)
	}
}

func TestALineThatWasCutOffHarmsNothing(t *testing.T) {
	dir := t.TempDir()
	i := inbox(t, dir)
	put(t, i, "a")
	if _, err := i.journal.file.WriteString(`{"in":{"kind":"say","key":"b`); err != nil {
		t.Fatal(err)
	}
	die(t, i)
	again := inbox(t, dir)
	put(t, again, "c")
	die(t, again)
	if got := keys(inbox(t, dir).Open()); got != "a c" {
		t.Errorf("open: %s", got)
	}
}

func TestAnInboxIsBounded(t *testing.T) {
	i := inbox(t, t.TempDir())
	if _, err := i.Put(Delivery{Key: "long", Text: strings.Repeat("x", maxEntry)}); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("a huge delivery: %v", err)
	}
	for n := range maxOpen {
		i.keep(Delivery{Key: fmt.Sprint(n)})
	}
	if _, err := i.Put(Delivery{Key: "one more"}); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("one more: %v", err)
	}
}

func TestTheJournalDoesNotGrowForEver(t *testing.T) {
	dir := t.TempDir()
	i := inbox(t, dir)
	put(t, i, "stays")
	long := strings.Repeat("x", maxEntry/2)
	for n := range 600 {
		key := fmt.Sprint(n)
		if _, err := i.Put(Delivery{Key: key, Text: long}); err != nil {
			t.Fatal(err)
		}
		i.Done(key)
	}
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "inbox-slack.0"))
	if err != nil || info.Size() > maxJournal+2*maxEntry {
		t.Errorf("%d bytes, %v", info.Size(), err)
	}
	if got := keys(inbox(t, dir).Open()); got != "stays" {
		t.Errorf("open: %s", got)
	}
	if _, err := i.Put(Delivery{Key: "late"}); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("after the end: %v", err)
	}
}

func TestManyAtOnceAreAllKept(t *testing.T) {
	dir := t.TempDir()
	i := inbox(t, dir)
	var wg sync.WaitGroup
	for n := range 500 {
		wg.Go(func() {
			if _, err := i.Put(Delivery{Key: fmt.Sprint(n)}); err != nil {
				t.Error(err)
			}
			if n%2 == 0 {
				i.Done(fmt.Sprint(n))
			}
		})
	}
	wg.Wait()
	put(t, i, "last")
	die(t, i)
	if got := len(inbox(t, dir).Open()); got != 251 {
		t.Errorf("%d are open", got)
	}
}

func FuzzInboxReadsAnything(f *testing.F) {
	f.Add([]byte("{\"in\":{\"key\":\"a\"}}\n{\"done\":\"a\"}\n{"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "inbox-slack.0"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		i := inbox(t, dir)
		for _, d := range i.Open() {
			i.Done(d.Key)
		}
		if err := i.Close(); err != nil {
			t.Fatal(err)
		}
		if got := keys(inbox(t, dir).Open()); got != "" {
			t.Errorf("left: %q", got)
		}
	})
}
