package bot

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"orderly.example/ops"
)

// masked stands for the value of a secret parameter.
const masked = "***"

// Line writes a request as the one line of chat that means it; Parse reads it back. Secret parameters are masked.
func Line(op ops.Operation, r ops.Request) string {
	out := []string{op.Name}
	inOrder := true // no parameter was left out so far, so values need no name
	for i, p := range op.Params {
		v := r.Params[p.Name]
		switch {
		case v == "":
			inOrder = false
		case p.Secret():
			out, inOrder = append(out, p.Name+"="+masked), false
		case inOrder && p.Required:
			out = append(out, placed(v, i == 0))
		default:
			out = append(out, p.Name+"="+quoted(v))
		}
	}
	for _, f := range []struct{ name, value string }{{"reason", r.Reason}, {"at", at(r.At)}, {"cron", r.Cron}, {"tz", r.TimeZone}, {"break-glass", r.BreakGlass}} {
		if f.value != "" {
			out = append(out, "--"+f.name, quoted(f.value))
		}
	}
	if r.DryRun {
		out = append(out, "--plan")
	}
	if r.Hold {
		out = append(out, "--hold")
	}
	return strings.Join(out, " ")
}

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// nameLook is what could be read as one more word of the operation's name: "scale fleet".
var nameLook = regexp.MustCompile(`^[\p{L}_-]+([.][\p{L}_-]+)?$`)

// placed writes a value that has no name.
func placed(v string, first bool) string {
	if first && nameLook.MatchString(v) {
		return force(v)
	}
	return quoted(v)
}

// quoted writes a value bare when that is safe, and in quotes otherwise.
func quoted(v string) string {
	for i, r := range v {
		ordinary := unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.@/:*,+%~×", r) || r == '-' && (i > 0 || minus(v))
		if !ordinary || narrow(string(r)) != string(r) {
			return force(v)
		}
	}
	if v == "" || strings.HasPrefix(v, "@") {
		return force(v)
	}
	return v
}

func minus(v string) bool { return len(v) > 1 && v[1] >= '0' && v[1] <= '9' }

func force(v string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range v {
		if r == escape || strings.ContainsRune(quotes[0].shut, r) {
			b.WriteRune(escape)
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// shown is a value as people may see it.
func shown(p ops.Param, v string) string {
	if p.Secret() && v != "" {
		return masked
	}
	return v
}
