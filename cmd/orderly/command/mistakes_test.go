package command

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orderly.example/ops"
)

// TestMistakesSayWhatToDo: what was wrong, where, and what to do next, in both languages.
func TestMistakesSayWhatToDo(t *testing.T) {
	for _, tt := range []struct{ args, en, zh string }{
		{"lss", "there is no command \"orderly lss\"; did you mean ls?; `orderly --help` lists them", "没有命令 \"orderly lss\";您是不是想说 ls?;`orderly --help` 可列出全部命令"},
		{"restrat shop.cart.api:prod", "did you mean run restart?", "您是不是想说 run restart?"},
		{"run scael x --replicas 3", "there is no command \"orderly run scael\"; did you mean scale?", "没有命令 \"orderly run scael\";您是不是想说 scale?"},
		{"schedule lst", "did you mean list?", "您是不是想说 list?"},
		{"help nonsense", "there is no command \"orderly nonsense\"", "没有命令 \"orderly nonsense\""},
		{"show", "a value is missing; write: orderly show <change> (`orderly show --help` says more)", "缺少参数;请写成:orderly show <变更>(详见 `orderly show --help`)"},
		{"version 2", "\"2\" is one value too many; write: orderly version", "参数 \"2\" 多余;请写成:orderly version"},
		{"ls --lmit 3", "there is no flag --lmit; did you mean --limit?; `orderly ls --help` lists the flags", "没有选项 --lmit;您是不是想说 --limit?"},
		{"ls -x", "there is no flag -x; `orderly ls --help`", "没有选项 -x;"},
		{"ls --limit", "the flag --limit needs a value", "选项 --limit 需要一个值"},
		{"ls --limit many", "\"many\" does not fit the flag --limit, which takes a whole number", "\"many\" 不适用于选项 --limit,应为整数"},
		{"watch x --timeout soon", "which takes a time such as 90s, 10m or 1h30m", "应为时长,如 90s、10m 或 1h30m"},
		{"ls --=x", "a flag is written wrongly: --=x", "选项书写有误:--=x"},
		{"completion tcsh", "\"tcsh\" is not a shell that I know", "不支持 shell \"tcsh\""},
		{"token new", "whose token? name the person with --person", "请用 --person 指定令牌所属人员"},
		{"ls --server here", "\"here\" is not the address of a server", "\"here\" 不是服务地址"},
		{"ls --server http://127.0.0.1:1", "the server at http://127.0.0.1:1 does not answer", "http://127.0.0.1:1 没有响应"},
	} {
		for lang, want := range map[string]string{"en": tt.en, "zh": tt.zh} {
			got := orderly(t, operations(), append([]string{"--lang", lang}, strings.Fields(tt.args)...)...)
			if got.code == 0 || !strings.Contains(got.err, want) || got.out != "" {
				t.Errorf("%s in %s: exit %d\n  got  %s  want %s", tt.args, lang, got.code, got.err, want)
			}
		}
	}
}

func TestAMistakeIsJSONWhenThatWasAskedFor(t *testing.T) {
	for _, args := range [][]string{{"ls", "--json", "--lmit", "3"}, {"--json", "show"}, {"lss", "--json"}} {
		var e ops.Error
		got := orderly(t, operations(), args...)
		if err := json.Unmarshal([]byte(got.err), &e); err != nil || e.Code == "" || e.Text.En == "" || e.Text.Zh == "" {
			t.Errorf("%v: %v: %s", args, err, got.err)
		}
	}
}

var han = regexp.MustCompile(`\p{Han}`)

// TestHelpSpeaksOneLanguage: every command and every flag has a help in each language and none is in both.
func TestHelpSpeaksOneLanguage(t *testing.T) {
	for _, lang := range []Lang{"en", "zh"} {
		right := func(where, text string) {
			if han.MatchString(text) != (lang == "zh") {
				t.Errorf("%s in %s: %q", where, lang, text)
			}
		}
		var look func(*cobra.Command)
		look = func(c *cobra.Command) {
			right(c.CommandPath(), c.Short)
			c.LocalFlags().VisitAll(func(f *pflag.Flag) { right(c.CommandPath()+" --"+f.Name, f.Usage) })
			for _, sub := range c.Commands() {
				look(sub)
			}
		}
		look(New(Hooks{Operations: operations(), Lang: lang}))
	}
}

// TestHelpShowsNoToken: a token of the environment is no default that help would show.
func TestHelpShowsNoToken(t *testing.T) {
	t.Setenv("ORDERLY_TOKEN", "ord_hunter2")
	for _, args := range [][]string{{}, {"ls", "--help"}, {"ls", "--server", "http://127.0.0.1:1"}} {
		if got := orderly(t, operations(), args...); strings.Contains(got.out+got.err, "hunter2") {
			t.Errorf("%v shows it", args)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range shells {
		if got := orderly(t, operations(), "completion", shell); got.code != 0 || !strings.Contains(got.out, "orderly") {
			t.Errorf("%s: exit %d", shell, got.code)
		}
	}
	got := orderly(t, operations(), "__complete", "--lang", "zh", "run", "sca")
	if !strings.Contains(got.out, "scale\t调整实例数") {
		t.Errorf("%s", got.out)
	}
}
