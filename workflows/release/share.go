package release

import (
	"cmp"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// share is which traffic the canaries of a wave get from the provider that divides it.
type share struct {
	Provider string `json:"provider,omitempty"` // empty: that of the place
	Host     string `json:"host,omitempty"`     // empty: the name of the workload
	Header   string `json:"header,omitempty"`
	Percent  int    `json:"percent,omitempty"`
	First    bool   `json:"first,omitempty"` // of the waves that share these canaries
	Green    bool   `json:"green,omitempty"` // the canaries are as many as the workloads' instances, and get all traffic at once
}

// idle says whether the canaries get no traffic.
func (s share) idle() bool { return s.Percent == 0 && s.Header == "" }

// title is what people call a wave with the share.
func (s share) title(name string) ops.Text {
	switch {
	case s.Green && s.idle():
		return ops.Textf("green %s, without traffic", "绿组 %s(无流量)", name)
	case s.Green:
		return ops.Textf("green %s, with the traffic", "绿组 %s(承接流量)", name)
	case s.Percent == 0:
		return ops.Textf("canary %s for %s", "灰度 %s(请求头 %s)", name, s.Header)
	}
	return ops.Textf("canary %s at %d%% of the traffic", "灰度 %s(流量 %d%%)", name, s.Percent)
}

// weighed are the waves in which the canaries of a wave get more and more traffic, by header first and by weight then.
// They stand until the wave itself is out, so that nobody is led back to the old version in between.
func weighed(s ops.Strategy, main *wave) []wave {
	c := s.Canary
	at := share{Provider: c.Traffic, Host: c.Host, Header: c.Header, First: true}
	var out []wave
	add := func(percent int) {
		at.Percent = percent
		out = append(out, wave{Name: main.Name, Env: main.Env, Items: canaries(main.Items, false), Canary: c.Size(), Bake: c.Bake, Share: new(at)})
		at.First = false
	}
	if c.Header != "" {
		add(0)
	}
	for _, percent := range c.Weights {
		add(percent)
	}
	if len(out[0].Items) > 0 {
		main.Settle = &share{Provider: c.Traffic, Host: c.Host}
	}
	return out
}

// blueGreen puts two waves before each: the new version without traffic, and with all of it.
func blueGreen(s ops.Strategy, waves []wave) []wave {
	var out []wave
	for _, main := range waves {
		if items := canaries(main.Items, false); len(items) > 0 {
			at := share{Provider: s.Canary.Traffic, Host: s.Canary.Host, Green: true}
			green := wave{Name: main.Name, Env: main.Env, Items: items, Canary: 100}
			main.Settle = new(at)
			at.First = true
			green.Share = new(at)
			out = append(out, green)
			at.First, at.Percent = false, 100
			green.Share, green.Bake = new(at), s.Canary.Bake
			out = append(out, green)
		}
		out = append(out, main)
	}
	return out
}

// steer gives the canaries of a wave, which the first of the waves that share them makes, their share and watches them.
func (v wave) steer(ctx workflow.Context, w work) error {
	if v.Share.First {
		change.Undoing(ctx, ops.Textf("the traffic of %s as it was, and no canary any more", "恢复 %s 的原有流量并移除灰度实例", v.Name), func(ctx workflow.Context) error {
			return v.settle(ctx, *v.Share)
		})
		if err := v.setCanaries(ctx, v.some); err != nil {
			return err
		}
	}
	if !v.Share.idle() {
		err := change.Parallel(ctx, len(v.Items), func(ctx workflow.Context, n int) error { return v.Items[n].steer(ctx, *v.Share) })
		if err != nil {
			return err
		}
	}
	return v.bake(ctx, w)
}

// steer gives the canary of a place its share of the traffic.
func (i item) steer(ctx workflow.Context, s share) error {
	_, err := activities.Steer.Do(ctx, s.provider(i), s.in(ctx, i))
	return err
}

func (s share) provider(i item) string { return cmp.Or(s.Provider, i.Place.Provider) }

func (s share) in(ctx workflow.Context, i item) activities.SteerIn {
	return activities.SteerIn{Place: i.Place, Host: cmp.Or(s.Host, i.Place.Name), Header: s.Header, Percent: s.Percent, Owner: change.ID(ctx)}
}

// drain is how long a canary lives on when its traffic has been taken from it: proxies learn late, and requests end. It is
// no longer than the watching.
const drain = 10 * time.Second

func (v wave) drain() time.Duration {
	if v.Bake > 0 {
		return min(drain, v.Bake)
	}
	return drain
}

// settle gives the traffic of the wave's places back to the workloads, and takes their canaries away. A canary whose
// traffic does not go back stays, because it serves people.
func (v wave) settle(ctx workflow.Context, s share) error {
	items := canaries(v.Items, false)
	s.Header, s.Percent = "", 0
	return change.Parallel(ctx, len(items), func(ctx workflow.Context, n int) error {
		if err := items[n].steer(ctx, s); err != nil {
			return err
		}
		if err := workflow.Sleep(ctx, v.drain()); err != nil {
			return err
		}
		return wave{Items: items[n : n+1], Share: &s}.setCanaries(ctx, none)
	})
}

// trySteer has every provider that shall divide traffic look whether it can, before anything starts.
func (w work) trySteer(ctx workflow.Context) error {
	for n, v := range w.Waves {
		if v.Share == nil || v.Share.idle() || n+1 < len(w.Waves) && w.Waves[n+1].Share != nil && !w.Waves[n+1].Share.First {
			continue // the last of the waves that share canaries asks for the most
		}
		for _, i := range v.Items {
			if _, err := activities.TrySteer.Do(ctx, v.Share.provider(i), v.Share.in(ctx, i)); err != nil {
				return err
			}
		}
	}
	return nil
}
