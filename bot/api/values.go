package api

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"orderly.example/ops"
)

// texts turns JSON values into the texts that parameters are made of; every value that has no such text is reported.
func texts(params map[string]json.RawMessage) (map[string]string, []*ops.Error) {
	out := make(map[string]string, len(params))
	var errs []*ops.Error
	for name, raw := range params {
		text, err := textOf(raw)
		if err != nil {
			errs = append(errs, err.At(name))
			continue
		}
		out[name] = text
	}
	slices.SortFunc(errs, func(a, b *ops.Error) int { return strings.Compare(a.Field, b.Field) })
	return out, errs
}

func textOf(raw json.RawMessage) (string, *ops.Error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", notAValue().Because(err)
	}
	if list, ok := v.([]any); ok {
		parts := make([]string, len(list))
		for i, x := range list {
			part, ok := scalar(x)
			if !ok {
				return "", notAValue()
			}
			parts[i] = part
		}
		return strings.Join(parts, ","), nil
	}
	text, ok := scalar(v)
	if !ok {
		return "", notAValue()
	}
	return text, nil
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	case json.Number:
		return number(v.String()), true
	}
	return "", false
}

// maxNumber bounds how long a number may be before it is worked with, in bytes.
const maxNumber = 40

// number writes a whole number without a fraction or an exponent: JSON's 6.0 and 6e0 are 6.
func number(s string) string {
	if !strings.ContainsAny(s, ".eE") || len(s) > maxNumber {
		return s
	}
	if _, exponent, _ := strings.Cut(strings.ToLower(s), "e"); len(exponent) > 3 {
		return s
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || !r.IsInt() {
		return s
	}
	return r.Num().String()
}

func notAValue() *ops.Error {
	return ops.Errorf(ops.Invalid, "a value is a text, a number, true or false, or a list of these", "参数值应为文本、数字、true/false 或其列表")
}
