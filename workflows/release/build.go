package release

import (
	"cmp"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// built looks a version up where the service's versions are built. Where nobody says where that is, it is taken as it is.
func built(ctx workflow.Context, s ops.Strategy, version string) (string, *activities.Build, error) {
	if s.Source == (ops.Source{}) {
		if strings.HasPrefix(version, activities.PipelineVersion) {
			return "", nil, ops.Errorf(ops.Invalid, "%s names no version, because the inventory does not say where the service is built; add release.source, or name a tag", "清单未配置该服务的构建来源,无法使用 %s;请配置 release.source,或指定标签", version).At("version")
		}
		return version, nil, nil
	}
	b, err := activities.FindBuild.Do(ctx, cmp.Or(s.Source.Provider, ops.GitLab), activities.BuildIn{Project: s.Source.Project, Version: version})
	if err != nil {
		return "", nil, err
	}
	return b.Version, &b, nil
}
