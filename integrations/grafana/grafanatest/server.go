package grafanatest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderly.example/deploy/parts/faulttest"
)

// Token is what who asks has to know.
const Token = "glsa_grafana-secret"

// Server is a Grafana.
type Server struct {
	*httptest.Server
	faulttest.Queue
	Handles func(http.Handler) http.Handler // nil: as it is

	Unique bool // a title is once in a folder, as before version 11

	mu         sync.Mutex
	dashboards map[string]map[string]any // by uid
	within     map[string]string         // by uid of a dashboard: its folder
	folders    map[string]bool           // by uid
	ids        int
	ledger     []string
}

// New starts a Grafana that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{dashboards: map[string]map[string]any{}, within: map[string]string{}, folders: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Folder makes a folder behind the program's back.
func (s *Server) Folder(uid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folders[uid] = true
}

// Save saves a dashboard behind the program's back: one of its own JSON with a uid and a title, or another version of one.
func (s *Server) Save(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := map[string]any{}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		panic(err)
	}
	s.keep(d, s.within[fmt.Sprint(d["uid"])])
}

// keep keeps the next version of a dashboard.
func (s *Server) keep(d map[string]any, folder string) map[string]any {
	uid := fmt.Sprint(d["uid"])
	if old := s.dashboards[uid]; old != nil {
		d["id"], d["version"] = old["id"], version(old)+1
	} else {
		s.ids++
		d["id"], d["version"] = s.ids, 1
	}
	s.dashboards[uid], s.within[uid] = d, folder
	return d
}

func version(d map[string]any) int {
	switch n := d["version"].(type) {
	case int:
		return n
	case float64:
		return int(n)
	}
	return 0
}

// Dashboard is the JSON of a dashboard, and its folder; nil: there is none.
func (s *Server) Dashboard(uid string) (d map[string]any, folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.dashboards[uid]), s.within[uid]
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

// answer answers a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	uid, single := strings.CutPrefix(r.URL.Path, "/api/dashboards/uid/")
	folder, one := strings.CutPrefix(r.URL.Path, "/api/folders/")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Token:
		refuse(w, http.StatusUnauthorized, "Invalid API key")
	case r.Method == http.MethodGet && r.URL.Path == "/api/search":
		write(w, http.StatusOK, []any{})
	case r.Method == http.MethodPost && r.URL.Path == "/api/dashboards/db":
		s.save(w, r)
	case single && s.dashboards[uid] == nil:
		refuse(w, http.StatusNotFound, "Dashboard not found")
	case single && r.Method == http.MethodGet:
		write(w, http.StatusOK, map[string]any{"dashboard": s.dashboards[uid], "meta": map[string]any{"folderUid": s.within[uid], "version": s.dashboards[uid]["version"], "url": "/d/" + uid}})
	case single && r.Method == http.MethodDelete:
		title := fmt.Sprint(s.dashboards[uid]["title"])
		delete(s.dashboards, uid)
		delete(s.within, uid)
		s.ledger = append(s.ledger, "delete "+uid)
		write(w, http.StatusOK, map[string]any{"title": title, "message": "Dashboard " + title + " deleted", "uid": uid})
	case one && r.Method == http.MethodGet && s.folders[folder]:
		write(w, http.StatusOK, map[string]any{"uid": folder, "title": folder})
	case one && r.Method == http.MethodGet:
		refuse(w, http.StatusNotFound, "folder not found")
	default:
		refuse(w, http.StatusNotFound, "the fake does not know "+r.Method+" "+r.URL.Path)
	}
}

// wellNamed is how a uid may be written.
var wellNamed = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

func (s *Server) save(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Dashboard map[string]any `json:"dashboard"`
		FolderUID string         `json:"folderUid"`
		Overwrite bool           `json:"overwrite"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Dashboard == nil {
		refuse(w, http.StatusBadRequest, "bad request data")
		return
	}
	uid, _ := in.Dashboard["uid"].(string)
	title, _ := in.Dashboard["title"].(string)
	tags, _ := in.Dashboard["tags"].([]any)
	old := s.dashboards[uid]
	switch {
	case title == "":
		refuse(w, http.StatusBadRequest, "Dashboard title cannot be empty")
	case !wellNamed.MatchString(uid):
		refuse(w, http.StatusBadRequest, "uid contains illegal characters or is too long")
	case slices.ContainsFunc(tags, func(t any) bool { return len(fmt.Sprint(t)) > 50 }):
		refuse(w, http.StatusBadRequest, "tag is too long")
	case in.FolderUID != "" && !s.folders[in.FolderUID]:
		refuse(w, http.StatusNotFound, "folder not found")
	case old != nil && !in.Overwrite && version(in.Dashboard) != version(old):
		write(w, http.StatusPreconditionFailed, map[string]any{"status": "version-mismatch", "message": "The dashboard has been changed by someone else"})
	case old == nil && in.Dashboard["id"] != nil:
		refuse(w, http.StatusNotFound, "Dashboard not found")
	case s.Unique && s.titled(title, in.FolderUID, uid):
		write(w, http.StatusPreconditionFailed, map[string]any{"status": "name-exists", "message": "A dashboard with the same name in the folder already exists"})
	default:
		d := s.keep(in.Dashboard, in.FolderUID)
		s.ledger = append(s.ledger, fmt.Sprintf("save %s %d", uid, d["version"]))
		write(w, http.StatusOK, map[string]any{"id": d["id"], "uid": uid, "url": "/d/" + uid, "status": "success", "version": d["version"]})
	}
}

// titled says whether another dashboard of a folder has the title.
func (s *Server) titled(title, folder, uid string) bool {
	for other, d := range s.dashboards {
		if other != uid && d["title"] == title && s.within[other] == folder {
			return true
		}
	}
	return false
}

func refuse(w http.ResponseWriter, status int, message string) {
	write(w, status, map[string]any{"message": message})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who does not listen any more has no use for it
}
