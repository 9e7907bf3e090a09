package ops

import (
	"fmt"
	"strings"
)

// Languages that every text a person sees exists in.
const (
	English = "en"
	Chinese = "zh"
)

// Text is one thing said in English and in Chinese.
type Text struct {
	En string `json:"en" yaml:"en"`
	Zh string `json:"zh" yaml:"zh"`
}

// Textf formats both languages with the same arguments; a format may reorder them with %[2]s. An argument that is
// itself a Text is said in the language of the format.
func Textf(en, zh string, args ...any) Text {
	if len(args) == 0 {
		return Text{En: en, Zh: zh}
	}
	return Text{En: fmt.Sprintf(en, inLang(args, English)...), Zh: fmt.Sprintf(zh, inLang(args, Chinese)...)}
}

// Plain is a text that reads the same in every language, such as a name or a number.
func Plain(s string) Text { return Text{En: s, Zh: s} }

// In returns the text in the language, English unless it is "zh" or starts with it ("zh-CN").
func (t Text) In(lang string) string {
	if strings.HasPrefix(lang, Chinese) && t.Zh != "" {
		return t.Zh
	}
	if t.En == "" {
		return t.Zh
	}
	return t.En
}

// IsZero says whether there is no text at all.
func (t Text) IsZero() bool { return t == Text{} }

// JoinTexts joins texts language by language.
func JoinTexts(texts []Text, sep Text) Text {
	en, zh := make([]string, len(texts)), make([]string, len(texts))
	for i, t := range texts {
		en[i], zh[i] = t.In(English), t.In(Chinese)
	}
	return Text{En: strings.Join(en, sep.En), Zh: strings.Join(zh, sep.Zh)}
}

func inLang(args []any, lang string) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case Text:
			out[i] = v.In(lang)
		case error:
			out[i] = TextOf(v).In(lang)
		default:
			out[i] = a
		}
	}
	return out
}
