package kafka

import (
	"context"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"orderly.example/activities"
	"orderly.example/ops"
)

const password = "geheim"

// broker is a cluster of three brokers that speaks the real protocol, and whose next answer may get lost.
type broker struct {
	*kfake.Cluster
	lose atomic.Bool
	made atomic.Int32 // create requests that reached it and were no mere check
}

// losing is a connection on which an answer may get lost.
type losing struct {
	net.Conn
	b *broker
}

// Write sends an answer, or loses it with the connection.
func (l losing) Write(raw []byte) (int, error) {
	if l.b.lose.CompareAndSwap(true, false) {
		_ = l.Close()
		return 0, net.ErrClosed
	}
	return l.Conn.Write(raw)
}

type listener struct {
	net.Listener
	b *broker
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return losing{c, l.b}, nil
}

func newBroker(t *testing.T, opts ...kfake.Opt) *broker {
	t.Helper()
	b := &broker{}
	c, err := kfake.NewCluster(append([]kfake.Opt{
		kfake.NumBrokers(3), kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-512", "orderly", password), kfake.SeedTopics(2, "shop.carts"),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			l, err := net.Listen(network, address)
			return listener{l, b}, err
		}),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	b.Cluster = c
	t.Cleanup(c.Close)
	c.ControlKey(int16(kmsg.CreateTopics), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if !r.(*kmsg.CreateTopicsRequest).ValidateOnly {
			b.made.Add(1)
		}
		return nil, nil, false
	})
	return b
}

func (b *broker) client(t *testing.T, change func(*Config)) *Client {
	t.Helper()
	one := Cluster{Brokers: b.ListenAddrs(), User: "orderly", Password: password, IDC: "idc1", Env: "prod"}
	config := Config{Timeout: 3 * time.Second, Clusters: map[string]Cluster{"main": one}}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func lab(t *testing.T) (*broker, *Client) {
	t.Helper()
	b := newBroker(t)
	return b, b.client(t, nil)
}

var orders = activities.TopicIn{
	TopicAt: activities.TopicAt{Cluster: "main", Name: "shop.orders"}, Partitions: 6, Replicas: 3,
	Config: map[string]string{activities.TopicRetention: "604800000", activities.TopicCleanup: "compact,delete"},
}

func tried(in activities.TopicIn) activities.TopicIn { in.DryRun = true; return in }

func TestATopicIsMadeOnceAndTakenBack(t *testing.T) {
	b, c := lab(t)
	if out, err := c.MakeTopic(t.Context(), tried(orders)); err != nil || !out.Changed || b.made.Load() != 0 {
		t.Fatalf("the check: %v, %v", out, err)
	}
	for i, want := range []bool{true, false} {
		if out, err := c.MakeTopic(t.Context(), orders); err != nil || out.Changed != want || b.made.Load() != 1 {
			t.Fatalf("try %d: %v, %v, %d requests", i, out, err, b.made.Load())
		}
	}
	got, err := c.Topic(t.Context(), activities.TopicLookIn{TopicAt: orders.TopicAt, Use: true})
	if err != nil || got.Partitions != 6 || got.Replicas != 3 || got.Ailing != 0 || got.Records != 0 || got.Own[activities.TopicRetention] != "604800000" || got.Config[activities.TopicCleanup] != "compact,delete" {
		t.Errorf("%+v, %v", got, err)
	}
	where, err := c.TopicCluster(t.Context(), activities.TopicClusterIn{Cluster: "main", Match: "shop", Most: 5})
	if err != nil || where.Brokers != 3 || where.Env != "prod" || where.Found != 2 || !slices.Equal(where.Topics, []string{"shop.carts", "shop.orders"}) {
		t.Errorf("%+v, %v", where, err)
	}
	all, err := c.Topics(t.Context(), []activities.TopicAt{orders.TopicAt, {Cluster: "main", Name: "gone"}, {Cluster: "main", Name: "shop.carts"}})
	if err != nil || len(all) != 2 || all[0].Name != "shop.orders" || all[1].Partitions != 2 {
		t.Errorf("%+v, %v", all, err)
	}
	if out, err := c.DropTopic(t.Context(), tried(orders)); err != nil || !out.Changed {
		t.Fatalf("the check: %v, %v", out, err)
	}
	for i, want := range []bool{true, false} {
		if out, err := c.DropTopic(t.Context(), orders); err != nil || out.Changed != want {
			t.Fatalf("try %d: %v, %v", i, out, err)
		}
	}
}

func TestATopicThatIsThereWithOtherSettingsIsAConflict(t *testing.T) {
	_, c := lab(t)
	if _, err := c.MakeTopic(t.Context(), orders); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*activities.TopicIn){
		"partitions": func(in *activities.TopicIn) { in.Partitions = 7 },
		"replicas":   func(in *activities.TopicIn) { in.Replicas = 2 },
		"retention": func(in *activities.TopicIn) {
			in.Config = map[string]string{activities.TopicRetention: "1000", activities.TopicCleanup: "delete"}
		},
	} {
		in := orders
		change(&in)
		_, err := c.MakeTopic(t.Context(), in)
		if says(t, err, ops.Conflict, "6 partitions, 3 replicas"); err == nil {
			t.Errorf("%s: no conflict", name)
		}
		if out, err := c.DropTopic(t.Context(), in); err != nil || out.Changed {
			t.Errorf("%s: what is another's was dropped: %v, %v", name, out, err)
		}
	}
}

