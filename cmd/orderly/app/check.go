package app

import (
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"

	"orderly.example/bot"
	"orderly.example/bot/api"
	"orderly.example/bot/chat"
	"orderly.example/bot/lark"
	"orderly.example/bot/signin"
	"orderly.example/bot/slack"
	"orderly.example/integrations/database"
	"orderly.example/integrations/gitlab"
	"orderly.example/integrations/grafana"
	"orderly.example/integrations/harbor"
	"orderly.example/integrations/jenkins"
	"orderly.example/integrations/kafka"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/nacos"
	"orderly.example/integrations/prometheus"
	"orderly.example/integrations/spinnaker"
	"orderly.example/ops"
	"orderly.example/policy"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// Finding is one thing that a process needs, and whether it is there.
type Finding struct {
	OK   bool     `json:"ok"`
	Text ops.Text `json:"text"`
}

// Report is everything that a process needs.
type Report struct {
	Findings []Finding `json:"findings"`
	Role     string    `json:"role,omitempty"` // the ClusterRole to apply, when a permission is missing
}

// Wrong counts what is missing.
func (r Report) Wrong() int {
	n := 0
	for _, f := range r.Findings {
		if !f.OK {
			n++
		}
	}
	return n
}

func (r *Report) add(what ops.Text, err error) {
	if err == nil {
		r.Findings = append(r.Findings, Finding{OK: true, Text: what})
		return
	}
	r.Findings = append(r.Findings, Finding{Text: ops.Textf("%s: %s", "%s:%s", what, asError(err))})
}

// asError lets the operator, who is the one that checks, see also what has no text for others.
func asError(err error) error {
	if ops.AsError(err) != nil {
		return err
	}
	return ops.Errorf(ops.Internal, "%s", "%s", err.Error())
}

// Check looks at everything that a process needs, without starting anything.
func Check(ctx context.Context, o Options) Report {
	var r Report
	people, err := bot.NewIdentities(o.People)
	r.add(ops.Textf("people", "人员"), err)
	if err == nil {
		r.add(ops.Textf("tokens", "令牌"), owners(o.Tokens, people))
	}
	operations := change.Catalogue{Definitions: workflows.All()}.Operations()
	r.add(ops.Textf("catalogue of operations", "操作目录"), bot.CheckNames(operations))
	_, err = policy.New(o.Policy, nil, time.Now, operations...)
	r.add(ops.Textf("policy", "策略"), err)
	for _, s := range o.Inventory {
		_, err := s.Services(ctx)
		r.add(ops.Textf("inventory %s", "资产清单 %s", s), err)
	}
	if o.Temporal.Address != "" {
		r.add(ops.Plain("Temporal"), engineAnswers(ctx, o.withDefaults().Temporal))
	}
	if o.Cloud != nil {
		r.clusters(ctx, *o.Cloud)
	}
	if o.Meter != nil {
		r.add(ops.Textf("Prometheus at %s", "Prometheus %s", o.Meter.URL), meterAnswers(ctx, *o.Meter))
	}
	if n := o.Nacos; n != nil {
		r.add(ops.Textf("Nacos at %s", "Nacos %s", n.URL), nacosAnswers(ctx, *n))
	}
	if o.GitLab != nil {
		r.add(ops.Plain("GitLab "+o.GitLab.URL), forgeAnswers(ctx, *o.GitLab))
	}
	if o.Harbor != nil {
		r.add(ops.Plain("Harbor "+o.Harbor.URL), harborAnswers(ctx, *o.Harbor))
	}
	r.pools(ctx, o.Clouds)
	if o.Grafana != nil {
		r.add(ops.Plain("Grafana "+o.Grafana.URL), grafanaAnswers(ctx, *o.Grafana))
	}
	r.data(ctx, o)
	if o.Jenkins != nil {
		r.add(ops.Plain("Jenkins "+o.Jenkins.URL), jenkinsAnswers(ctx, *o.Jenkins))
	}
	if o.Spinnaker != nil {
		r.add(ops.Plain("Spinnaker "+o.Spinnaker.URL), spinnakerAnswers(ctx, *o.Spinnaker))
	}
	if s := o.SignIn; s != nil {
		r.add(ops.Textf("sign-in at %s", "登录服务 %s", s.Issuer), signInAnswers(ctx, *s, o.Logger))
	}
	r.Findings = append(r.Findings, CheckChat(ctx, o).Findings...)
	return r
}

// CheckChat looks at what the chat platforms have to grant.
func CheckChat(ctx context.Context, o Options) Report {
	var r Report
	if s := o.Slack; s != nil {
		r.granted(slack.New(s.Config).Check(ctx, s.Emails))
	}
	if l := o.Lark; l != nil {
		r.granted(lark.New(l.Config).Check(ctx, l.Emails))
	}
	return r
}

func (r *Report) granted(findings []chat.Finding) {
	for _, f := range findings {
		r.add(f.What, f.Err)
	}
}

// owners finds tokens of people that nobody knows.
func owners(tokens []api.Token, people *bot.Identities) error {
	if _, err := api.NewTokens(tokens); err != nil {
		return err
	}
	for _, t := range tokens {
		if _, err := people.Find(t.Person); err != nil {
			return err
		}
	}
	return nil
}

// engineTimeout is how long the engine may take to answer a check.
const engineTimeout = 5 * time.Second

func engineAnswers(ctx context.Context, t Temporal) error {
	ctx, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	c, err := client.DialContext(ctx, t.options())
	if err != nil {
		return unreachable(t.Address, err)
	}
	c.Close()
	return nil
}

func meterAnswers(ctx context.Context, c prometheus.Config) error {
	m, err := prometheus.New(c)
	if err != nil {
		return err
	}
	return m.Check(ctx)
}

func nacosAnswers(ctx context.Context, c nacos.Config) error {
	n, err := nacos.New(c)
	if err != nil {
		return err
	}
	return n.Check(ctx)
}

func forgeAnswers(ctx context.Context, c gitlab.Config) error {
	g, err := gitlab.New(c)
	if err != nil {
		return err
	}
	return g.Check(ctx)
}

func harborAnswers(ctx context.Context, c harbor.Config) error {
	h, err := harbor.New(c)
	if err != nil {
		return err
	}
	return h.Check(ctx)
}

func grafanaAnswers(ctx context.Context, c grafana.Config) error {
	g, err := grafana.New(c)
	if err != nil {
		return err
	}
	return g.Check(ctx)
}

func jenkinsAnswers(ctx context.Context, c jenkins.Config) error {
	j, err := jenkins.New(c)
	if err != nil {
		return err
	}
	return j.Check(ctx)
}

func spinnakerAnswers(ctx context.Context, c spinnaker.Config) error {
	s, err := spinnaker.New(c)
	if err != nil {
		return err
	}
	return s.Check(ctx)
}

func signInAnswers(ctx context.Context, c signin.Config, l *slog.Logger) error {
	d, err := signin.New(c, nil, nil, l)
	if err != nil {
		return err
	}
	return d.Check(ctx)
}

func unreachable(address string, err error) error {
	return ops.Errorf(ops.Unavailable, "Temporal at %s does not answer (%s); check the address, TLS and that it runs", "Temporal(%s)没有响应(%s);请检查地址、TLS 以及它是否在运行",
		address, reason(err)).Because(err)
}

// data asks every Kafka cluster and database whether it lets us in.
func (r *Report) data(ctx context.Context, o Options) {
	streams, err := kafka.New(o.Kafka)
	if err != nil {
		r.add(ops.Textf("Kafka clusters", "Kafka 集群"), err)
	} else {
		defer streams.Close()
		for _, name := range streams.Names() {
			r.add(ops.Textf("Kafka cluster %s", "Kafka 集群 %s", name), streams.Check(ctx, name))
		}
	}
	stores, err := database.New(o.Databases)
	if err != nil {
		r.add(ops.Textf("databases", "数据库"), err)
		return
	}
	defer stores.Close()
	for _, name := range stores.Names() {
		r.add(ops.Textf("database %s", "数据库 %s", name), stores.Check(ctx, name))
	}
}

// clusters asks every cluster whether the permissions are there.
func (r *Report) clusters(ctx context.Context, c kubernetes.Config) {
	k, err := kubernetes.New(c)
	r.add(ops.Textf("clusters", "集群"), err)
	if err != nil {
		return
	}
	for _, f := range k.Check(ctx) {
		ok := f.Allowed || f.Permission.Optional()
		r.Findings = append(r.Findings, Finding{OK: ok, Text: f.Text})
		if !ok && f.Permission != (kubernetes.Permission{}) {
			r.Role = kubernetes.ClusterRole()
		}
	}
}
