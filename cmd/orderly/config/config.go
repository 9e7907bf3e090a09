package config

import (
	"log/slog"
	"time"

	"orderly.example/ops"
)

// Config is the configuration file.
type Config struct {
	Listen           string               `yaml:"listen"`   // address of the HTTP API
	DataDir          string               `yaml:"data_dir"` // of the embedded engine
	Roles            []string             `yaml:"roles"`    // bot, portal, worker; all when left out
	Temporal         Temporal             `yaml:"temporal"`
	Kubernetes       Kubernetes           `yaml:"kubernetes"`
	Inventory        []string             `yaml:"inventory"`       // inventory files or addresses, beside what labels on workloads say
	InventoryToken   Secret               `yaml:"inventory_token"` // bearer token for the addresses
	People           string               `yaml:"people"`          // the people file
	Policy           string               `yaml:"policy"`          // the policy file
	Tokens           []Token              `yaml:"tokens"`
	PublicURL        string               `yaml:"public_url"` // where people reach this installation, for links in messages
	Prometheus       Prometheus           `yaml:"prometheus"` // measures the gates of releases
	Apollo           Apollo               `yaml:"apollo"`
	Consul           Consul               `yaml:"consul"`
	Nacos            Nacos                `yaml:"nacos"`
	GitLab           GitLab               `yaml:"gitlab"`
	Harbor           Harbor               `yaml:"harbor"`
	Grafana          Grafana              `yaml:"grafana"`
	ServiceTemplates ops.ServiceTemplates `yaml:"service_templates"` // what new services are made from, by name
	Probe            Probe                `yaml:"probe"`
	Registry         Registry             `yaml:"registry"`
	OIDC             OIDC                 `yaml:"oidc"`
	Slack            Slack                `yaml:"slack"`
	Lark             Lark                 `yaml:"lark"`
	Log              Log                  `yaml:"log"`
	Tracing          Tracing              `yaml:"tracing"`
	Clouds           []Cloud              `yaml:"clouds"`
	Kafka            map[string]Kafka     `yaml:"kafka"`     // clusters by name
	Databases        map[string]Database  `yaml:"databases"` // databases by name
	Jenkins          Jenkins              `yaml:"jenkins"`
	Spinnaker        Spinnaker            `yaml:"spinnaker"`
}

// Temporal says which engine runs the changes; without an address it is embedded.
type Temporal struct {
	Address   string        `yaml:"address"`
	Namespace string        `yaml:"namespace"`
	TaskQueue string        `yaml:"task_queue"`
	Retention time.Duration `yaml:"retention"` // how long closed changes are kept
	APIKey    Secret        `yaml:"api_key"`
	TLS       TLS           `yaml:"tls"`
	Port      int           `yaml:"port"`     // of the embedded engine, on loopback, for other processes of this machine; 0: a free one
	UIPort    int           `yaml:"ui_port"`  // of the embedded engine's web UI; 0: none
	UI        string        `yaml:"ui"`       // address of the web UI that people use, for links in messages
	BuildID   string        `yaml:"build_id"` // Worker Versioning: changes stay on the version they began with
}

// Prometheus is what is asked for metrics, when there is an address.
type Prometheus struct {
	URL         string        `yaml:"url"`
	Public      string        `yaml:"public"` // the address for people, in links; empty: url
	BearerToken Secret        `yaml:"bearer_token"`
	User        string        `yaml:"user"`
	Password    Secret        `yaml:"password"`
	CAFile      string        `yaml:"ca_file"`
	Timeout     time.Duration `yaml:"timeout"`
}

// Apollo is a config centre, when there is an address.
type Apollo struct {
	URL       string        `yaml:"url"` // of the portal
	Token     Secret        `yaml:"token"`
	Operator  string        `yaml:"operator"`  // the portal's user that edits
	Publisher string        `yaml:"publisher"` // the one that publishes; empty: the operator
	Timeout   time.Duration `yaml:"timeout"`
}