func says(t *testing.T, err error, code ops.Code, words string) {
	t.Helper()
	if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" || strings.Contains(err.Error(), password) {
		t.Errorf("got %v, want %s %q", err, code, words)
	}
}

// TestFaults: whatever happens to a write, its repeat ends with one topic, made by one request that was done.
func TestFaults(t *testing.T) {
	errs := make(chan error, 1)
	answer := func(e *kerr.Error) func(*broker) {
		return func(b *broker) {
			b.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Topic: orders.Name, Err: e})
		}
	}
	for name, fault := range map[string]func(*broker){
		"cut before it arrived": func(b *broker) {
			b.ControlKey(int16(kmsg.CreateTopics), func(kmsg.Request) (kmsg.Response, error, bool) { return nil, net.ErrClosed, true })
		},
		"cut after it was done": func(b *broker) {
			b.ControlKey(int16(kmsg.CreateTopics), func(kmsg.Request) (kmsg.Response, error, bool) {
				b.DropControl()
				b.lose.Store(true)
				return nil, nil, false
			})
		},
		"done, but it took too long": answer(kerr.RequestTimedOut),
		"not available":              answer(kerr.CoordinatorLoadInProgress),
		"asked too often":            answer(kerr.ThrottlingQuotaExceeded),
		"another was faster": func(b *broker) {
			b.ControlKey(int16(kmsg.DescribeConfigs), func(kmsg.Request) (kmsg.Response, error, bool) { // the look before the write
				b.DropControl()
				b.SleepControl(func() { errs <- b.makes() })
				return nil, nil, false
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, c := lab(t)
			fault(b)
			for i := 0; ; i++ {
				_, err := c.MakeTopic(t.Context(), orders)
				if err == nil {
					break
				}
				if ops.CodeOf(err) != ops.Unavailable || i > 3 {
					t.Fatalf("try %d: %v", i, err)
				}
			}
			got, err := c.Topic(t.Context(), activities.TopicLookIn{TopicAt: orders.TopicAt})
			if err != nil || got.Partitions != 6 || got.Replicas != 3 {
				t.Errorf("%+v, %v", got, err)
			}
			if out, err := c.MakeTopic(t.Context(), orders); err != nil || out.Changed {
				t.Errorf("once more: %v, %v", out, err)
			}
			if name == "another was faster" {
				if err := <-errs; err != nil {
					t.Errorf("the other hand: %v", err)
				}
			}
		})
	}
}

// makes has another client make the same topic.
func (b *broker) makes() error {
	how, err := Cluster{User: "orderly", Password: password}.mechanism("main")
	if err != nil {
		return err
	}
	k, err := kgo.NewClient(kgo.SeedBrokers(b.ListenAddrs()...), kgo.SASL(how))
	if err != nil {
		return err
	}
	defer k.Close()
	config := map[string]*string{}
	for name, value := range orders.Config {
		config[name] = kadm.StringPtr(value)
	}
	_, err = kadm.NewClient(k).CreateTopic(context.Background(), 6, 3, config, orders.Name)
	return err
}

