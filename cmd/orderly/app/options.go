package app

import (
	"crypto/tls"
	"log/slog"
	"slices"
	"time"

	"go.temporal.io/sdk/client"

	"orderly.example/bot"
	"orderly.example/bot/api"
	"orderly.example/bot/signin"
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

// The roles that a process may have.
const (
	RoleBot    = "bot"    // the chat front doors
	RolePortal = "portal" // the HTTP API
	RoleWorker = "worker" // runs changes
)

// Options say what a process is.
type Options struct {
	Listen    string             // address of the HTTP API, such as 127.0.0.1:7080
	Roles     []string           // empty: all
	DataDir   string             // of the embedded engine and the demo cloud
	Temporal  Temporal           // which engine
	Cloud     *kubernetes.Config // nil: the demo cloud
	Inventory []inventory.Source // beside what labels on workloads say
	People    bot.Source
	Policy    policy.Source
	Tokens    []api.Token
	Meter     *prometheus.Config   // nil: gates that measure have nobody to ask
	Apollo    *apollo.Config       // nil: no configuration is kept there
	Consul    *consul.Config       // nil: no configuration is kept there
	Nacos     *nacos.Config        // nil: no configuration is kept there
	GitLab    *gitlab.Config       // nil: versions come from nowhere, and are written nowhere
	Harbor    *harbor.Config       // nil: no image is scanned
	Grafana   *grafana.Config      // nil: no dashboards are made
	Templates ops.ServiceTemplates // what new services are made from
	Jenkins   *jenkins.Config      // nil: no job deploys
	Spinnaker *spinnaker.Config    // nil: no pipeline deploys
	Clouds    Clouds
	Kafka     kafka.Config
	Databases database.Config
	Probe     web.Config
	Registry  registry.Config
	SignIn    *signin.Config // nil: people are linked by the people file alone
	Slack     *Slack         // nil: no workspace
	Lark      *Lark          // nil: no tenant
	PublicURL string         // where people reach this installation, for links; empty: no links
	Dev       bool           // on this machine anybody may say who they are
	Tracing   string
	Version   string
	Logger    *slog.Logger
	PodDelay  time.Duration // of the demo cloud; 0: its default
}

// Temporal says which engine: the embedded one when Address is empty.
type Temporal struct {
	Address   string
	Namespace string // empty: orderly
	TaskQueue string // empty: orderly
	Retention time.Duration
	TLS       *tls.Config
	APIKey    string
	Port      int    // of the embedded engine, on loopback; 0: a free one
	UIPort    int    // of the embedded engine's web UI; 0: none
	UI        string // address of a web UI that somebody else runs, for links
	BuildID   string // not empty: Worker Versioning, changes stay on the version they began with
}

// options are those of a client of the engine.
func (t Temporal) options() client.Options {
	o := client.Options{HostPort: t.Address, Namespace: t.Namespace, Identity: "orderly", ConnectionOptions: client.ConnectionOptions{TLS: t.TLS}}
	if t.APIKey != "" {
		o.Credentials = client.NewAPIKeyStaticCredentials(t.APIKey)
	}
	return o
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Temporal.Namespace == "" {
		o.Temporal.Namespace = "orderly"
	}
	if o.Temporal.TaskQueue == "" {
		o.Temporal.TaskQueue = "orderly"
	}
	return o
}

func (o Options) has(role string) bool { return len(o.Roles) == 0 || slices.Contains(o.Roles, role) }

// Demo says whether the cloud is the simulated one.
func (o Options) Demo() bool { return o.Cloud == nil }
