package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/bot/api"
	"orderly.example/bot/lark"
	"orderly.example/bot/signin"
	"orderly.example/bot/slack"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/command"
	"orderly.example/cmd/orderly/config"
	"orderly.example/integrations/apollo"
	"orderly.example/integrations/consul"
	"orderly.example/integrations/database"
	"orderly.example/integrations/gitlab"
	"orderly.example/integrations/grafana"
	"orderly.example/integrations/harbor"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/jenkins"
	"orderly.example/integrations/kafka"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/nacos"
	"orderly.example/integrations/prometheus"
	"orderly.example/integrations/registry"
	"orderly.example/integrations/spinnaker"
	"orderly.example/integrations/web"
	"orderly.example/ops"
	"orderly.example/policy"
)

// serveCommand is `orderly serve`: one process of a production, with the roles that it is given.
func serveCommand(l command.Lang) *cobra.Command {
	var path, temporal, listen string
	var roles []string
	cmd := &cobra.Command{Use: "serve", Short: l.Say("one process in production, by a configuration file", "按配置文件运行生产环境的一个进程"), Args: command.Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := config.Load(path)
		if err != nil {
			return err
		}
		if temporal != "" {
			c.Temporal.Address = temporal
		}
		if listen != "" {
			c.Listen = listen
		}
		if len(roles) > 0 {
			c.Roles = roles
		}
		if err := c.Check("orderly serve"); err != nil {
			return err
		}
		o, err := options(c)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), o, cmd.OutOrStdout(), func(w io.Writer, a *app.App, _ app.Options) {
			o.Logger.Info("ready", "url", a.URL, "roles", c.Roles, "temporal", c.Temporal.Address)
		})
	}}
	cmd.Flags().StringVar(&path, "config", "orderly.yaml", l.Say("configuration file", "配置文件"))
	cmd.Flags().StringVar(&temporal, "temporal", "", l.Say("address of Temporal, instead of the configuration's", "Temporal 地址,优先于配置文件"))
	cmd.Flags().StringVar(&listen, "listen", "", l.Say("address to listen on, instead of the configuration's", "监听地址,优先于配置文件"))
	cmd.Flags().StringSliceVar(&roles, "roles", nil, l.Say("bot, portal, worker, instead of the configuration's", "角色:bot、portal、worker,优先于配置文件"))
	return cmd
}

// options turns the configuration into what a process is.
func options(c config.Config) (app.Options, error) {
	logger, err := newLogger(os.Stderr, c.Log)
	if err != nil {
		return app.Options{}, err
	}
	o := app.Options{
		Listen: c.Listen, Roles: c.Roles, DataDir: c.DataDir, Version: version, Logger: logger, Tracing: c.Tracing.Endpoint,
		People: bot.FromFile(c.People), Policy: policy.FromFile(c.Policy),
		Temporal: app.Temporal{
			Address: c.Temporal.Address, Namespace: c.Temporal.Namespace, TaskQueue: c.Temporal.TaskQueue, Retention: c.Temporal.Retention,
			APIKey: string(c.Temporal.APIKey), Port: c.Temporal.Port, UIPort: c.Temporal.UIPort, BuildID: c.Temporal.BuildID,
		},
		Cloud: &kubernetes.Config{
			Kubeconfig: c.Kubernetes.Kubeconfig, InCluster: c.Kubernetes.InCluster, QPS: c.Kubernetes.QPS, Burst: c.Kubernetes.Burst,
			FieldManager: c.Kubernetes.FieldManager, Timeout: c.Kubernetes.Timeout, Clusters: map[string]kubernetes.Source{},
		},
	}
	o.PublicURL, o.Temporal.UI = strings.TrimSuffix(c.PublicURL, "/"), strings.TrimSuffix(c.Temporal.UI, "/")
	gates(c, &o)
	centres(c, &o)
	clouds(c, &o)
	data(c, &o)
	if c.OIDC.Issuer != "" {
		o.SignIn = &signin.Config{Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: string(c.OIDC.ClientSecret), Claim: c.OIDC.Claim, PublicURL: o.PublicURL}
	}
	o.Slack, o.Lark = slackOptions(c.Slack), larkOptions(c.Lark)
	for name, s := range c.Kubernetes.Clusters {
		o.Cloud.Clusters[name] = kubernetes.Source{Kubeconfig: s.Kubeconfig, Context: s.Context}
	}
	for _, name := range c.Inventory {
		o.Inventory = append(o.Inventory, inventory.Open(name, string(c.InventoryToken)))
	}
	for _, t := range c.Tokens {
		o.Tokens = append(o.Tokens, api.Token{Person: t.Person, Hash: t.Hash, Expires: t.Expires})
	}
	o.Temporal.TLS, err = mutualTLS(c.Temporal.TLS)
	return o, err
}

// centres puts in where configuration is kept.
func centres(c config.Config, o *app.Options) {
	if a := c.Apollo; a.URL != "" {
		o.Apollo = &apollo.Config{URL: a.URL, Token: string(a.Token), Operator: a.Operator, Publisher: a.Publisher, Timeout: a.Timeout}
	}
	if k := c.Consul; k.URL != "" {
		o.Consul = &consul.Config{URL: k.URL, Token: string(k.Token), Prefix: k.Prefix, History: k.History, Timeout: k.Timeout}
	}
	if n := c.Nacos; n.URL != "" {
		o.Nacos = &nacos.Config{URL: n.URL, API: n.API, User: n.User, Password: string(n.Password), Timeout: n.Timeout}
	}
}

