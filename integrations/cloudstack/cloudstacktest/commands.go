package cloudstacktest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// trusted says whether a request is signed with the key, and has not expired.
func trusted(form url.Values) bool {
	signature := form.Get("signature")
	var pairs []string
	for name, values := range form {
		if name != "signature" {
			pairs = append(pairs, name+"="+strings.ReplaceAll(url.QueryEscape(values[0]), "+", "%20"))
		}
	}
	slices.Sort(pairs)
	m := hmac.New(sha1.New, []byte(Secret))
	m.Write([]byte(strings.ToLower(strings.Join(pairs, "&"))))
	expires, err := time.Parse("2006-01-02T15:04:05-0700", form.Get("expires"))
	return err == nil && time.Now().Before(expires) && form.Get("signatureVersion") == "3" && form.Get("apiKey") == Key &&
		form.Get("response") == "json" && hmac.Equal([]byte(signature), []byte(base64.StdEncoding.EncodeToString(m.Sum(nil))))
}

func (s *Server) list(w http.ResponseWriter, id string) {
	c := s.clusters[id]
	if c == nil {
		refuse(w, "listKubernetesClusters", 431, "Unable to execute API command listkubernetesclusters due to invalid value. Invalid parameter id")
		return
	}
	say(w, "listKubernetesClusters", http.StatusOK, map[string]any{"count": 1, "kubernetescluster": []*cluster{c}})
}

// scale starts a job. Whether the cluster can be scaled shows in the job, as with the real one.
func (s *Server) scale(w http.ResponseWriter, form url.Values) {
	c := s.clusters[form.Get("id")]
	if c == nil {
		refuse(w, "scaleKubernetesCluster", 431, "no such cluster")
		return
	}
	j := &job{}
	s.jobs = append(s.jobs, j)
	if code, why := s.start(c, j, form); why != "" {
		j.status, j.result = 2, failure(code, why)
	}
	say(w, "scaleKubernetesCluster", http.StatusOK, map[string]any{"jobid": strconv.Itoa(len(s.jobs))})
}

func (s *Server) start(c *cluster, j *job, form url.Values) (int, string) {
	size, node := c.Size, form.Get("nodeids")
	if form.Has("size") {
		size, _ = strconv.Atoi(form.Get("size"))
	}
	c.Machines = slices.DeleteFunc(c.Machines, func(m *machine) bool { return s.taken != "" && m.ID == s.taken })
	at := slices.IndexFunc(c.Machines, func(m *machine) bool { return m.ID == node })
	switch {
	case c.State != "Running":
		return 531, "Kubernetes cluster " + c.ID + " is in " + c.State + " state and can not be scaled"
	case form.Has("size") == form.Has("nodeids") || size < 1:
		return 431, "nodeids can not be passed along with clustersize"
	case node != "" && at < 0:
		return 431, "Invalid node ids"
	case s.broken != "":
		why := s.broken
		c.State, s.broken = "Alert", ""
		return 530, why
	case node != "":
		c.Machines[at].State, c.next = "Expunging", c.Size-1
		s.ledger = append(s.ledger, "remove "+node)
	case size == c.Size:
		j.status = 1
		return 0, ""
	default:
		s.ledger = append(s.ledger, fmt.Sprintf("scale %s %d->%d", c.ID, c.Size, size))
		s.grow(c, size-c.Size)
		c.next = size
	}
	c.State, c.job = "Scaling", j
	return 0, ""
}

func (s *Server) query(w http.ResponseWriter, id string) {
	n, err := strconv.Atoi(id)
	if err != nil || n < 1 || n > len(s.jobs) {
		refuse(w, "queryAsyncJobResult", 431, "no such job")
		return
	}
	j := s.jobs[n-1]
	say(w, "queryAsyncJobResult", http.StatusOK, map[string]any{"jobid": id, "jobstatus": j.status, "jobresult": j.result})
}
