package gitlab

import (
	"context"
	"slices"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/ops"
)

// Check asks whether the token is taken and may do what is needed here.
func (c *Client) Check(ctx context.Context) error {
	t, err := ask(ctx, c, "the token itself", func(o api.RequestOptionFunc) (*api.PersonalAccessToken, *api.Response, error) {
		return c.api.PersonalAccessTokens.GetSinglePersonalAccessToken(o)
	})
	switch {
	case err != nil:
		return err
	case t.Revoked || !t.Active:
		return ops.Errorf(ops.Denied, "the token for GitLab at %s is revoked or expired; make a new one with the scope api", "GitLab(%s)的 token 已吊销或过期;请重新创建 scope 为 api 的令牌", c)
	case !slices.Contains(t.Scopes, "api"):
		return ops.Errorf(ops.Denied, "the token for GitLab at %s has the scopes %s, and api is needed for commits, merge requests and pipelines; make a new one with the scope api",
			"GitLab(%s)的 token 的 scope 为 %s,提交、合并请求和流水线需要 api;请重新创建 scope 为 api 的令牌", c, strings.Join(t.Scopes, ", "))
	}
	return nil
}