func TestATopicInUseIsLeftAlone(t *testing.T) {
	b, c := lab(t)
	k := b.user(t, kgo.DefaultProduceTopic(orders.Name))
	if _, err := c.MakeTopic(t.Context(), orders); err != nil {
		t.Fatal(err)
	}
	if err := kadm.NewClient(k).CommitAllOffsets(t.Context(), "shop-reader", kadm.OffsetsFromRecords(kgo.Record{Topic: orders.Name, Partition: 1, Offset: -1})); err != nil {
		t.Fatal(err)
	}
	_, err := c.DropTopic(t.Context(), orders)
	says(t, err, ops.Unsafe, "0 records were written, consumer groups [shop-reader]")
	if err := k.ProduceSync(t.Context(), kgo.StringRecord("x")).FirstErr(); err != nil {
		t.Fatal(err)
	}
	_, err = c.DropTopic(t.Context(), orders)
	says(t, err, ops.Unsafe, "1 records were written")
	got, err := c.Topic(t.Context(), activities.TopicLookIn{TopicAt: orders.TopicAt, Use: true})
	if err != nil || got.Records != 1 || !slices.Equal(got.Groups, []string{"shop-reader"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// user is somebody else's client.
func (b *broker) user(t *testing.T, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	how, err := Cluster{User: "orderly", Password: password}.mechanism("main")
	if err != nil {
		t.Fatal(err)
	}
	k, err := kgo.NewClient(append(opts, kgo.SeedBrokers(b.ListenAddrs()...), kgo.SASL(how))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func TestAGroupThatOnlyListensCounts(t *testing.T) {
	b, c := lab(t)
	if _, err := c.MakeTopic(t.Context(), orders); err != nil {
		t.Fatal(err)
	}
	joined := make(chan struct{}, 1)
	k := b.user(t, kgo.ConsumerGroup("listener"), kgo.ConsumeTopics(orders.Name), kgo.OnPartitionsAssigned(func(context.Context, *kgo.Client, map[string][]int32) { joined <- struct{}{} }))
	go k.PollFetches(t.Context())
	<-joined
	_, err := c.DropTopic(t.Context(), orders)
	says(t, err, ops.Unsafe, "consumer groups [listener]")
}

func TestRefusals(t *testing.T) {
	b, c := lab(t)
	many := orders
	many.Replicas = 4
	_, err := c.MakeTopic(t.Context(), tried(many))
	says(t, err, ops.Invalid, "fewer brokers than replicas")
	near := orders
	near.Name = "shop_carts"
	_, err = c.MakeTopic(t.Context(), tried(near))
	says(t, err, ops.Invalid, "differs from it only by . and _")
	elsewhere := orders
	elsewhere.Cluster = "mian"
	_, err = c.MakeTopic(t.Context(), elsewhere)
	says(t, err, ops.NotFound, "did you mean main?")
	_, err = c.Topic(t.Context(), activities.TopicLookIn{TopicAt: activities.TopicAt{Cluster: "main", Name: "none"}})
	says(t, err, ops.NotFound, `no topic "none"`)
	b.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.PolicyViolation})
	_, err = c.MakeTopic(t.Context(), orders)
	says(t, err, ops.Denied, "policy of Kafka cluster main")
	b.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.TopicAuthorizationFailed})
	_, err = c.MakeTopic(t.Context(), orders)
	says(t, err, ops.Denied, "not do this")
	wrong := newBroker(t)
	wrong.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.SASLAuthenticate}, TopLevel: true, Err: kerr.SaslAuthenticationFailed, Count: -1})
	says(t, wrong.client(t, nil).Check(t.Context(), "main"), ops.Denied, "does not let Orderly in")
	b.Close()
	says(t, c.Check(t.Context(), "main"), ops.Unavailable, "cannot be reached")
}

// TestOverTLS: the brokers are believed when somebody vouches for them, and only then.
func TestOverTLS(t *testing.T) {
	shop := httptest.NewTLSServer(nil)
	defer shop.Close()
	b := newBroker(t, kfake.TLS(shop.TLS.Clone()), kfake.Superuser("PLAIN", "orderly", password))
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: shop.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	secure := func(file string) *Client {
		return b.client(t, func(c *Config) {
			one := c.Clusters["main"]
			one.TLS, one.CAFile, one.Mechanism = true, file, "plain"
			c.Clusters["main"] = one
		})
	}
	if err := secure(file).Check(t.Context(), "main"); err != nil {
		t.Error(err)
	}
	says(t, secure("").Check(t.Context(), "main"), ops.Denied, "nobody vouches for")
}

func TestAnAnswerThatDoesNotCome(t *testing.T) {
	b := newBroker(t)
	c := b.client(t, func(c *Config) { c.Timeout = 200 * time.Millisecond })
	b.ControlKey(int16(kmsg.CreateTopics), func(kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		return nil, nil, true
	})
	_, err := c.MakeTopic(t.Context(), orders)
	says(t, err, ops.Unavailable, "it is tried again")
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	for words, one := range map[string]Cluster{
		"needs brokers":       {},
		"needs tls":           {Brokers: []string{"a:1"}, User: "u", Password: password, Mechanism: "plain"},
		"did you mean plain?": {Brokers: []string{"a:1"}, User: "u", Password: password, Mechanism: "plian", TLS: true},
		"cannot read":         {Brokers: []string{"a:1"}, TLS: true, CAFile: "/no/such"},
		"of a-z, 0-9":         {Brokers: []string{"a:1"}, Env: "Prod"},
	} {
		_, err := New(Config{Clusters: map[string]Cluster{"main": one}})
		says(t, err, ops.Invalid, words)
	}
	_, err := New(Config{Clusters: map[string]Cluster{"*": {Brokers: []string{"a:1"}}}})
	says(t, err, ops.Invalid, "of a-z, 0-9")
}
