package bot

import (
	"strings"

	"orderly.example/ops"
)

// Parse understands one line of chat. It is forgiving about form (mentions, quotes, dashes, widths, case, order) and
// strict about meaning: a word that it does not know is an error with a did-you-mean, never a guess.
func Parse(text string, operations []ops.Operation) (Command, error) {
	if len(text) > maxLine {
		return Command{}, ops.Errorf(ops.Invalid, "the line is longer than %d characters; shorten it, or use the portal", "输入超过 %d 个字符,请缩短或使用门户", maxLine)
	}
	tokens, err := lex(text)
	if err != nil {
		return Command{}, err
	}
	tokens = unaddressed(tokens)
	if len(tokens) == 0 {
		return Command{Kind: CommandHelp}, nil
	}
	first := strings.TrimLeft(narrow(tokens[0].value), "/!")
	if v, ok := findVerb(first); ok && tokens[0].word() {
		return v.parse(tokens[1:], operations)
	}
	op, n := leadingOperation(tokens, operations)
	if n == 0 {
		return Command{}, ops.Errorf(ops.NotFound, "I do not know %q%s; \"help\" says what I understand", "无法识别 %q%s;输入 \"help\" 查看用法",
			excerpt(tokens[0].raw), ops.DidYouMean(first, spoken(operations)))
	}
	return parseRequest(op, tokens[n:])
}

// unaddressed drops what only says who is spoken to: a mention, and "ops" or "orderly" before something else.
func unaddressed(tokens []token) []token {
	for len(tokens) > 0 && !tokens[0].quoted && isMention(tokens[0].raw) {
		tokens = tokens[1:]
	}
	if len(tokens) > 1 && tokens[0].word() {
		name := strings.Trim(strings.ToLower(narrow(tokens[0].value)), "/!@:,")
		for _, a := range addresses {
			if name == a {
				return tokens[1:]
			}
		}
	}
	return tokens
}

func isMention(s string) bool {
	s = narrow(s)
	return strings.HasPrefix(s, "@") || (strings.HasPrefix(s, "<@") && strings.Contains(s, ">"))
}

// leadingOperation finds the longest name at the start of the line and says of how many words it is.
func leadingOperation(tokens []token, operations []ops.Operation) (ops.Operation, int) {
	var words []string
	for _, t := range tokens[:min(len(tokens), 3)] {
		w := strings.TrimLeft(narrow(t.value), "/!")
		if !t.word() || operationKey(w) == "" {
			break
		}
		words = append(words, w)
	}
	for n := len(words); n > 0; n-- {
		wanted := operationKey(strings.Join(words[:n], "."))
		if wanted == "" {
			continue
		}
		for _, op := range operations {
			for _, name := range append([]string{op.Name}, op.Aliases...) {
				if operationKey(name) == wanted {
					return op, n
				}
			}
		}
	}
	return ops.Operation{}, 0
}

func (v verb) parse(rest []token, operations []ops.Operation) (Command, error) {
	switch v.kind {
	case CommandAct:
		return parseAct(v, rest)
	case CommandShow:
		return parseShow(rest)
	case CommandList:
		return parseList(rest, operations)
	case CommandForm:
		return parseForm(rest, operations)
	default:
		return parseHelp(rest, operations)
	}
}

func parseHelp(rest []token, operations []ops.Operation) (Command, error) {
	c := Command{Kind: CommandHelp}
	var named []token
	for _, t := range rest {
		switch {
		case t.flag && paramKey(t.key) == "all" && !t.keyed, t.word() && (strings.EqualFold(t.value, "all") || t.value == "全部"):
			c.All = true
		default:
			named = append(named, t)
		}
	}
	if len(named) == 0 {
		return c, nil
	}
	if _, ok := findVerb(named[0].value); ok && len(named) == 1 {
		return c, nil
	}
	op, n := leadingOperation(named, operations)
	if n != len(named) {
		return c, ops.Errorf(ops.NotFound, "there is no operation %q%s; \"ops\" lists them all", "没有操作 %q%s;输入 \"ops\" 查看全部操作",
			excerpt(raw(named)), ops.DidYouMean(raw(named), spoken(operations)))
	}
	c.Operation = op
	return c, nil
}

func parseForm(rest []token, operations []ops.Operation) (Command, error) {
	op, n := leadingOperation(rest, operations)
	if n == 0 {
		return Command{}, ops.Errorf(ops.Invalid, "the form of which operation? write \"form scale\"; \"ops\" lists them all%s",
			"要打开哪个操作的表单?请输入 \"form scale\";输入 \"ops\" 查看全部操作%s", ops.DidYouMean(raw(rest), spoken(operations)))
	}
	c, err := parseRequest(op, rest[n:])
	if err == nil && c.Kind == CommandRequest {
		c.Kind = CommandForm
	}
	return c, err
}

func raw(tokens []token) string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.raw
	}
	return strings.Join(out, " ")
}