// Consul is a key-value store that serves as a config centre, when there is an address.
type Consul struct {
	URL     string        `yaml:"url"`
	Token   Secret        `yaml:"token"`
	Prefix  string        `yaml:"prefix"`  // of a namespace's keys
	History string        `yaml:"history"` // of its former releases
	Timeout time.Duration `yaml:"timeout"`
}

// Nacos is a config centre, when there is an address.
type Nacos struct {
	URL      string        `yaml:"url"`
	API      string        `yaml:"api"` // v3, or v1 for servers before 3.0
	User     string        `yaml:"user"`
	Password Secret        `yaml:"password"`
	Timeout  time.Duration `yaml:"timeout"`
}

// GitLab is where versions are built, checked and written, when there is an address.
type GitLab struct {
	URL     string        `yaml:"url"`
	Token   Secret        `yaml:"token"` // of a user, a group or a project, with the scope api
	Timeout time.Duration `yaml:"timeout"`
}

// Jenkins has jobs that deploy, when there is an address.
type Jenkins struct {
	URL     string        `yaml:"url"`
	User    string        `yaml:"user"`
	Token   Secret        `yaml:"token"` // an API token of the user
	Timeout time.Duration `yaml:"timeout"`
}

// Spinnaker has pipelines that deploy, when there is an address.
type Spinnaker struct {
	URL      string        `yaml:"url"`   // of Gate
	UI       string        `yaml:"ui"`    // of Deck, for links
	Token    Secret        `yaml:"token"` // a bearer token, or
	User     string        `yaml:"user"`
	Password Secret        `yaml:"password"`
	Timeout  time.Duration `yaml:"timeout"`
}

// Harbor is where images are kept and scanned, when there is an address.
type Harbor struct {
	URL      string        `yaml:"url"`
	User     string        `yaml:"user"` // or a robot account
	Password Secret        `yaml:"password"`
	Registry string        `yaml:"registry"` // the host in the names of images; empty: that of the address
	Timeout  time.Duration `yaml:"timeout"`
}

// Grafana is where new services get their dashboards, when there is an address.
type Grafana struct {
	URL     string        `yaml:"url"`
	Token   Secret        `yaml:"token"` // of a service account
	Timeout time.Duration `yaml:"timeout"`
}

// Kafka is how one Kafka cluster is reached.
type Kafka struct {
	Brokers   []string `yaml:"brokers"`
	IDC       string   `yaml:"idc"`
	Env       string   `yaml:"env"` // what it serves, for policies
	TLS       bool     `yaml:"tls"`
	CAFile    string   `yaml:"ca_file"`
	User      string   `yaml:"user"`
	Password  Secret   `yaml:"password"`
	Mechanism string   `yaml:"mechanism"` // plain, scram-sha-256 or scram-sha-512
}

// Database is one database in which roles may be given for a time.
type Database struct {
	Kind     string              `yaml:"kind"`    // postgres, or mysql, which MariaDB is as well
	Address  string              `yaml:"address"` // host:port of the server itself
	Name     string              `yaml:"name"`    // on the server
	User     string              `yaml:"user"`
	Password Secret              `yaml:"password"`
	Plain    bool                `yaml:"plain"` // without TLS
	CAFile   string              `yaml:"ca_file"`
	IDC      string              `yaml:"idc"`
	Env      string              `yaml:"env"`   // what it serves, for policies
	Roles    map[string][]string `yaml:"roles"` // what a role gives: roles of the server on PostgreSQL, privileges on MySQL
}

// Probe says which addresses the HTTP gates of releases may ask.
type Probe struct {
	Networks []string      `yaml:"networks"` // such as 10.0.0.0/8; empty: all but this machine
	Timeout  time.Duration `yaml:"timeout"`
}

// Registry says how image registries are reached.
type Registry struct {
	Credentials map[string]Credential `yaml:"credentials"` // by host; all others are asked without
	Insecure    []string              `yaml:"insecure"`    // hosts that may be asked over plain http
	Timeout     time.Duration         `yaml:"timeout"`
}

