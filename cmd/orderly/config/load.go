package config

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"

	"orderly.example/ops"
)

// Load reads the file. The error lists every mistake, each with its place.
func Load(path string) (Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Config{}, ops.Errorf(ops.Invalid, "cannot read the configuration %s; name it with --config", "无法读取配置文件 %s,请用 --config 指定", path).Because(err)
	}
	return Parse(raw, path)
}

// Parse reads the text of a configuration; name is what to call it in errors.
func Parse(raw []byte, name string) (Config, error) {
	c := Defaults()
	expanded, missing := expand(raw, name)
	d := yaml.NewDecoder(bytes.NewReader(expanded), yaml.Strict())
	var wrong []*ops.Error
	wrong = append(wrong, missing...)
	if err := d.Decode(&c); errors.Is(err, io.EOF) {
		c = Defaults() // an empty file says nothing, and the decoder would empty everything
	} else if err != nil {
		wrong = append(wrong, located(err, name))
		return c, join(wrong)
	}
	wrong = append(wrong, c.check(name)...)
	return c, join(wrong)
}

// reference is ${env:NAME} or ${file:/path}.
var reference = regexp.MustCompile(`\$\{(env|file):([^}]*)\}`)

// expand replaces the references, line by line, so that an error can name its line. A value that would break out of
// its place in the file is quoted.
func expand(raw []byte, name string) ([]byte, []*ops.Error) {
	var wrong []*ops.Error
	lines := strings.Split(string(raw), "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		lines[i] = reference.ReplaceAllStringFunc(line, func(ref string) string {
			m := reference.FindStringSubmatch(ref)
			value, err := resolve(m[1], m[2])
			if err != nil {
				wrong = append(wrong, ops.Errorf(ops.Invalid, "%s:%d:%d: %s is not there: set it, or take it out", "%s:%d:%d:%s 不存在,请设置或删除",
					name, i+1, strings.Index(line, ref)+1, ref).Because(err))
				return "missing"
			}
			return quoted(value)
		})
	}
	return []byte(strings.Join(lines, "\n")), wrong
}

func resolve(kind, name string) (string, error) {
	if kind == "env" {
		v, ok := os.LookupEnv(name)
		if !ok {
			return "", errors.New("no such environment variable")
		}
		return v, nil
	}
	b, err := os.ReadFile(name)
	return strings.TrimRight(string(b), "\r\n"), err
}

// plain needs no quotes in YAML.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./@-]+(:[0-9]+)?$`)

func quoted(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.NewReplacer("'", "''", "\n", " ").Replace(value) + "'"
}

// located is a decoder's error with its place and, for an unknown key, what was probably meant.
func located(err error, name string) *ops.Error {
	line, column, text := 1, 1, ops.Textf("%s", "内容有误:%s", err.Error())
	var at yaml.Error
	if errors.As(err, &at) {
		text = ops.Textf("%s", "内容有误:%s", at.GetMessage())
		if t := at.GetToken(); t != nil {
			line, column = t.Position.Line, t.Position.Column
			if strings.Contains(at.GetMessage(), "unknown field") {
				text = ops.Textf("unknown field %q%s", "未知的字段 %q%s", t.Value, ops.DidYouMean(t.Value, keys(reflect.TypeFor[Config]())))
			}
		}
	}
	return ops.Errorf(ops.Invalid, "%s:%d:%d: %s", "%s:%d:%d:%s", name, line, column, text).Because(err)
}

// keys are all keys that may stand in the file.
func keys(t reflect.Type) []string {
	var out []string
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return keys(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if k := t.Field(i).Tag.Get("yaml"); k != "" {
				out = append(append(out, k), keys(t.Field(i).Type)...)
			}
		}
	}
	return out
}

// join makes one error of all.
func join(wrong []*ops.Error) error {
	if len(wrong) == 0 {
		return nil
	}
	texts := make([]ops.Text, len(wrong))
	for i, w := range wrong {
		texts[i] = w.Text
	}
	all := ops.JoinTexts(texts, ops.Text{En: "\n", Zh: "\n"})
	return &ops.Error{Code: ops.Invalid, Text: all}
}
