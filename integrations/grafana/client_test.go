package grafana

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/grafana/grafanatest"
	"orderly.example/ops"
)

const model = `{"uid": "go-api", "title": "${service}", "schemaVersion": 39, "tags": ["go"], "refresh": "30s",
 "templating": {"list": [{"name": "instance", "query": "label_values(up{job=\"${service}\"}, instance)"}]},
 "panels": [{"id": 1, "title": "Requests of ${module}", "span": 1.50, "big": 12345678901234567890, "targets": [{"expr": "rate(requests{namespace=\"${product}-${subsystem}\", instance=~\"${instance}\"}[$__rate_interval])"}]},
 {"id": 2, "title": "${owner}", "panels": []}]}`

var pay = activities.DashboardIn{
	UID: "shop_pay_api", From: "go-api", Folder: "services", Change: "service-create-abc", Why: "service-create-abc by ann", Values: ops.ServiceNames("shop.pay.api", "pay-team"),
}

// lab is a Grafana with a model, and a client.
type lab struct {
	*grafanatest.Server
	*testing.T
	client *Client
}

func newLab(t *testing.T) *lab {
	l := &lab{Server: grafanatest.New(t), T: t}
	l.Folder("services")
	l.Save(model)
	l.client = l.as(grafanatest.Token)
	return l
}

func (l *lab) as(token string) *Client {
	l.Helper()
	c, err := New(Config{URL: l.URL + "/", Token: token})
	l.must(err)
	return c
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) refused(err error, code ops.Code, words string) {
	l.Helper()
	if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" || ops.TextOf(err).Zh == ops.TextOf(err).En {
		l.Errorf("got %s %v, want %s %q", ops.CodeOf(err), err, code, words)
	}
	if err != nil && strings.Contains(err.Error(), grafanatest.Token) {
		l.Errorf("the token shows in %v", err)
	}
}

func TestADashboardIsACopyWithEveryTextFilledIn(t *testing.T) {
	l := newLab(t)
	try := pay
	try.DryRun = true
	if out, err := l.client.MakeDashboard(t.Context(), try); err != nil || out.Title != "shop.pay.api" || len(l.Written()) != 0 {
		t.Errorf("%+v, %v, written %q", out, err, l.Written())
	}
	for range 2 {
		out, err := l.client.MakeDashboard(t.Context(), pay)
		if err != nil || out != (activities.Dashboard{Mine: true, Title: "shop.pay.api", Link: l.URL + "/d/shop_pay_api"}) {
			t.Errorf("%+v, %v", out, err)
		}
	}
	made, folder := l.Dashboard("shop_pay_api")
	if folder != "services" || made["version"] != 1 || !slices.Equal(made["tags"].([]any), []any{"go", "service-create-abc"}) {
		t.Errorf("in %q: %v", folder, made)
	}
	want := map[string]any{}
	l.must(json.Unmarshal([]byte(strings.NewReplacer("${service}", "shop.pay.api", "${module}", "api", "${product}-${subsystem}", "shop-pay", "${owner}", "pay-team").Replace(model)), &want))
	for _, d := range []map[string]any{made, want} {
		maps.DeleteFunc(d, func(k string, _ any) bool { return k == "id" || k == "uid" || k == "version" || k == "tags" })
	}
	got, err := json.Marshal(made)
	l.must(err)
	wanted, err := json.Marshal(want)
	l.must(err)
	if string(got) != string(wanted) || !strings.Contains(string(got), `${instance}`) {
		t.Errorf("got %s\nwant %s", got, wanted)
	}
	if from, _ := l.Dashboard("go-api"); from["title"] != "${service}" || from["version"] != 1 {
		t.Errorf("the model was changed: %v", from)
	}
	if w := l.Written(); !slices.Equal(w, []string{"save shop_pay_api 1"}) {
		t.Errorf("written %q", w)
	}
	_, err = l.client.MakeDashboard(t.Context(), try)
	l.refused(err, ops.Conflict, "there is a dashboard shop_pay_api in Grafana already")
}

func TestADashboardThatWasEditedIsNotDeleted(t *testing.T) {
	l := newLab(t)
	_, err := l.client.MakeDashboard(t.Context(), pay)
	l.must(err)
	l.Save(`{"uid": "shop_pay_api", "title": "mine", "tags": ["service-create-abc"]}`)
	now, err := l.client.LookDashboard(t.Context(), pay)
	if err != nil || !now.Mine || !now.Edited {
		t.Errorf("%+v, %v", now, err)
	}
	_, err = l.client.DropDashboard(t.Context(), pay)
	l.refused(err, ops.Unsafe, "was edited since it was made")
	if d, _ := l.Dashboard("shop_pay_api"); d == nil {
		t.Error("it is gone")
	}
}

