// Package alibabatest is Alibaba Cloud's Auto Scaling in memory, with what tells the addresses of its machines: it takes what
// is signed rightly, makes and releases machines when it is told that time has passed, and can fail.
package alibabatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"orderly.example/deploy/parts/faulttest"
)

// What a Server takes.
const (
	Key    = "LTAItest"
	Secret = "alibaba-secret-key"
	Region = "cn-hangzhou"
)

// Actions are what it answers.
var Actions = []string{"DescribeScalingGroups", "DescribeScalingInstances", "DescribeInstances", "ModifyScalingGroup", "RemoveInstances"}

type instance struct {
	InstanceID     string `json:"InstanceId"`
	LifecycleState string
	HealthStatus   string
	number         int
}

type group struct {
	ScalingGroupID                  string `json:"ScalingGroupId"`
	DesiredCapacity                 *int   `json:",omitempty"`
	MinSize, MaxSize, TotalCapacity int
	LifecycleState                  string
	instances                       []*instance
}

// Server is the cloud.
type Server struct {
	*httptest.Server
	faulttest.Queue // by action
	mu              sync.Mutex
	groups          map[string]*group
	made            int
	codes           map[string]string // by action: how it is refused
	tokens          map[string]string // by ClientToken: what was removed
	nonces          map[string]bool
	ledger          []string
}

// New starts one that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{groups: map[string]*group{}, codes: map[string]string{}, tokens: map[string]string{}, nonces: map[string]bool{}}
	s.Is = func(r *http.Request, action string) bool { return r.Header.Get("X-Acs-Action") == action }
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Put makes a group whose machines are there.
func (s *Server) Put(id string, size, least, most int) {
	s.mu.Lock()
	g := &group{ScalingGroupID: id, DesiredCapacity: &size, MinSize: least, MaxSize: most, LifecycleState: "Active"}
	s.groups[id] = g
	s.grow(g)
	s.mu.Unlock()
	s.Settle()
}

// Loosen takes the expected number of instances from a group.
func (s *Server) Loosen(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id].DesiredCapacity = nil
}

func (s *Server) grow(g *group) {
	for len(g.instances) < *g.DesiredCapacity {
		s.made++
		g.instances = append(g.instances, &instance{fmt.Sprintf("i-%04d", s.made), "Pending", "Healthy", s.made})
	}
	g.TotalCapacity = len(g.instances)
}

// Settle lets time pass: machines that are made come, those that are removed go.
func (s *Server) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		g.instances = slices.DeleteFunc(g.instances, func(i *instance) bool { return i.LifecycleState == "Removing" })
		for _, i := range g.instances {
			if i.LifecycleState == "Pending" {
				i.LifecycleState = "InService"
			}
		}
		g.TotalCapacity = len(g.instances)
	}
}

// Turn puts a machine into another state.
func (s *Server) Turn(id, life, health string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		for _, i := range g.instances {
			if i.InstanceID == id {
				i.LifecycleState, i.HealthStatus = life, health
			}
		}
	}
}

// Refuse has an action be refused with a code from now on.
func (s *Server) Refuse(action, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[action] = code
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.Serve(w, r, http.HandlerFunc(s.answer), func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			say(w, refused(http.StatusServiceUnavailable, "ServiceUnavailable", "not now"))
		case faulttest.Limited:
			say(w, refused(http.StatusBadRequest, "Throttling.User", "not now"))
		default:
			say(w, refused(http.StatusBadRequest, "ScalingActivityInProgress", "not now"))
		}
	})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code := s.unsigned(r); code != "" {
		say(w, refused(http.StatusForbidden, code, "the string to sign was POST of "+Key))
		return
	}
	action := r.Header.Get("X-Acs-Action")
	if code := s.codes[action]; code != "" {
		say(w, refused(http.StatusBadRequest, code, "said of "+Key+" and "+Secret))
		return
	}
	say(w, s.do(action, r.URL.Query()))
}

// reply is an answer and its status.
type reply struct {
	status int
	body   map[string]any
}

func say(w http.ResponseWriter, r reply) {
	r.body["RequestId"] = "473469C7"
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(r.body) // the client has gone
}

func fine(body map[string]any) reply { return reply{http.StatusOK, body} }

func refused(status int, code, message string) reply {
	return reply{status, map[string]any{"Code": code, "Message": message, "HostId": "ess.aliyuncs.com"}}
}
