// Package tencenttest is Tencent Cloud's Auto Scaling in memory, with what tells the addresses of its machines: it takes what
// is signed rightly, makes and destroys machines when it is told that time has passed, and can fail.
package tencenttest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"orderly.example/deploy/parts/faulttest"
)

// What a Server takes.
const (
	Key    = "AKIDtest"
	Secret = "tencent-secret-key"
	Region = "ap-guangzhou"
)

// Actions are what it answers.
var Actions = []string{"DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeInstances", "ModifyDesiredCapacity", "RemoveInstances"}

type instance struct {
	InstanceID         string   `json:"InstanceId"`
	AutoScalingGroupID string   `json:"AutoScalingGroupId"`
	LifeCycleState     string   `json:"LifeCycleState"`
	HealthStatus       string   `json:"HealthStatus"`
	PrivateIPAddresses []string `json:"PrivateIpAddresses"`
}

type group struct {
	AutoScalingGroupID                string `json:"AutoScalingGroupId"`
	DesiredCapacity, MinSize, MaxSize int
	EnabledStatus                     string
	instances                         []*instance
}

// Server is the cloud.
type Server struct {
	*httptest.Server
	faulttest.Queue // by action
	mu              sync.Mutex
	groups          map[string]*group
	made            int
	codes           map[string]string
	ledger          []string
}

// New starts one that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{groups: map[string]*group{}, codes: map[string]string{}}
	s.Is = func(r *http.Request, action string) bool { return r.Header.Get("X-TC-Action") == action }
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Put makes a group whose machines are there.
func (s *Server) Put(id string, size, least, most int) {
	s.mu.Lock()
	g := &group{AutoScalingGroupID: id, DesiredCapacity: size, MinSize: least, MaxSize: most, EnabledStatus: "ENABLED"}
	s.groups[id] = g
	s.grow(g)
	s.mu.Unlock()
	s.Settle()
}

func (s *Server) grow(g *group) {
	for len(g.instances) < g.DesiredCapacity {
		s.made++
		g.instances = append(g.instances, &instance{fmt.Sprintf("ins-%04d", s.made), g.AutoScalingGroupID, "CREATING", "HEALTHY", nil})
	}
}

// Settle lets time pass: machines that are made come, those that are removed go.
func (s *Server) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		g.instances = slices.DeleteFunc(g.instances, func(i *instance) bool { return i.LifeCycleState == "TERMINATING" })
		for _, i := range g.instances {
			var n int
			_, _ = fmt.Sscanf(i.InstanceID, "ins-%d", &n)
			if i.PrivateIPAddresses = []string{fmt.Sprintf("10.9.%d.%d", n/256, n%256), "10.10.0.1"}; i.LifeCycleState == "CREATING" {
				i.LifeCycleState = "IN_SERVICE"
			}
		}
	}
}

// Turn puts a machine into another state.
func (s *Server) Turn(id, life, health string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		for _, i := range g.instances {
			if i.InstanceID == id {
				i.LifeCycleState, i.HealthStatus = life, health
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
			w.WriteHeader(http.StatusServiceUnavailable)
		case faulttest.Limited:
			say(w, refused("RequestLimitExceeded", "not now"))
		default:
			say(w, refused("ResourceUnavailable.AutoScalingGroupInActivity", "not now"))
		}
	})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if why := unsigned(r, raw); why != "" {
		say(w, refused("AuthFailure.SignatureFailure", why))
		return
	}
	var in request
	if err := json.Unmarshal(raw, &in); err != nil {
		say(w, refused("InvalidParameter", err.Error()))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	action := r.Header.Get("X-TC-Action")
	if code := s.codes[action]; code != "" {
		say(w, refused(code, "said of "+Key+" and "+Secret))
		return
	}
	say(w, s.do(action, in))
}

func say(w http.ResponseWriter, response map[string]any) {
	response["RequestId"] = "4f4c-77aa"
	_ = json.NewEncoder(w).Encode(map[string]any{"Response": response}) // the client has gone
}

func refused(code, message string) map[string]any {
	return map[string]any{"Error": map[string]any{"Code": code, "Message": message}}
}
