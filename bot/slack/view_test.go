package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"orderly.example/bot"
	"orderly.example/bot/gallery"
	"orderly.example/bot/slack/slacktest"
	"orderly.example/ops"
)

// scaling is an operation with every kind of input.
var scaling = ops.Operation{Name: "scale", Help: ops.Text{En: "change the number of instances", Zh: "调整实例数"}, Params: []ops.Param{
	{Name: "target", Kind: ops.KindTarget, Required: true, Help: ops.Text{En: "service to scale", Zh: "要扩缩容的服务"}},
	{Name: "replicas", Kind: ops.KindInt, Required: true, Help: ops.Text{En: "instances wanted", Zh: "目标实例数"}},
	{Name: "mode", Kind: ops.KindString, Options: []string{"now", "slowly"}, Help: ops.Text{En: "how", Zh: "方式"}},
}}

func formOf(values map[string]string, errors map[string]ops.Text) bot.Form {
	f := bot.Form{Operation: scaling, Request: ops.Request{Operation: "scale", Params: values, Reason: "大促 sale"}}
	for _, p := range scaling.Params {
		f.Fields = append(f.Fields, bot.Field{Param: p, Value: values[p.Name], Error: errors[p.Name], Ask: !errors[p.Name].IsZero(), Options: p.Options})
	}
	return f
}

// TestViewsAreDrawn: the form, the form with mistakes, the form for a reason and the home, as goldens that Slack accepts.
func TestViewsAreDrawn(t *testing.T) {
	wrong := map[string]ops.Text{"replicas": {En: "six is not a number", Zh: "six 不是数字"}}
	views := map[string]func(lang string) any{
		"form": func(lang string) any { return DrawForm(formOf(nil, nil), lang) },
		"form-mistakes": func(lang string) any {
			return DrawForm(formOf(map[string]string{"target": "shop.cart.api", "replicas": "six", "mode": "now"}, wrong), lang)
		},
		"reason": func(lang string) any { return DrawWhy(ops.ActReject.Text(), lang) },
		"home": func(lang string) any {
			return DrawHome(bot.HomeCard(gallery.Ann(), gallery.Waiting(), gallery.Open(), []ops.Operation{scaling}), lang)
		},
		"home-empty": func(lang string) any { return DrawHome(bot.HomeCard(gallery.Ann(), nil, nil, nil), lang) },
	}
	for name, draw := range views {
		for _, lang := range []string{ops.English, ops.Chinese} {
			raw, err := json.MarshalIndent(draw(lang), "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "views", name+"."+lang+".json"), append(raw, '\n'))
			for _, p := range slacktest.CheckView(raw) {
				t.Errorf("%s.%s: %s", name, lang, p)
			}
		}
	}
}

// golden compares with what was written before.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != string(got) {
		t.Errorf("%s: got\n%s\nwant\n%s(%v)", path, got, want, err)
	}
}
