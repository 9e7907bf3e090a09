package app

import (
	"context"

	"orderly.example/activities"
	"orderly.example/bot"
	"orderly.example/ops"
	"orderly.example/workflows"
)

// choices answers which values a parameter with dynamic options may take, by the source that the parameter names.
type choices struct{ app *App }

// Options lists the values. A source that fails is an error: nothing is guessed.
func (c choices) Options(ctx context.Context, source string, _ map[string]string) ([]string, error) {
	switch source {
	case "inventory.clusters":
		return c.app.parts.inventory.Clusters(ctx)
	case "kafka.clusters":
		return c.app.parts.kafka.Names(), nil
	case "database.names":
		return c.app.parts.database.Names(), nil
	case bot.TargetOptions:
		return c.app.parts.inventory.Targets(ctx)
	case "engine.schedules":
		all, err := workflows.Engine{Client: c.app.starter}.Schedules(ctx, activities.ScheduleIn{})
		if err != nil {
			return nil, err
		}
		out := make([]string, len(all))
		for i, s := range all {
			out[i] = s.ID
		}
		return out, nil
	}
	return nil, ops.Errorf(ops.Internal, "nothing lists options for %q", "没有 %q 的选项来源", source)
}
