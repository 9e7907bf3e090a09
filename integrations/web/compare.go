package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.Comparer = (*Client)(nil)

const (
	maxSamples  = 5
	maxShown    = 60 // characters of a value in a sample
	maxRequests = 200
)

// Compare asks the old version twice and the new one once, request by request; see activities.Comparer.
func (c *Client) Compare(ctx context.Context, in activities.CompareIn) (activities.Compared, error) {
	var out activities.Compared
	if len(in.Requests) == 0 || len(in.Requests) > maxRequests {
		return out, ops.Errorf(ops.Invalid, "there are %d requests to compare; write 1 to %d", "有 %d 个请求需要比较,应为 1 到 %d 个", len(in.Requests), maxRequests)
	}
	for _, base := range []string{in.Old, in.New} {
		if err := check(base); err != nil {
			return out, err
		}
	}
	for _, path := range in.Requests {
		found, err := c.compareOne(ctx, in, path)
		if err != nil {
			return out, err
		}
		switch {
		case !found.unknown.IsZero():
			out.Unknown++
			out.Samples = sample(out.Samples, path, found.unknown)
		case !found.differs.IsZero():
			out.Different++
			out.Samples = sample(out.Samples, path, found.differs)
		default:
			out.Same++
		}
	}
	return out, nil
}

func sample(all []ops.Text, path string, what ops.Text) []ops.Text {
	if len(all) == maxSamples {
		return all
	}
	return append(all, ops.Textf("GET %s %s", "GET %s %s", path, what))
}

// comparison says what differs, or why nothing is known.
type comparison struct{ differs, unknown ops.Text }

func (c *Client) compareOne(ctx context.Context, in activities.CompareIn, path string) (comparison, error) {
	var got [3]page
	for i, base := range []string{in.Old, in.Old, in.New} {
		p, err := c.page(ctx, strings.TrimSuffix(base, "/")+"/"+strings.TrimPrefix(path, "/"))
		if err != nil {
			return comparison{}, err
		}
		got[i] = p
	}
	before, again, after := got[0], got[1], got[2]
	switch {
	case !before.trouble.IsZero():
		return comparison{unknown: ops.Textf("the old version does not answer: %s", "旧版本无响应:%s", before.trouble)}, nil
	case !again.trouble.IsZero():
		return comparison{unknown: ops.Textf("the old version does not answer: %s", "旧版本无响应:%s", again.trouble)}, nil
	case before.status != again.status:
		return comparison{unknown: ops.Textf("the old version answers with %d and with %d", "旧版本先后返回 %d 与 %d", before.status, again.status)}, nil
	case !after.trouble.IsZero():
		return comparison{differs: ops.Textf("does not answer: %s", "无响应:%s", after.trouble)}, nil
	case after.status != before.status:
		return comparison{differs: ops.Textf("status: %d -> %d", "状态码:%d -> %d", before.status, after.status)}, nil
	}
	return comparison{differs: compareBodies(before.body, again.body, after.body, in.Ignore)}, nil
}

// page is an answer, or why there is none.
type page struct {
	status  int
	body    []byte
	trouble ops.Text
}

func (c *Client) page(ctx context.Context, address string) (page, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(limited, http.MethodGet, address, nil)
	if err != nil {
		return page{}, invalid()
	}
	r.Header.Set("User-Agent", "orderly")
	resp, err := c.http.Do(r)
	if refused := ops.AsError(err); refused != nil {
		return page{}, refused
	}
	if ctx.Err() != nil {
		return page{}, ctx.Err() // the question was taken back
	}
	if err != nil {
		return page{trouble: trouble(err, c.timeout)}, nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return page{trouble: trouble(&brokenOff{resp.StatusCode, err}, c.timeout)}, nil
	}
	return page{status: resp.StatusCode, body: body}, nil
}

// compareBodies says where the new body differs from the old one, apart from what the old one itself changes.
func compareBodies(before, again, after []byte, ignore []string) ops.Text {
	var a, b, n any
	if decode(before, &a) != nil || decode(again, &b) != nil || decode(after, &n) != nil {
		if bytes.Equal(before, after) || !bytes.Equal(before, again) {
			return ops.Text{}
		}
		return ops.Textf("body: %s -> %s", "响应体:%s -> %s", clipped(string(before)), clipped(string(after)))
	}
	return differing("$", a, b, n, ignore)
}

func decode(raw []byte, v *any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(v)
}

// differing is the first place where the new value differs and the two old ones do not.
func differing(path string, a, b, n any, ignore []string) ops.Text {
	if before, ok := a.(map[string]any); ok {
		again, ok1 := b.(map[string]any)
		after, ok2 := n.(map[string]any)
		if ok1 && ok2 {
			return differingFields(path, before, again, after, ignore)
		}
	}
	if before, ok := a.([]any); ok {
		again, ok1 := b.([]any)
		after, ok2 := n.([]any)
		if ok1 && ok2 && len(before) == len(again) && len(before) == len(after) {
			for i := range before {
				if found := differing(fmt.Sprintf("%s[%d]", path, i), before[i], again[i], after[i], ignore); !found.IsZero() {
					return found
				}
			}
			return ops.Text{}
		}
	}
	old, repeated, changed := text(a), text(b), text(n)
	if old == changed || old != repeated {
		return ops.Text{}
	}
	return ops.Textf("%s: %s -> %s", "%s:%s -> %s", path, clipped(old), clipped(changed))
}

func differingFields(path string, before, again, after map[string]any, ignore []string) ops.Text {
	var names []string
	for _, m := range []map[string]any{before, after} {
		for name := range m {
			if !slices.Contains(names, name) && !slices.Contains(ignore, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range names {
		_, had := before[name]
		_, kept := again[name]
		_, has := after[name]
		at := path + "." + name
		switch {
		case had != kept: // the old version itself is of two minds
		case had && !has:
			return ops.Textf("%s: is missing", "%s:缺失", at)
		case !had && has:
			return ops.Textf("%s: is new", "%s:新增", at)
		default:
			if found := differing(at, before[name], again[name], after[name], ignore); !found.IsZero() {
				return found
			}
		}
	}
	return ops.Text{}
}

// text is a value in one form.
func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

func clipped(s string) string {
	if r := []rune(s); len(r) > maxShown {
		return string(r[:maxShown]) + "…"
	}
	return s
}
