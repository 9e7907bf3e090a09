package bot

import (
	"regexp"
	"strings"

	"orderly.example/ops"
)

// verb is a word that is no operation: it acts on changes or asks for help.
type verb struct {
	kind  CommandKind
	act   ops.ActKind
	words []string
}

var verbs = []verb{
	{CommandAct, ops.ActApprove, []string{"approve", "同意", "批准", "通过"}},
	{CommandAct, ops.ActReject, []string{"reject", "deny", "拒绝", "驳回"}},
	{CommandAct, ops.ActCancel, []string{"cancel", "取消"}},
	{CommandAct, ops.ActRetry, []string{"retry", "重试"}},
	{CommandAct, ops.ActPause, []string{"pause", "暂停"}},
	{CommandAct, ops.ActResume, []string{"resume", "继续"}},
	{CommandAct, ops.ActPromote, []string{"promote", "推进"}},
	{CommandAct, ops.ActReview, []string{"review", "复核"}},
	{CommandShow, "", []string{"show", "查看", "详情"}},
	{CommandList, "", []string{"ls", "list", "列表"}},
	{CommandHelp, "", []string{"help", "?", "帮助"}},
	{CommandHelp, "", []string{"ops", "orderly", "catalogue", "目录"}},
	{CommandForm, "", []string{"form", "表单"}},
}

// addresses are the names of the bot that may stand before a line.
var addresses = []string{"ops", "orderly"}

// changeID is how the id of a change looks; a run of a schedule has its time in it.
var changeID = regexp.MustCompile(`^[a-z0-9][A-Za-z0-9:._-]{3,190}$`)

// flagName is one of the flags that every operation has.
type flagName string

const (
	flagReason flagName = "reason"
	flagAt     flagName = "at"
	flagCron   flagName = "cron"
	flagTZ     flagName = "tz"
	flagPlan   flagName = "plan"
	flagBreak  flagName = "break-glass"
	flagHold   flagName = "hold"
	flagHelp   flagName = "help"
)

// commonFlags are the flags of every operation with their other spellings.
var commonFlags = []struct {
	name  flagName
	spelt []string
	alone bool // it takes no value
}{
	{flagReason, []string{"原因", "理由"}, false},
	{flagAt, []string{"时间"}, false},
	{flagCron, []string{"定时"}, false},
	{flagTZ, []string{"timezone", "时区"}, false},
	{flagPlan, []string{"dry-run", "预案"}, true},
	{flagBreak, []string{"紧急"}, false},
	{flagHold, []string{"暂停"}, true},
	{flagHelp, []string{"帮助"}, true},
}

// commonFlag finds a common flag by any of its spellings.
func commonFlag(key string) (name flagName, isSwitch, ok bool) {
	key = strings.ReplaceAll(paramKey(key), "_", "-")
	for _, f := range commonFlags {
		if key == string(f.name) {
			return f.name, f.alone, true
		}
		for _, s := range f.spelt {
			if key == s {
				return f.name, f.alone, true
			}
		}
	}
	return "", false, false
}

// paramKey is the form in which names of parameters are compared.
func paramKey(s string) string { return strings.ReplaceAll(strings.ToLower(narrow(s)), "-", "_") }

// findVerb finds a verb by any of its words.
func findVerb(word string) (verb, bool) {
	word = strings.ToLower(narrow(word))
	for _, v := range verbs {
		for _, w := range v.words {
			if narrow(w) == word {
				return v, true
			}
		}
	}
	return verb{}, false
}

// spoken lists every word that can start a line, for did-you-mean.
func spoken(operations []ops.Operation) []string {
	var out []string
	for _, v := range verbs {
		out = append(out, v.words...)
	}
	for _, op := range operations {
		out = append(append(out, op.Name), op.Aliases...)
	}
	return out
}

// CheckNames finds what the grammar cannot tell apart: a name that two operations have or that is a word of the bot,
// and names of more than three words. Such a catalogue is a defect of the program.
func CheckNames(operations []ops.Operation) error {
	owner := map[string]string{}
	for _, v := range verbs {
		for _, w := range v.words {
			owner[operationKey(narrow(w))] = "the bot"
		}
	}
	for _, op := range operations {
		for _, n := range append([]string{op.Name}, op.Aliases...) {
			key := operationKey(n)
			if key == "" || strings.Count(key, ".") > 2 || strings.ContainsAny(n, "=\"'") {
				return ops.Errorf(ops.Internal, "the name %q of operation %s cannot be typed", "操作 %[2]s 的名称 %[1]q 无法输入", n, op.Name)
			}
			if other, taken := owner[key]; taken && other != op.Name {
				return ops.Errorf(ops.Internal, "the name %q of operation %s belongs to %s already", "操作 %[2]s 的名称 %[1]q 已被 %[3]s 使用", n, op.Name, other)
			}
			owner[key] = op.Name
		}
	}
	return nil
}