func TestTheDashboardOfAnotherIsLeftAlone(t *testing.T) {
	l := newLab(t)
	other := pay
	other.Change = "service-create-xyz"
	_, err := l.client.MakeDashboard(t.Context(), other)
	l.must(err)
	_, err = l.client.MakeDashboard(t.Context(), pay)
	l.refused(err, ops.Conflict, "already")
	if out, err := l.client.DropDashboard(t.Context(), pay); err != nil || out.Changed || len(l.Written()) != 1 {
		t.Errorf("%+v, %v, written %q", out, err, l.Written())
	}
	for _, want := range []bool{true, false} {
		if out, err := l.client.DropDashboard(t.Context(), other); err != nil || out.Changed != want {
			t.Errorf("%+v, %v", out, err)
		}
	}
	_, err = l.client.LookDashboard(t.Context(), pay)
	l.refused(err, ops.NotFound, "knows no dashboard shop_pay_api")
}

func TestWhatCannotBeMadeIsSaidBefore(t *testing.T) {
	l := newLab(t)
	l.Save(`{"uid": "same", "title": "All services"}`)
	for want, spoil := range map[string]func(*activities.DashboardIn){
		"knows no dashboard go-apj": func(in *activities.DashboardIn) { in.From = "go-apj" }, "knows no folder elsewhere": func(in *activities.DashboardIn) { in.Folder = "elsewhere" },
		"the title of dashboard same": func(in *activities.DashboardIn) { in.From = "same" },
	} {
		in := pay
		in.DryRun = true
		spoil(&in)
		_, err := l.client.MakeDashboard(t.Context(), in)
		l.refused(err, map[bool]ops.Code{true: ops.NotFound, false: ops.Invalid}[in.From != "same"], want)
	}
}

// TestATitleThatIsTaken is no late attempt of the same step: it is not tried again.
func TestATitleThatIsTaken(t *testing.T) {
	l := newLab(t)
	l.Unique = true
	in := pay
	in.UID, in.Change = "by-hand", "other"
	_, err := l.client.MakeDashboard(t.Context(), in)
	l.must(err)
	_, err = l.client.MakeDashboard(t.Context(), pay)
	l.refused(err, ops.Conflict, "same name in the folder already exists")
}

func TestWhoMayNotAsk(t *testing.T) {
	l := newLab(t)
	l.must(l.client.Check(t.Context()))
	l.refused(l.as("wrong").Check(t.Context()), ops.Denied, "does not accept the token")
	for _, c := range []Config{{URL: "grafana", Token: "a"}, {URL: l.URL}, {URL: l.URL, Token: "a", Timeout: -1}} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestAwayAndStrange(t *testing.T) {
	l := newLab(t)
	said, status := "", 200
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = w.Write([]byte(said)) })
	}
	for _, tt := range []struct {
		status int
		said   string
		code   ops.Code
		want   string
	}{
		{200, "<html>", ops.Unavailable, "not what a Grafana says"},
		{200, strings.Repeat(" ", maxAnswer+1), ops.Invalid, "more than 16 MiB"},
		{302, "", ops.Invalid, "sends us elsewhere"},
		{403, "", ops.Denied, "lets the service account not do this"},
		{500, "{}", ops.Unavailable, "cannot answer now (500)"},
		{400, `{"message":"` + strings.Repeat("数", 500) + `"}`, ops.Invalid, "数…"},
	} {
		status, said = tt.status, tt.said
		l.refused(l.client.Check(t.Context()), tt.code, tt.want)
	}
	status, said = 200, "{}"
	_, err := l.client.LookDashboard(t.Context(), pay)
	l.refused(err, ops.Unavailable, "not what a Grafana says")
	l.Close()
	l.refused(l.client.Check(t.Context()), ops.Unavailable, "cannot be reached")
}

func TestNoAnswerInTime(t *testing.T) {
	l := newLab(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	}
	l.client.timeout = 50 * time.Millisecond
	l.refused(l.client.Check(t.Context()), ops.Unavailable, "did not answer within 50ms")
}