// data puts in the Kafka clusters and the databases.
func data(c config.Config, o *app.Options) {
	o.Kafka.Clusters, o.Databases.Databases = map[string]kafka.Cluster{}, map[string]database.Database{}
	for name, k := range c.Kafka {
		o.Kafka.Clusters[name] = kafka.Cluster{Brokers: k.Brokers, IDC: k.IDC, Env: k.Env, TLS: k.TLS, CAFile: k.CAFile, User: k.User, Password: string(k.Password), Mechanism: k.Mechanism}
	}
	for name, d := range c.Databases {
		o.Databases.Databases[name] = database.Database{
			Kind: d.Kind, Address: d.Address, Name: d.Name, User: d.User, Password: string(d.Password), Plain: d.Plain, CAFile: d.CAFile, IDC: d.IDC, Env: d.Env, Roles: d.Roles,
		}
	}
}

// gates puts in what the gates of releases are measured with, and where versions come from.
func gates(c config.Config, o *app.Options) {
	if p := c.Prometheus; p.URL != "" {
		o.Meter = &prometheus.Config{URL: p.URL, Public: p.Public, BearerToken: string(p.BearerToken), User: p.User, Password: string(p.Password), CAFile: p.CAFile, Timeout: p.Timeout}
	}
	if g := c.GitLab; g.URL != "" {
		o.GitLab = &gitlab.Config{URL: g.URL, Token: string(g.Token), Timeout: g.Timeout}
	}
	if h := c.Harbor; h.URL != "" {
		o.Harbor = &harbor.Config{URL: h.URL, User: h.User, Password: string(h.Password), Registry: h.Registry, Timeout: h.Timeout}
	}
	if g := c.Grafana; g.URL != "" {
		o.Grafana = &grafana.Config{URL: g.URL, Token: string(g.Token), Timeout: g.Timeout}
	}
	o.Templates = c.ServiceTemplates
	if s := c.Spinnaker; s.URL != "" {
		o.Spinnaker = &spinnaker.Config{URL: s.URL, UI: s.UI, Token: string(s.Token), User: s.User, Password: string(s.Password), Timeout: s.Timeout}
	}
	if j := c.Jenkins; j.URL != "" {
		o.Jenkins = &jenkins.Config{URL: j.URL, User: j.User, Token: string(j.Token), Timeout: j.Timeout}
	}
	o.Probe = web.Config{Timeout: c.Probe.Timeout, Networks: c.Probe.Networks}
	o.Registry = registry.Config{Insecure: c.Registry.Insecure, Timeout: c.Registry.Timeout, Credentials: map[string]registry.Credential{}}
	for host, r := range c.Registry.Credentials {
		o.Registry.Credentials[host] = registry.Credential{User: r.User, Password: string(r.Password), Token: string(r.Token)}
	}
}

// slackOptions are those of a workspace; nil when there is none.
func slackOptions(c config.Slack) *app.Slack {
	if c.BotToken == "" {
		return nil
	}
	s := &app.Slack{Config: slack.Config{BotToken: string(c.BotToken), AppToken: string(c.AppToken), API: c.API}, Chat: app.Chat{HTTP: c.AppToken == "", Emails: c.MatchEmail}}
	for _, secret := range c.SigningSecrets {
		s.SigningSecrets = append(s.SigningSecrets, string(secret))
	}
	return s
}

// larkOptions are those of a tenant; nil when there is none.
func larkOptions(c config.Lark) *app.Lark {
	if c.AppID == "" {
		return nil
	}
	return &app.Lark{Chat: app.Chat{HTTP: c.EncryptKey != "", Emails: c.MatchEmail}, Config: lark.Config{
		AppID: c.AppID, AppSecret: string(c.AppSecret), Domain: strings.TrimSuffix(c.Domain, "/"), Tenant: c.Tenant,
		EncryptKey: string(c.EncryptKey), VerificationToken: string(c.VerificationToken),
	}}
}

// mutualTLS reads the files of a TLS connection; nil when there are none.
func mutualTLS(c config.TLS) (*tls.Config, error) {
	if c == (config.TLS{}) {
		return nil, nil
	}
	t := &tls.Config{ServerName: c.ServerName, MinVersion: tls.VersionTLS12}
	if c.CA != "" {
		pem, err := os.ReadFile(c.CA)
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "temporal.tls.ca: cannot read %s", "temporal.tls.ca:无法读取 %s", c.CA).Because(err)
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, ops.Errorf(ops.Invalid, "temporal.tls.ca: %s holds no certificate in PEM form", "temporal.tls.ca:%s 中没有 PEM 证书", c.CA)
		}
	}
	if c.Cert != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, ops.Errorf(ops.Invalid, "temporal.tls: %s and %s are no pair of certificate and key", "temporal.tls:%s 与 %s 不是一对证书和私钥", c.Cert, c.Key).Because(err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}
