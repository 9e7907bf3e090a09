package command

import (
	"strings"

	"orderly.example/ops"
)

// Lang is the language that the command line speaks. It is known before there are commands, so that every help text is
// written in one language.
type Lang string

// LangOf is what --lang says, else what the locale of the environment says.
func LangOf(args []string, env func(string) string) Lang {
	said := ""
	for i, a := range args {
		if a == "--" {
			break
		}
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			said = v
		} else if a == "--lang" && i+1 < len(args) {
			said = args[i+1]
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if checkLang(said) == nil {
			break
		}
		said = env(name)
	}
	if strings.HasPrefix(said, ops.Chinese) {
		return ops.Chinese
	}
	return ops.English
}

// Of picks the language of a text.
func (l Lang) Of(t ops.Text) string { return t.In(string(l)) }

// Say picks one of two texts.
func (l Lang) Say(en, zh string) string { return l.Of(ops.Text{En: en, Zh: zh}) }

// checkLang refuses a language that nobody here speaks; zh-CN and en_US are regions of ours.
func checkLang(said string) error {
	base, _, _ := strings.Cut(strings.NewReplacer("_", "-", ".", "-").Replace(said), "-")
	if base == ops.English || base == ops.Chinese {
		return nil
	}
	return ops.Errorf(ops.Invalid, "--lang %q is not a language of this program; use en or zh", "不支持语言 --lang %q,请使用 en 或 zh", said)
}
