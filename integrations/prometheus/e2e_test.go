//go:build e2e

package prometheus_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/linetest"
	"orderly.example/integrations/prometheus"
	"orderly.example/integrations/prometheus/promtest"
	"orderly.example/ops"
)

// TestRealPrometheus is the contract with a real server.
func TestRealPrometheus(t *testing.T) {
	t.Parallel()
	s := promtest.Start(t)
	c := ask(t, s.URL)
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Set(`errors{app="cart", pod="a"}`, 0.25)
	s.Set(`errors{app="cart", pod="b"}`, math.NaN())
	s.Set(`errors{app="pay", pod="c"}`, math.Inf(1))
	s.Await()
	for query, want := range map[string][]string{
		`sum by (app) (errors{pod="a"})`:      {`{app="cart"} 0.25`},
		`sort(errors{pod="a"} or vector(-1))`: {` -1`, `errors{app="cart", instance="promtest", job="promtest", pod="a"} 0.25`},
		`sum(errors{app="cart"})`:             {` NaN`},
		`sum(errors{app="pay"})`:              {` +Inf`},
		`-sum(errors{app="pay"})`:             {` -Inf`},
		`sum(errors{app="none"})`:             nil,
		`errors{app="cart"} > 1`:              nil,
		`vector(1e300)`:                       {` 1e+300`},
		`vector(1e20)`:                        {` 100000000000000000000`},
		`vector(0.0000000012)`:                {` 1.2e-09`},
		`vector(-0.000001)`:                   {` -0.000001`},
		`0 / 0`:                               {` NaN`},
		`1 + 1`:                               {` 2`},
	} {
		got, err := c.Measure(t.Context(), activities.MeasureIn{Query: query})
		var said []string
		for _, sample := range got.Samples {
			said = append(said, sample.Labels+" "+sample.Value)
		}
		if err != nil || !slices.Equal(said, want) {
			t.Errorf("%s gives %q, %v; want %q", query, said, err, want)
		}
	}
}

func TestRefusalsOfARealPrometheus(t *testing.T) {
	t.Parallel()
	s := promtest.Start(t)
	c := ask(t, s.URL)
	for i := range 2 {
		s.Set(fmt.Sprintf(`twice{pod="%d"}`, i), 1)
	}
	for i := range 1001 {
		s.Set(fmt.Sprintf(`many{pod="%d"}`, i), 1)
	}
	s.Await()
	for query, says := range map[string]string{
		`sum(rate(errors[1m])`:                  `1:21: parse error: unclosed left parenthesis`,
		`errors{app=cart}`:                      `1:12: parse error: unexpected identifier "cart"`,
		``:                                      `no expression found in input`,
		`twice + on() twice`:                    `found duplicate series for the match group`,
		`twice[5m]`:                             `wrap it, such as in last_over_time(...)`,
		`"text"`:                                `a text and no number`,
		`many`:                                  `more than 1000 samples; aggregate it`,
		`label_replace(twice, "x", "", "", "`:   `parse error: unterminated quoted string`,
		`topk(1, many) * on(job) group_left x{`: `parse error: unexpected end of input`,
	} {
		got, err := c.Measure(t.Context(), activities.MeasureIn{Query: query})
		text := ops.TextOf(err)
		if ops.CodeOf(err) != ops.Invalid || !strings.Contains(text.En, says) || text.Zh == "" || got.Samples != nil {
			t.Errorf("%s gives %v, %s %q; want %q", query, got.Samples, ops.CodeOf(err), text.En, says)
		}
	}
	got, err := c.Measure(t.Context(), activities.MeasureIn{Query: `topk(1000, many)`})
	if err != nil || len(got.Samples) != 1000 {
		t.Errorf("a thousand samples are %d, %v", len(got.Samples), err)
	}
}

// TestTime: what vanished is unknown at once, and what was is known for the time that it was.
func TestTime(t *testing.T) {
	t.Parallel()
	s := promtest.Start(t)
	c := ask(t, s.URL)
	s.Set("version", 1)
	s.Await()
	then := time.Now()
	s.Set("version", 2)
	s.Await()
	s.Remove("version")
	s.Await()
	now, err := c.Measure(t.Context(), activities.MeasureIn{Query: "version"})
	if err != nil || len(now.Samples) != 0 {
		t.Errorf("what vanished is %v, %v", now.Samples, err)
	}
	before, err := c.Measure(t.Context(), activities.MeasureIn{Query: "version", At: then})
	if err != nil || len(before.Samples) != 1 || before.Samples[0].Value != "1" {
		t.Errorf("what was is %v, %v", before.Samples, err)
	}
	follow(t, before.Link, "version")
}

// follow opens a link as a person does, and looks whether the page still knows the expression.
func follow(t *testing.T, link, expression string) {
	t.Helper()
	resp, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	asked, err := url.Parse(link)
	if err != nil || resp.StatusCode != http.StatusOK || asked.Query().Get("g0.expr") != expression || resp.Request.URL.Query().Get("g0.expr") != expression {
		t.Errorf("the link %s leads to %s with %s, %v", link, resp.Request.URL, resp.Status, err)
	}
}

func TestARealPrometheusGoesAway(t *testing.T) {
	t.Parallel()
	s := promtest.Start(t)
	c := ask(t, s.URL)
	if err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := c.Check(t.Context()); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("got %v", err)
	}
}

func ask(t *testing.T, address string) *prometheus.Client {
	t.Helper()
	c, err := prometheus.New(prometheus.Config{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestABadLineToAPrometheus: a slow one is waited for, one that is too slow or cut is said so, and nothing is remembered of it.
func TestABadLineToAPrometheus(t *testing.T) {
	t.Parallel()
	line := linetest.New(t, strings.TrimPrefix(promtest.Start(t).URL, "http://"))
	c, err := prometheus.New(prometheus.Config{URL: "http://" + line.Address, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name string
		make func()
		code ops.Code
	}{
		{"whole", line.Mend, ""},
		{"slow", func() { line.Slow(300 * time.Millisecond) }, ""},
		{"too slow", func() { line.Slow(5 * time.Second) }, ops.Unavailable},
		{"without answers", line.Lose, ops.Unavailable},
		{"cut", line.Cut, ops.Unavailable},
		{"mended", line.Mend, ""},
	} {
		step.make()
		if _, err := c.Measure(t.Context(), activities.MeasureIn{Query: "vector(1)"}); ops.CodeOf(err) != step.code {
			t.Errorf("%s: %q %v, want %q", step.name, ops.CodeOf(err), err, step.code)
		}
	}
}
