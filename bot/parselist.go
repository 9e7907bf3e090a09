package bot

import (
	"slices"
	"strconv"
	"strings"

	"orderly.example/ops"
)

// listKeys are the filters of a list with their other spellings; the first is the name.
var listKeys = [][]string{
	{"operation", "op", "操作"},
	{"service", "服务"},
	{"env", "环境"},
	{"idc", "机房"},
	{"by", "requester", "申请人"},
	{"state", "状态"},
	{"text", "search", "搜索"},
	{"limit", "条数"},
	{"page", "翻页"},
}

// parseList reads: ls [open] [mine] [operation=scale] [env=prod] [shop.cart.api@idc1:prod] ...
func parseList(rest []token, operations []ops.Operation) (Command, error) {
	c := Command{Kind: CommandList}
	for i := 0; i < len(rest); i++ {
		t := rest[i]
		if !t.flag && !t.keyed {
			n, err := c.word(rest[i:], operations)
			if err != nil {
				return c, err
			}
			i += n - 1
			continue
		}
		if !t.keyed && c.listWord(t.key) {
			continue
		}
		v, used := valueOf(t, rest[i+1:], false)
		if used == 0 {
			return c, needsValue(t.key)
		}
		if err := c.filter(t.key, v.value, operations); err != nil {
			return c, err
		}
		i += used - 1
	}
	return c, nil
}

// listWord takes a word that needs no value.
func (c *Command) listWord(w string) bool {
	switch strings.ToLower(w) {
	case "open", "未完成":
		c.Filter.Open = true
	case "mine", "me", "我的":
		c.Mine = true
	default:
		return false
	}
	return true
}

// word takes a word without a key, and says how many words it used: an operation, a state, or a target.
func (c *Command) word(rest []token, operations []ops.Operation) (int, error) {
	t := rest[0]
	if c.listWord(t.value) {
		return 1, nil
	}
	if op, n := leadingOperation(rest, operations); n > 0 {
		c.Filter.Operation = op.Name
		return n, nil
	}
	if s, ok := findState(t.value); ok {
		c.Filter.State = s
		return 1, nil
	}
	if w := narrow(t.value); strings.ContainsAny(w, ".@:") {
		if target, err := ops.ParseTarget(w); err == nil && target.Cluster == "" {
			c.Filter.Service, c.Filter.IDC, c.Filter.Env = target.Service, target.IDC, target.Env
			return 1, nil
		}
	}
	known := append([]string{"open", "mine"}, stateNames()...)
	for _, k := range listKeys {
		known = append(known, k[0]+"=")
	}
	return 0, ops.Errorf(ops.Invalid, "I cannot list by %q%s; write for example \"ls open env=prod by=ann\"", "无法按 %q 过滤%s;例如 \"ls open env=prod by=ann\"",
		excerpt(t.raw), ops.DidYouMean(t.value, append(known, spoken(operations)...)))
}

// filter sets one filter.
func (c *Command) filter(key, v string, operations []ops.Operation) error {
	f := &c.Filter
	v = narrow(tidy(v))
	switch listKey(key) {
	case "operation":
		op, err := findOperation(operations, v)
		f.Operation = op.Name
		return err
	case "service":
		f.Service = v
	case "env":
		f.Env = v
	case "idc":
		f.IDC = v
	case "by":
		f.Requester = strings.TrimPrefix(v, "@")
	case "text":
		f.Text = v
	case "page":
		f.PageToken = v
	case "state":
		s, ok := findState(v)
		if !ok {
			return ops.Errorf(ops.Invalid, "there is no state %q%s", "没有状态 %q%s", v, ops.DidYouMean(v, stateNames())).At("state")
		}
		f.State = s
	case "limit":
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > ops.MaxLimit {
			return ops.Errorf(ops.Invalid, "limit is a number from 1 to %d", "limit 应为 1 到 %d 的数字", ops.MaxLimit).At("limit")
		}
		f.Limit = n
	default:
		var names []string
		for _, k := range listKeys {
			names = append(names, k...)
		}
		return ops.Errorf(ops.Invalid, "a list has no filter %q%s", "列表没有过滤条件 %q%s", excerpt(key), ops.DidYouMean(key, names))
	}
	return nil
}

func listKey(key string) string {
	for _, k := range listKeys {
		if slices.Contains(k, paramKey(key)) {
			return k[0]
		}
	}
	return ""
}

// findState finds a state by its name or by what people call it.
func findState(s string) (ops.State, bool) {
	s = strings.ToLower(s)
	name := strings.NewReplacer(" ", "_", "-", "_").Replace(s)
	for _, st := range ops.States() {
		if name == string(st) || s == st.Text().En || s == st.Text().Zh {
			return st, true
		}
	}
	return "", false
}
