package harbortest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// report is the form of a result.
const report = "application/vnd.security.vulnerability.report; version=1.1"

func (s *Server) artifacts(w http.ResponseWriter, q request, p *project) {
	repository, err := url.PathUnescape(q.parts[3])
	out := []any{}
	for _, i := range slices.Backward(p.images) {
		if err == nil && i.repository == repository {
			out = append(out, i.json(p, q))
		}
	}
	if len(out) == 0 {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "repository "+p.name+"/"+repository+" not found")
		return
	}
	write(w, http.StatusOK, out)
}

func (s *Server) artifact(w http.ResponseWriter, q request, p *project) {
	repository, err := url.PathUnescape(q.parts[3])
	n := slices.IndexFunc(p.images, func(i *Image) bool {
		return err == nil && i.repository == repository && (i.digest == q.parts[5] || slices.Contains(i.tags, q.parts[5]))
	})
	if n < 0 {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "artifact "+p.name+"/"+repository+":"+q.parts[5]+" not found")
		return
	}
	i := p.images[n]
	if q.Method == http.MethodGet {
		i.advance()
		write(w, http.StatusOK, i.json(p, q))
		return
	}
	if i.running() {
		refuse(w, http.StatusConflict, "CONFLICT", "a previous scan process is running")
		return
	}
	i.Status = "Pending"
	s.wrote("scan %s/%s", p.name, repository)
	w.WriteHeader(http.StatusAccepted)
}

func (i *Image) running() bool { return i.Status == "Pending" || i.Status == "Running" }

// advance brings a scan further with every look.
func (i *Image) advance() {
	switch {
	case !i.running():
	case i.Looks > 0:
		i.Looks--
		i.Status = "Running"
	case i.Fails:
		i.Status = "Error"
	default:
		i.Status = "Success"
	}
}

func (i *Image) json(p *project, q request) map[string]any {
	out := map[string]any{
		"id": 1, "project_id": p.id, "repository_id": 1, "digest": i.digest, "type": "IMAGE", "size": 1000, "push_time": i.pushed, "pull_time": i.pushed,
		"media_type": "application/vnd.docker.container.image.v1+json", "manifest_media_type": "application/vnd.docker.distribution.manifest.v2+json",
	}
	v := q.URL.Query()
	if v.Get("with_tag") != "false" {
		tags := []any{}
		for _, t := range i.tags {
			tags = append(tags, map[string]any{"id": 1, "name": t, "repository_id": 1, "artifact_id": 1, "push_time": i.pushed, "pull_time": i.pushed, "immutable": false})
		}
		out["tags"] = tags
	}
	if v.Get("with_scan_overview") == "true" && i.Status != "" && strings.Contains(q.Header.Get("X-Accept-Vulnerabilities"), report) {
		result := map[string]any{"report_id": "r", "scan_status": i.Status, "complete_percent": 100, "start_time": i.pushed, "end_time": i.pushed, "scanner": map[string]any{"name": "Trivy", "vendor": "Aqua Security", "version": "v0.58"}}
		if i.Status == "Success" && !i.Silent {
			total := 0
			for _, n := range i.Counts {
				total += n
			}
			result["severity"], result["summary"] = "High", map[string]any{"total": total, "fixable": total / 2, "summary": i.Counts}
		}
		out["scan_overview"] = map[string]any{report: result}
	}
	return out
}
