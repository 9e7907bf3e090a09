// Package cloudstacktest is CloudStack's Kubernetes Service in memory: it takes what is signed rightly, scales clusters by jobs
// that end when it is told that time has passed, and can fail.
package cloudstacktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderly.example/deploy/parts/faulttest"
)

// What a Server takes.
const (
	Key    = "cloudstack-api-key"
	Secret = "cloudstack-secret-key"
)

// Commands are what it answers.
var Commands = []string{"listKubernetesClusters", "scaleKubernetesCluster", "queryAsyncJobResult"}

type machine struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	State    string           `json:"state"`
	External bool             `json:"isexternalnode,omitempty"`
	NIC      []map[string]any `json:"nic"`
}

type cluster struct {
	ID       string     `json:"id"`
	State    string     `json:"state"`
	Size     int        `json:"size"`
	MinSize  int        `json:"minsize,omitempty"`
	MaxSize  int        `json:"maxsize,omitempty"`
	Machines []*machine `json:"virtualmachines"`
	next     int        // the size when the job ends
	job      *job
}

type job struct {
	status int
	result map[string]any
}

// Server is the cloud.
type Server struct {
	*httptest.Server
	faulttest.Queue // by command
	mu              sync.Mutex
	clusters        map[string]*cluster
	jobs            []*job
	made            int
	refusals        map[string]int // by command: the code of all its requests
	broken          string         // why the next job fails
	taken           string         // a machine that another job removes before the next one
	ledger          []string
}

// New starts one that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{clusters: map[string]*cluster{}, refusals: map[string]int{}}
	s.Is = func(r *http.Request, command string) bool { return r.PostForm.Get("command") == command }
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Put makes a cluster with a control node and so many workers.
func (s *Server) Put(id string, size, least, most int) {
	s.mu.Lock()
	c := &cluster{ID: id, State: "Running", MinSize: least, MaxSize: most, next: size}
	s.clusters[id] = c
	c.Machines = append(c.Machines, &machine{ID: "vm-control", Name: id + "-control-18e", State: "Running"})
	s.grow(c, size)
	s.mu.Unlock()
	s.Settle()
}

func (s *Server) grow(c *cluster, by int) {
	for range by {
		s.made++
		main := map[string]any{"ipaddress": fmt.Sprintf("10.7.0.%d", s.made), "isdefault": true}
		c.Machines = append(c.Machines, &machine{ID: fmt.Sprintf("vm-%d", s.made), Name: fmt.Sprintf("%s-node-%x", c.ID, 0x18e0+s.made), State: "Starting", NIC: []map[string]any{{"ipaddress": "192.168.0.9"}, main}})
	}
}

// Settle lets time pass: jobs end.
func (s *Server) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clusters {
		c.Machines = slices.DeleteFunc(c.Machines, func(m *machine) bool { return m.State == "Expunging" })
		for _, m := range c.Machines {
			if m.State == "Starting" {
				m.State = "Running"
			}
		}
		if c.Size = c.next; c.State == "Scaling" {
			c.State = "Running"
		}
		if c.job != nil {
			c.job.status, c.job = 1, nil
		}
	}
}

// Turn puts a cluster into another state, and one of its machines.
func (s *Server) Turn(id, state, machine, machineState string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters[id].State = state
	for _, m := range s.clusters[id].Machines {
		if m.ID == machine {
			m.State = machineState
		}
	}
}

// Refuse has a command be refused with a code from now on.
func (s *Server) Refuse(command string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[command] = code
}

// Break has the next job fail, and leave the cluster in the state Alert.
func (s *Server) Break(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = why
}

// Take has another job remove a machine right before the next job.
func (s *Server) Take(machine string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = machine
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		panic(http.ErrAbortHandler)
	}
	command := r.PostForm.Get("command")
	answer := func(w http.ResponseWriter, r *http.Request) { s.answer(w, command, r.PostForm) }
	s.Serve(w, r, http.HandlerFunc(answer), func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			w.WriteHeader(http.StatusServiceUnavailable)
		case faulttest.Limited:
			refuse(w, command, http.StatusTooManyRequests, "too many requests")
		default:
			refuse(w, command, 531, "Kubernetes cluster c is in Scaling state and can not be scaled")
		}
	})
}

func (s *Server) answer(w http.ResponseWriter, command string, form url.Values) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch code := s.refusals[command]; {
	case !trusted(form):
		refuse(w, command, http.StatusUnauthorized, "unable to verify user credentials and/or request signature")
	case code != 0:
		refuse(w, command, code, "said of "+Key+" and "+Secret)
	case command == "listKubernetesClusters":
		s.list(w, form.Get("id"))
	case command == "scaleKubernetesCluster":
		s.scale(w, form)
	case command == "queryAsyncJobResult":
		s.query(w, form.Get("jobid"))
	default:
		refuse(w, command, 432, "no such command")
	}
}

func say(w http.ResponseWriter, command string, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{strings.ToLower(command) + "response": body}) // the client has gone
}

func refuse(w http.ResponseWriter, command string, code int, text string) {
	say(w, command, code, failure(code, text))
}

func failure(code int, text string) map[string]any {
	return map[string]any{"uuidList": []string{}, "errorcode": code, "cserrorcode": 9999, "errortext": text}
}
