package slacktest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// What the workspace and the app in it are called.
const (
	TeamID    = "T_TEAM"
	AppID     = "A_APP"
	BotUserID = "U_BOT"
	BotID     = "B_BOT"
	botName   = "orderly"
)

type object = map[string]any

// Server is a Slack workspace with one app installed in it. Everything may be called from several goroutines.
type Server struct {
	BotToken, AppToken, SigningSecret string // of the app; they are accepted, and no others

	t    testing.TB
	http *httptest.Server
	done chan struct{} // closed when the test ends

	mu        sync.Mutex
	offset    time.Duration
	advanced  chan struct{} // closed and replaced when the clock is moved
	lastTS    time.Time
	lastID    int
	revoked   bool
	scopes    []string
	limits    *limits
	channels  []*Channel
	people    []*Person
	views     []*view
	triggers  map[string]*trigger
	responses map[string]*response
	ledger    []Call

	faults         map[string][]Fault
	duplicate      int
	swap           bool
	held           *Delivery
	listening      bool     // the app has listened at some time
	echoes         []object // events of what the app does itself, which are about to be told
	posting        *posting
	ackWithin      time.Duration
	deliveries     []*Delivery
	connections    []*connection
	lastConnection int
	tickets        map[string]bool
	pending        map[string]*pending
	running        sync.WaitGroup
}

// New starts a workspace that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{
		BotToken: "xoxb-test", AppToken: "xapp-test", SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5",
		t: t, done: make(chan struct{}), advanced: make(chan struct{}), scopes: allScopes(), triggers: map[string]*trigger{},
		responses: map[string]*response{}, faults: map[string][]Fault{},
		ackWithin: 3 * time.Second, tickets: map[string]bool{}, pending: map[string]*pending{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveMethod)
	mux.HandleFunc("POST /response/{id}", s.serveResponse)
	mux.HandleFunc("/link/", s.serveSocket)
	s.http = httptest.NewServer(mux)
	t.Cleanup(func() {
		close(s.done)
		s.DropConnections()
		s.http.CloseClientConnections()
		s.http.Close()
		s.running.Wait()
	})
	return s
}

// API is the address for slack.OptionAPIURL.
func (s *Server) API() string { return s.http.URL + "/api/" }
