package inventory

import (
	"context"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Find says which places targets and patterns mean; see activities.Finder.
func (i *Inventory) Find(ctx context.Context, in activities.FindIn) (activities.FindOut, error) {
	b, err := i.latest(ctx)
	if err != nil {
		return activities.FindOut{}, err
	}
	out, err := find(b, in)
	if ops.CodeOf(err) != ops.NotFound {
		return out, err
	}
	if b, err = i.fresh(ctx); err != nil {
		return activities.FindOut{}, err
	}
	if out, err = find(b, in); ops.CodeOf(err) == ops.NotFound {
		e := *ops.AsError(err)
		e.Text = ops.JoinTexts([]ops.Text{e.Text, i.stale()}, ops.Text{})
		return out, &e
	}
	return out, err
}

func find(b *book, in activities.FindIn) (activities.FindOut, error) {
	var out activities.FindOut
	seen := map[ops.Target]bool{}
	for _, t := range in.Targets {
		places, err := b.resolve(t, in.Many)
		if err != nil {
			return activities.FindOut{}, err
		}
		for _, p := range places {
			if !seen[p.Target] {
				seen[p.Target] = true
				out.Places = append(out.Places, p)
			}
		}
	}
	slices.SortFunc(out.Places, byTarget)
	for n, p := range out.Places {
		if n == 0 || out.Places[n-1].Target.Service != p.Target.Service {
			s := b.byName[p.Target.Service]
			s.Places = nil
			out.Services = append(out.Services, s)
		}
	}
	slices.SortFunc(out.Services, func(x, y ops.Service) int { return strings.Compare(x.Name, y.Name) })
	out.Services = slices.CompactFunc(out.Services, func(x, y ops.Service) bool { return x.Name == y.Name })
	return out, nil
}

// resolve says which places one target or pattern means.
func (b *book) resolve(t ops.Target, many bool) ([]ops.Place, error) {
	if t.IsPattern() && t.Env == "" && !many {
		return nil, ops.Errorf(ops.Invalid, "the pattern %q leaves out the environment; say which, like %s:prod", "通配目标 %q 未指定环境;请写明,例如 %s:prod", t, t)
	}
	places := b.matching(t)
	switch {
	case len(places) == 0:
		return nil, b.missing(t)
	case len(places) > 1 && !many && !t.IsPattern():
		return nil, ops.Errorf(ops.Invalid, "%q could be %s; name one of them, or write a pattern such as %s@*:%s to mean several",
			"%q 可能是 %s;请指明其一,或用通配写法(如 %s@*:%s)选择多个", t, listed(places), t.Service, places[0].Target.Env)
	}
	return places, nil
}

// missing explains a target that means nothing.
func (b *book) missing(t ops.Target) error {
	if t.IsPattern() {
		return ops.Errorf(ops.NotFound, "no service matches %q; list what there is with `where *`", "没有服务匹配 %q;可用 `where *` 查看全部", t)
	}
	s, ok := b.byName[t.Service]
	if !ok {
		return ops.Errorf(ops.NotFound, "there is no service %q%s", "没有服务 %q%s", t.Service, ops.DidYouMean(t.Service, b.names()))
	}
	if len(s.Places) == 0 {
		return ops.Errorf(ops.NotFound, "%s runs nowhere that the inventory knows of; add its places", "资产清单中没有 %s 的部署位置;请补充", t.Service)
	}
	return ops.Errorf(ops.NotFound, "%q is nowhere; %s runs at %s", "%q 不存在;%s 部署于 %s", t, t.Service, listed(s.Places))
}

// maxListed bounds how many candidates an error names.
const maxListed = 8

// listed names places.
func listed(places []ops.Place) ops.Text {
	names := make([]string, 0, maxListed)
	for _, p := range places[:min(maxListed, len(places))] {
		names = append(names, p.Target.String())
	}
	all := strings.Join(names, ", ")
	if more := len(places) - len(names); more > 0 {
		return ops.Textf("%s and %d more", "%s 等(另有 %d 个)", all, more)
	}
	return ops.Plain(all)
}
