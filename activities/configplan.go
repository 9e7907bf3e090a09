package activities

import (
	"maps"
	"slices"

	"orderly.example/ops"
)

// PlanEdit says what an edit has still to write and what the content is then: the checks that every ConfigEditor makes
// before it writes. now is what the centre has.
func PlanEdit(in EditIn, now Config) (left []ConfigChange, then map[string]string, err error) {
	former := maps.Clone(now.Values)
	if former == nil {
		former = map[string]string{}
	}
	for _, c := range in.Changes {
		v, there := now.Values[c.Key]
		switch {
		case there != c.Remove && v == c.To:
		case there != c.Add && v == c.From:
			left = append(left, c)
		default:
			return nil, nil, ops.Errorf(ops.Conflict, "%s of %s was changed by somebody else meanwhile; look at it with config.get and ask again", "%[2]s 的 %[1]s 已被他人修改;请用 config.get 查看后重新申请", c.Key, in.At)
		}
		if c.Add {
			delete(former, c.Key)
		} else {
			former[c.Key] = c.From
		}
	}
	if in.Content != "" && (ConfigContent(former) != in.Content || !now.Instant && now.Release != in.Release) {
		return nil, nil, moved(in.At, now)
	}
	return left, applied(now.Values, in.Changes), nil
}

func moved(at ops.ConfigAt, now Config) error {
	by := ops.Text{}
	if now.OpenBy != "" {
		by = ops.Textf(" (last by %s)", "(最近由 %s)", now.OpenBy)
	}
	return ops.Errorf(ops.Conflict, "%s was changed by somebody else since the plan was made%s; look at it with config.get and ask again", "预案生成后 %s 已被他人修改%s;请用 config.get 查看后重新申请", at, by)
}

// PlanPublish is what every ConfigPublisher checks before it publishes: it says what is done already, and nil when there is
// something to publish. recent are the releases, the newest first.
func PlanPublish(in PublishIn, now Config, recent []ConfigRelease) (*PublishOut, error) {
	named := func(title string) int {
		return slices.IndexFunc(recent, func(r ConfigRelease) bool { return r.Title == title })
	}
	if i := named(in.Title); i >= 0 {
		return &PublishOut{Release: recent[i].ID}, nil
	}
	if in.After != "" {
		switch i := named(in.After); {
		case i < 0:
			return &PublishOut{}, nil // it never came to be, and there is nothing to take back
		case i > 0:
			return nil, moved(in.At, now)
		}
	}
	if now.Content != in.Content || in.After == "" && now.Release != in.Release {
		return nil, moved(in.At, now)
	}
	return nil, nil
}
