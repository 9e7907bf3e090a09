package bot

import (
	"regexp"
	"strings"

	"orderly.example/ops"
)

var planLook = regexp.MustCompile(`^[0-9a-f]{6,64}$`)

// parseAct reads: approve <id> [plan=<hash>] [note].
func parseAct(v verb, rest []token) (Command, error) {
	id, rest, err := parseID(v.words[0], rest)
	c := Command{Kind: CommandAct, Act: v.act, ID: id}
	if err != nil {
		return c, err
	}
	var note []string
	for i := 0; i < len(rest); i++ {
		t := rest[i]
		name := paramKey(t.key)
		known := name == "plan" || name == "note" || name == "备注"
		switch {
		case t.flag && !known:
			return c, ops.Errorf(ops.Invalid, "%s takes no --%s%s; what you want to add is written after the id", "%s 没有参数 --%s%s;备注请直接写在 id 之后",
				v.words[0], excerpt(t.key), ops.DidYouMean(name, []string{"plan", "note"}))
		case t.flag && !t.keyed && i+1 == len(rest):
			return c, needsValue(t.key)
		case t.flag && !t.keyed:
			i++
			c.take(name, rest[i].value)
		case t.keyed && known:
			c.take(name, t.value)
		case t.quoted && !t.keyed:
			note = append(note, t.value)
		default:
			note = append(note, t.raw)
		}
	}
	if len(note) > 0 {
		c.Note = strings.Join(note, " ")
	}
	if c.Plan != "" && !planLook.MatchString(c.Plan) {
		return c, ops.Errorf(ops.Invalid, "%q is not the hash of a plan; copy it from the message, such as plan=3fa9c1d2", "%q 不是预案哈希,请从消息中复制,例如 plan=3fa9c1d2", excerpt(c.Plan))
	}
	return c, nil
}

// take sets one of the two named values of an act.
func (c *Command) take(name, value string) {
	if name == "plan" {
		c.Plan = strings.ToLower(narrow(value))
		return
	}
	c.Note = value
}

// parseShow reads: show <id>.
func parseShow(rest []token) (Command, error) {
	id, rest, err := parseID("show", rest)
	if err == nil && len(rest) > 0 {
		err = ops.Errorf(ops.Invalid, "show takes one id; I do not know what %q is for", "show 只接受一个 id,无法识别 %q", excerpt(raw(rest)))
	}
	return Command{Kind: CommandShow, ID: id}, err
}

func parseID(verb string, rest []token) (string, []token, error) {
	if len(rest) == 0 {
		return "", nil, ops.Errorf(ops.Invalid, "which change? write \"%[1]s <id>\"; \"ls\" shows the latest with their ids", "哪个变更?请输入 \"%[1]s <id>\";输入 \"ls\" 查看最近的变更", verb)
	}
	id := strings.Trim(narrow(rest[0].value), "`#<>")
	if !changeID.MatchString(id) {
		id = strings.ToLower(id) // a phone writes the first letter large
	}
	if rest[0].flag || rest[0].keyed || !changeID.MatchString(id) {
		return "", nil, ops.Errorf(ops.Invalid, "%q is not the id of a change; \"ls\" shows the latest with their ids", "%q 不是变更 id;输入 \"ls\" 查看最近的变更", excerpt(rest[0].raw))
	}
	return id, rest[1:], nil
}

func needsValue(key string) *ops.Error {
	return ops.Errorf(ops.Invalid, "--%[1]s needs a value, such as --%[1]s \"...\"", "--%[1]s 需要一个值,例如 --%[1]s \"...\"", excerpt(key)).At(key)
}
