package bot

import (
	"time"

	"orderly.example/ops"
)

// whom names a person: "Ann Lee (ann)".
func whom(u ops.User) string {
	if u.Name == "" || u.Name == u.ID {
		return u.ID
	}
	return u.Name + " (" + u.ID + ")"
}

func risk(r ops.Risk) ops.Text {
	if r == "" {
		return ops.Text{En: "unknown", Zh: "未知"}
	}
	return r.Text()
}

// hashOf is as much of a plan's hash as a person copies.
func hashOf(p *ops.Plan) string { return p.Hash[:min(8, len(p.Hash))] }

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func remark(note string) ops.Text {
	if note == "" {
		return ops.Text{}
	}
	return ops.Textf(": %s", ":%s", note)
}

func undoing(s ops.Step) ops.Text {
	if !s.Undo {
		return ops.Text{}
	}
	return ops.Text{En: "undo ", Zh: "撤销 "}
}

func stepState(s ops.StepState) ops.Text {
	switch s {
	case ops.StepRunning:
		return ops.Text{En: "running", Zh: "执行中"}
	case ops.StepDone:
		return ops.Text{En: "done", Zh: "完成"}
	case ops.StepFailed:
		return ops.Text{En: "failed", Zh: "失败"}
	}
	return ops.Plain(string(s))
}

// took says how long a finished step ran.
func took(s ops.Step) ops.Text {
	if s.Ended.IsZero() || s.Started.IsZero() {
		return ops.Text{}
	}
	return ops.Textf(", %s", ",%s", s.Ended.Sub(s.Started).Round(time.Second))
}

func attempt(p ops.Progress) ops.Text {
	if p.Attempt < 2 {
		return ops.Text{}
	}
	return ops.Textf(", attempt %d", ",第 %d 次尝试", p.Attempt)
}
