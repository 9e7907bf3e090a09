package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

// Options say how the embedded server runs.
type Options struct {
	File      string        // the SQLite file; empty: in memory, gone with the process
	Namespace string        // made when missing
	Retention time.Duration // how long closed changes are kept; 0: a year
	Port      int           // of its frontend, on loopback; 0: a free one
	UIPort    int           // of Temporal's web UI; 0: none
	Logger    *slog.Logger  // gets warnings and errors; nil: slog's default
}

// Server is a running embedded Temporal.
type Server struct {
	HostPort string // where clients reach it, on loopback
	UIURL    string // of its web UI; empty: none
	server   temporal.Server
	ui       *uiserver.Server
	lock     *os.File // nil: in memory
}

const loopback = "127.0.0.1"

// Start starts the embedded server and returns when it takes connections.
func Start(ctx context.Context, o Options) (*Server, error) {
	s := &Server{}
	err := s.start(o)
	if err == nil {
		err = s.ready(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) start(o Options) error {
	var err error
	if o.File != "" {
		if s.lock, err = lock(o.File); err != nil {
			return err
		}
	}
	if o.UIPort > 0 {
		if err := free(o.UIPort, "--ui-port, temporal.ui_port"); err != nil {
			return err
		}
	}
	c, hosts, err := configuration(o)
	if err != nil {
		return err
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(c),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(logger{log: orDefault(o.Logger)}),
		temporal.WithDynamicConfigClient(tuning()),
	)
	if err != nil {
		return fmt.Errorf("make the embedded Temporal server: %w", err)
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("start the embedded Temporal server: %w", err)
	}
	s.HostPort, s.server = c.PublicClient.HostPort, server
	if o.UIPort > 0 {
		s.startUI(o)
	}
	return nil
}

// Stop stops the server; everything acknowledged stays in the file.
func (s *Server) Stop() error {
	var err error
	if s.ui != nil {
		s.ui.Stop()
	}
	if s.server != nil {
		err = s.server.Stop()
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

func (s *Server) startUI(o Options) {
	s.ui = uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host: loopback, Port: o.UIPort, TemporalGRPCAddress: s.HostPort, EnableUI: true, HideLogs: true, DisableNewsFetch: true,
		DefaultNamespace: o.Namespace, CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	s.UIURL = fmt.Sprintf("http://%s:%d", loopback, o.UIPort)
	go func() {
		if err := s.ui.Start(); err != nil {
			orDefault(o.Logger).Warn("Temporal's web UI does not run", "error", err)
		}
	}()
}

// configuration is Temporal's own, for one process on loopback with free ports.
func configuration(o Options) (*config.Config, map[primitives.ServiceName]static.Hosts, error) {
	c := &config.Config{}
	c.Global.Membership.MaxJoinDuration = 30 * time.Second
	c.Global.Membership.BroadcastAddress = loopback
	c.DCRedirectionPolicy.Policy = "noop"
	c.Persistence.NumHistoryShards = 1
	c.Archival.History.State, c.Archival.Visibility.State = "disabled", "disabled"
	c.NamespaceDefaults.Archival.History.State, c.NamespaceDefaults.Archival.Visibility.State = "disabled", "disabled"
	if err := store(c, o); err != nil {
		return nil, nil, err
	}
	ports, err := freePorts(5)
	if err != nil {
		return nil, nil, err
	}
	if o.Port > 0 {
		if ports[0], err = o.Port, free(o.Port, "temporal.port"); err != nil {
			return nil, nil, err
		}
	}
	c.Services = map[string]config.Service{}
	hosts := map[primitives.ServiceName]static.Hosts{}
	names := []primitives.ServiceName{primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService}
	for i, name := range names {
		var s config.Service
		s.RPC.BindOnIP, s.RPC.GRPCPort = loopback, ports[i]
		if name == primitives.FrontendService {
			s.RPC.HTTPPort = ports[4]
		}
		c.Services[string(name)] = s
		hosts[name] = static.SingleLocalHost(address(ports[i]))
	}
	c.PublicClient.HostPort = address(ports[0])
	c.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
			Enabled: true, InitialFailoverVersion: 1, RPCAddress: address(ports[0]), HTTPAddress: address(ports[4]), ClusterID: clusterID,
		}},
	}
	return c, hosts, nil
}

const (
	clusterName = "active"
	clusterID   = "6f72646c-7900-4000-8000-000000000001" // any fixed UUID will do: there is one cluster
)

func address(port int) string { return fmt.Sprintf("%s:%d", loopback, port) }
