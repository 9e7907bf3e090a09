package larktest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What the tenant and the app in it are called.
const (
	TenantKey = "tenant_example"
	BotOpenID = "ou_bot"
	botName   = "orderly"
)

type object = map[string]any

// Server is a Lark tenant with one app installed in it. Everything may be called from several goroutines.
type Server struct {
	AppID, AppSecret              string // of the app; they are accepted, and no others
	EncryptKey, VerificationToken string // of what the app is told over HTTP; without a key nothing is encrypted and signed

	t    testing.TB
	http *httptest.Server
	done chan struct{} // closed when the test ends

	mu       sync.Mutex
	offset   time.Duration
	advanced chan struct{} // closed and replaced when the clock is moved
	lastID   int
	tokens   []token
	scopes   []string
	limits   *limits
	chats    []*Chat
	people   []*Person
	commands []object
	posted   map[string]once // by uuid
	ledger   []Call

	faults         map[string][]Fault
	duplicate      int
	swap           bool
	split          int
	held           *Delivery
	silent         bool
	pings          int
	posting        *posting
	ackWithin      time.Duration
	deliveries     []*Delivery
	clientConfig   object // of the long connection
	connections    []*connection
	lastConnection int
	tickets        map[string]bool
	pending        map[string]*pending
	running        sync.WaitGroup
	registration   *registration // nil: nobody has asked for an app
	agreeing       string        // with which brand every registration is agreed to; empty: somebody has to agree
}

// apps makes app IDs that never occur twice: the client library keeps tokens for the whole process by them.
var apps atomic.Int64

// New starts a tenant that ends with the test.
func New(t testing.TB) *Server {
	n := apps.Add(1)
	s := &Server{
		AppID: fmt.Sprintf("cli_test_%d_%d", os.Getpid(), n), AppSecret: fmt.Sprint("app-secret-", n), EncryptKey: "encrypt-key", VerificationToken: "verification",
		ackWithin: 3 * time.Second, tickets: map[string]bool{}, pending: map[string]*pending{},
		t: t, done: make(chan struct{}), advanced: make(chan struct{}), scopes: allScopes(), posted: map[string]once{}, faults: map[string][]Fault{},
	}
	s.Reconnects(-1, time.Second, 30*time.Second)
	mux := http.NewServeMux()
	for _, m := range methods {
		mux.HandleFunc(m.pattern, func(w http.ResponseWriter, r *http.Request) { s.serveMethod(m, w, r) })
	}
	mux.HandleFunc("GET /ws/v2", s.serveSocket)
	mux.HandleFunc("POST /oauth/v1/app/registration", s.serveRegistration)
	mux.HandleFunc("/", s.serveUnknown)
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

// API is the address that stands for https://open.feishu.cn, for the Web API as for the long connection.
func (s *Server) API() string { return s.http.URL }