// Credential signs in to a registry: a user with a password, or a token.
type Credential struct {
	User     string `yaml:"user"`
	Password Secret `yaml:"password"`
	Token    Secret `yaml:"token"`
}

// OIDC signs people in at the company's OpenID provider, when there is one.
type OIDC struct {
	Issuer       string `yaml:"issuer"`
	ClientID     string `yaml:"client_id"`
	ClientSecret Secret `yaml:"client_secret"`
	Claim        string `yaml:"claim"` // email, or another claim that is compared with the account oidc of the people file
}

// Slack joins a Slack workspace, when there is a bot token.
type Slack struct {
	BotToken       Secret   `yaml:"bot_token"`
	AppToken       Secret   `yaml:"app_token"`       // for Socket Mode
	SigningSecrets []Secret `yaml:"signing_secrets"` // for HTTP instead: the present one, and during a rotation the former one
	MatchEmail     bool     `yaml:"match_email"`     // link accounts without a person by their e-mail address
	API            string   `yaml:"api"`             // of another server than Slack's
}

// Lark joins a Lark or Feishu tenant, when there is an app.
type Lark struct {
	AppID             string `yaml:"app_id"`
	AppSecret         Secret `yaml:"app_secret"`
	Domain            string `yaml:"domain"`             // https://open.feishu.cn, or https://open.larksuite.com
	Tenant            string `yaml:"tenant"`             // the tenant_key of the only tenant that is served; empty: the first that speaks
	EncryptKey        Secret `yaml:"encrypt_key"`        // for the webhook, instead of the long connection
	VerificationToken Secret `yaml:"verification_token"` // for the webhook
	MatchEmail        bool   `yaml:"match_email"`        // link accounts without a person by their e-mail address
}

// TLS names the files of a mutual TLS connection.
type TLS struct {
	CA         string `yaml:"ca"`
	Cert       string `yaml:"cert"`
	Key        string `yaml:"key"`
	ServerName string `yaml:"server_name"`
}

// Kubernetes says which clusters there are.
type Kubernetes struct {
	Kubeconfig   string             `yaml:"kubeconfig"` // files separated by colons; every context is a cluster
	Clusters     map[string]Cluster `yaml:"clusters"`   // clusters by name, instead of every context
	InCluster    string             `yaml:"in_cluster"` // the name of the cluster this process runs in
	QPS          float32            `yaml:"qps"`
	Burst        int                `yaml:"burst"`
	FieldManager string             `yaml:"field_manager"`
	Timeout      time.Duration      `yaml:"timeout"`
}

// Cluster is where the credentials of one cluster are.
type Cluster struct {
	Kubeconfig string `yaml:"kubeconfig"`
	Context    string `yaml:"context"`
}

// Token is a person's key to the API: only its hash is kept. `orderly token new` makes one.
type Token struct {
	Person  string    `yaml:"person"`
	Hash    string    `yaml:"hash"`
	Expires time.Time `yaml:"expires"`
	Note    string    `yaml:"note"`
}

// Log says what is logged and how.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // json or text
}

// Tracing says where OpenTelemetry traces go.
type Tracing struct {
	Endpoint string `yaml:"endpoint"` // OTLP over HTTP, such as http://127.0.0.1:4318; empty: nowhere
}

// Defaults is what holds where the file says nothing.
func Defaults() Config {
	return Config{
		Listen: "127.0.0.1:7080", DataDir: ".orderly",
		Temporal: Temporal{Namespace: "orderly", TaskQueue: "orderly", Retention: 365 * 24 * time.Hour},
		OIDC:     OIDC{Claim: "email"},
		Log:      Log{Level: "info", Format: "json"},
	}
}

// Secret is a value that never shows.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "********"
}

// MarshalYAML hides the value.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// MarshalText hides the value, in JSON as well.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the value in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
