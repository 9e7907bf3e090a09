package kafka

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"orderly.example/ops"
)

const defaultTimeout = 10 * time.Second

// Config says which clusters there are.
type Config struct {
	Clusters map[string]Cluster
	Timeout  time.Duration // of one call, its repeats included; 0: 10 seconds
}

// Cluster is how one cluster is reached.
type Cluster struct {
	Brokers   []string // some of them, as host:port
	IDC       string   // where it is; empty: nowhere in particular
	Env       string   // what it serves; empty: no one environment
	TLS       bool     // verified
	CAFile    string   // who vouches for the brokers; empty: the authorities of this machine
	User      string   // for SASL; empty: none
	Password  string
	Mechanism string // plain, scram-sha-256 or scram-sha-512; empty: scram-sha-512
}

// Client speaks to all clusters of the configuration.
type Client struct {
	clusters map[string]*cluster
	timeout  time.Duration
}

// cluster is one of them.
type cluster struct {
	name   string
	config Cluster
	kgo    *kgo.Client
	admin  *kadm.Client
}

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	out := &Client{clusters: map[string]*cluster{}, timeout: cmp.Or(c.Timeout, defaultTimeout)}
	for name, one := range c.Clusters {
		made, err := out.dial(name, one)
		if err != nil {
			out.Close()
			return nil, err
		}
		out.clusters[name] = made
	}
	return out, nil
}

// Close ends all connections.
func (c *Client) Close() {
	for _, one := range c.clusters {
		one.kgo.Close()
	}
}

// Names are the clusters, sorted.
func (c *Client) Names() []string { return slices.Sorted(maps.Keys(c.clusters)) }

func (c *Client) dial(name string, one Cluster) (*cluster, error) {
	if t, err := ops.ParseTarget(targetOf(name, one).String()); err != nil || len(one.Brokers) == 0 || t.IsPattern() {
		return nil, ops.Errorf(ops.Invalid, "the Kafka cluster %q needs brokers, a name, and perhaps an idc and env, of a-z, 0-9, - and _", "Kafka 集群 %q 需要 brokers;名称、idc、env 只能含小写字母、数字、- 和 _", name)
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(one.Brokers...), kgo.ClientID("orderly"), kgo.DialTimeout(c.timeout / 2), kgo.RetryTimeout(c.timeout), kgo.RequestRetries(2),
		kgo.RequestTimeoutOverhead(c.timeout / 2),
	}
	if one.TLS {
		secure, err := trusting(one.CAFile)
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.DialTLSConfig(secure))
	}
	if one.User != "" {
		how, err := one.mechanism(name)
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.SASL(how))
	}
	k, err := kgo.NewClient(opts...)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "the client of the Kafka cluster %s cannot be made; check its configuration", "无法创建 Kafka 集群 %s 的客户端;请检查配置", name).Because(err)
	}
	admin := kadm.NewClient(k)
	admin.SetTimeoutMillis(int32(min(c.timeout, time.Minute).Milliseconds()))
	return &cluster{name: name, config: one, kgo: k, admin: admin}, nil
}

// targetOf is how policies and locks call a cluster.
func targetOf(name string, c Cluster) ops.Target {
	return ops.Target{Service: "topic." + name, IDC: c.IDC, Env: c.Env}
}

func (c Cluster) mechanism(name string) (sasl.Mechanism, error) {
	switch cmp.Or(c.Mechanism, "scram-sha-512") {
	case "plain":
		if !c.TLS {
			return nil, ops.Errorf(ops.Invalid, "plain sends the password as it is; the Kafka cluster %s needs tls for it, or a scram mechanism", "plain 方式会明文发送密码;Kafka 集群 %s 须启用 tls 或改用 scram", name)
		}
		return plain.Auth{User: c.User, Pass: c.Password}.AsMechanism(), nil
	case "scram-sha-256":
		return scram.Auth{User: c.User, Pass: c.Password}.AsSha256Mechanism(), nil
	case "scram-sha-512":
		return scram.Auth{User: c.User, Pass: c.Password}.AsSha512Mechanism(), nil
	}
	known := []string{"plain", "scram-sha-256", "scram-sha-512"}
	return nil, ops.Errorf(ops.Invalid, "the Kafka cluster %s names the mechanism %q%s; known: %v", "Kafka 集群 %s 的认证方式 %q 无效%s;可用:%v", name, c.Mechanism, ops.DidYouMean(c.Mechanism, known), known)
}

// trusting is TLS that believes those who the file, or this machine, vouches for.
func trusting(file string) (*tls.Config, error) {
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if file == "" {
		return out, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "cannot read the certificates %s", "无法读取证书文件 %s", file).Because(err)
	}
	out.RootCAs = x509.NewCertPool()
	if !out.RootCAs.AppendCertsFromPEM(pem) {
		return nil, ops.Errorf(ops.Invalid, "%s holds no certificate in PEM form", "%s 中没有 PEM 证书", file)
	}
	return out, nil
}
