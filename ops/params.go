package ops

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// kinds maps the Go type of a struct field to the kind of the parameter.
var kinds = map[reflect.Type]Kind{
	reflect.TypeFor[string]():        KindString,
	reflect.TypeFor[int]():           KindInt,
	reflect.TypeFor[bool]():          KindBool,
	reflect.TypeFor[time.Duration](): KindDuration,
	reflect.TypeFor[Target]():        KindTarget,
	reflect.TypeFor[Targets]():       KindTargets,
	reflect.TypeFor[Person]():        KindUser,
	reflect.TypeFor[time.Time]():     KindTime,
	reflect.TypeFor[SecretRef]():     KindSecret,
}

// ParamsOf derives the parameters from the fields of the struct P, in their order, which is also the order in which
// values without a name are read. Tags: en and zh (help, both needed), name (default: the field's name in snake_case),
// min, max, pattern, default, optional:"true", pairs:"true" (key=value ...), options:"a,b" (makes an enum), from:"provider.step" (options asked for
// when needed). A field that breaks these rules is a defect of the program and panics.
func ParamsOf[P any]() []Param {
	t := reflect.TypeFor[P]()
	out := make([]Param, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		p, err := paramOf(f)
		if err != nil {
			panic(fmt.Sprintf("ops: field %s of %s: %v", f.Name, t, err))
		}
		out = append(out, p)
	}
	return out
}

func paramOf(f reflect.StructField) (Param, error) {
	kind, ok := kinds[f.Type]
	if !ok {
		return Param{}, fmt.Errorf("type %s is no kind of parameter", f.Type)
	}
	tag := f.Tag
	p := Param{
		Name: tag.Get("name"), Kind: kind, Help: Text{En: tag.Get("en"), Zh: tag.Get("zh")},
		Default: tag.Get("default"), Min: tag.Get("min"), Max: tag.Get("max"), Pattern: tag.Get("pattern"),
		OptionsFrom: tag.Get("from"), Pairs: tag.Get("pairs") == "true",
	}
	if p.Name == "" {
		p.Name = snake(f.Name)
	}
	if p.Help.En == "" || p.Help.Zh == "" {
		return p, fmt.Errorf("both tags en and zh are needed")
	}
	if o := tag.Get("options"); o != "" {
		p.Kind, p.Options = KindEnum, strings.Split(o, ",")
	}
	p.Required = p.Default == "" && tag.Get("optional") != "true"
	if p.Default != "" {
		c, err := p.Canonical(p.Default)
		if err != nil {
			return p, fmt.Errorf("default: %w", err)
		}
		p.Default = c
	}
	return p, nil
}

// Decode fills the struct P from checked values. A value that does not fit gives an Error with the parameter's name.
func Decode[P any](values map[string]string) (P, error) {
	var out P
	v := reflect.ValueOf(&out).Elem()
	for i := range v.NumField() {
		p, err := paramOf(v.Type().Field(i))
		if err != nil {
			return out, Errorf(Internal, "a parameter is declared wrongly", "参数声明有误").Because(err)
		}
		text := values[p.Name]
		if text == "" {
			text = p.Default
		}
		if text == "" {
			continue
		}
		typed, err := p.Parse(text)
		if err != nil {
			return out, err
		}
		if n, ok := typed.(int64); ok {
			typed = int(n)
		}
		v.Field(i).Set(reflect.ValueOf(typed))
	}
	return out, nil
}

// Values is the inverse of Decode: the canonical texts of the fields that are not zero.
func Values(params any) map[string]string {
	out := map[string]string{}
	v := reflect.Indirect(reflect.ValueOf(params))
	for i := range v.NumField() {
		f, field := v.Field(i), v.Type().Field(i)
		if f.IsZero() {
			continue
		}
		name := field.Tag.Get("name")
		if name == "" {
			name = snake(field.Name)
		}
		out[name] = textOf(f.Interface())
	}
	return out
}

func textOf(v any) string {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(time.RFC3339)
	default:
		return fmt.Sprint(v)
	}
}

func snake(name string) string {
	var b strings.Builder
	after := 'A' // the letter before
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(after) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		after = r
	}
	return b.String()
}
