package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot/gallery"
	"orderly.example/bot/lark/larktest"
	"orderly.example/bot/slack/slacktest"
)

// TestPreviewDrawsWhatPeopleSee: every state, the home and every form, in both languages, no two alike, and nothing that
// the platforms would refuse.
func TestPreviewDrawsWhatPeopleSee(t *testing.T) {
	dir := t.TempDir()
	out, errors, code := orderly(t, "preview", "--out", dir, "--json")
	var said struct{ Files int }
	if err := json.Unmarshal([]byte(out), &said); err != nil || code != 0 {
		t.Fatalf("exit %d, %v: %s%s", code, err, out, errors)
	}
	forms := 0
	for _, op := range operations() {
		forms++
		if len(op.Params) > 0 {
			forms++
		}
	}
	cards := len(gallery.Statuses()) + 1
	seen, n := map[string]string{}, 0
	for pattern, want := range map[string]int{"text/*.txt": cards, "slack/*.json": cards + forms + 1, "lark/*.json": cards + forms} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) != 2*want {
			t.Errorf("%s: %d files, want %d, %v", pattern, len(files), 2*want, err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if other := seen[string(raw)]; err != nil || other != "" {
				t.Errorf("%s is like %s (%v)", f, other, err)
			}
			seen[string(raw)] = f
			accepted(t, strings.SplitN(pattern, "/", 2)[0], f, raw)
			n++
		}
	}
	if n != said.Files {
		t.Errorf("it says %d files and wrote %d", said.Files, n)
	}
}

// accepted checks a drawing as its platform would.
func accepted(t *testing.T, surface, name string, raw []byte) {
	t.Helper()
	var view struct{ Type string }
	switch surface {
	case "slack":
		check := slacktest.CheckMessage
		if json.Unmarshal(raw, &view) == nil && view.Type != "" {
			check = slacktest.CheckView
		}
		for _, p := range check(raw) {
			t.Errorf("%s: %s", name, p)
		}
	case "lark":
		for _, p := range larktest.CheckCard(raw) {
			t.Errorf("%s: %s", name, p)
		}
	}
}

func TestPreviewOntoAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errors, code := orderly(t, "preview", "--out", file); code == 0 || !strings.Contains(errors, "--out") {
		t.Errorf("exit %d: %s", code, errors)
	}
}
