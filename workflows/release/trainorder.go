package release

import (
	"regexp"
	"slices"
	"strings"

	"orderly.example/ops"
)

// stop is what one asks of a train for one service.
type stop struct {
	Service string
	Version string
	After   []string // services of the train
}

// maxTrain bounds a train, so that one person can read its plan.
const maxTrain = 100

var versionForm = regexp.MustCompile(`^(pipeline:[0-9]{1,18}|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$`)

// parseTrain reads service=version, service=version ...
func parseTrain(written string) ([]stop, error) {
	var out []stop
	for _, word := range strings.FieldsFunc(written, func(r rune) bool { return strings.ContainsRune(" ,;,;、\t\r\n", r) }) {
		service, version, ok := strings.Cut(word, "=")
		if !ok || !versionForm.MatchString(version) {
			return nil, ops.Errorf(ops.Invalid, "%q is no service with a version; write shop.cart.api=1.4.3", "%q 不是 服务=版本,请写成 shop.cart.api=1.4.3", word).At("services")
		}
		t, err := ops.ParseTarget(service)
		if err != nil || t != (ops.Target{Service: t.Service}) || t.IsPattern() {
			return nil, ops.Errorf(ops.Invalid, "%q is no name of one service; where it is released stands in \"where\"", "%q 不是单个服务名;发布范围请写在 where", service).At("services")
		}
		if slices.ContainsFunc(out, func(s stop) bool { return s.Service == t.Service }) {
			return nil, ops.Errorf(ops.Invalid, "%s is there twice; one train brings one version of it", "%s 出现了两次;一趟列车只能发布一个版本", t.Service).At("services")
		}
		out = append(out, stop{Service: t.Service, Version: version})
	}
	if len(out) == 0 || len(out) > maxTrain {
		return nil, ops.Errorf(ops.Invalid, "a train is of 1 to %d services and this is of %d; write shop.cart.api=1.4.3 shop.order.api=2.0", "一趟列车含 1 至 %d 个服务,当前为 %d 个;请写成 shop.cart.api=1.4.3 shop.order.api=2.0",
			maxTrain, len(out)).At("services")
	}
	return out, nil
}

// orderTrain brings the services into an order in which none comes before one that it needs, by the inventory or by what
// was asked for.
func orderTrain(wanted []stop, services map[string]ops.Service, after string) ([]stop, error) {
	out := slices.Clone(wanted)
	for i := range out {
		if s := services[out[i].Service].Release; s != nil {
			for _, needed := range s.Needs {
				if slices.ContainsFunc(out, func(o stop) bool { return o.Service == needed }) {
					out[i].After = add(out[i].After, needed)
				}
			}
		}
	}
	if err := parseAfter(out, after); err != nil {
		return nil, err
	}
	return sorted(out)
}

// parseAfter reads "a after b and c, d after a" into the stops.
func parseAfter(stops []stop, written string) error {
	for _, clause := range strings.FieldsFunc(written, func(r rune) bool { return strings.ContainsRune(",;,;、\n", r) }) {
		words := slices.DeleteFunc(strings.Fields(clause), func(w string) bool { return w == "and" || w == "和" || w == "在" })
		if n := len(words); n > 2 && words[n-1] == "之后" { // X 在 Y 之后
			words = append([]string{words[0], "after"}, words[1:n-1]...)
		}
		at := slices.IndexFunc(words, func(w string) bool { return w == "after" || w == "needs" || w == "依赖" })
		if at < 1 || at == len(words)-1 {
			return ops.Errorf(ops.Invalid, "%q does not say who waits for whom; write shop.order.api after shop.cart.api", "%q 未说明先后依赖,请写成 shop.order.api after shop.cart.api", strings.TrimSpace(clause)).At("after")
		}
		for _, later := range words[:at] {
			for _, first := range words[at+1:] {
				i, err := position(stops, later)
				if err != nil {
					return err
				}
				if _, err := position(stops, first); err != nil {
					return err
				}
				stops[i].After = add(stops[i].After, first)
			}
		}
	}
	return nil
}

// position is where a service stands in the train.
func position(stops []stop, service string) (int, error) {
	i := slices.IndexFunc(stops, func(s stop) bool { return s.Service == service })
	if i >= 0 {
		return i, nil
	}
	names := make([]string, len(stops))
	for n, s := range stops {
		names[n] = s.Service
	}
	return 0, ops.Errorf(ops.Invalid, "%q is not in this train%s; it orders only what it brings out itself", "%q 不在本次列车中%s;只能为列车内的服务排序", service, ops.DidYouMean(service, names)).At("after")
}

// sorted puts every stop behind all that it needs, and otherwise leaves their order.
func sorted(stops []stop) ([]stop, error) {
	var out []stop
	left := slices.Clone(stops)
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(s stop) bool {
			return !slices.ContainsFunc(left, func(o stop) bool { return slices.Contains(s.After, o.Service) })
		})
		if i < 0 {
			return nil, ops.Errorf(ops.Invalid, "they wait for each other in a circle: %s; take one of these out", "依赖成环:%s;请去掉其中一条", circle(left)).At("after")
		}
		out = append(out, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return out, nil
}

// circle walks along the needs until it comes to where it has been.
func circle(left []stop) string {
	var path []string
	for at := left[0]; ; {
		if i := slices.Index(path, at.Service); i >= 0 {
			return strings.Join(append(path[i:], at.Service), " after ")
		}
		path = append(path, at.Service)
		i := slices.IndexFunc(left, func(o stop) bool { return slices.Contains(at.After, o.Service) })
		at = left[i]
	}
}

// coupled leaves out the cars that have nothing to do. Who waited for one of them waits for those that it waited for.
func coupled(cars []car) []car {
	var out []car
	instead := map[string][]string{}
	for _, c := range cars {
		var needs []string
		for _, n := range c.Needs {
			through, empty := instead[n]
			if !empty {
				through = []string{n}
			}
			for _, t := range through {
				needs = add(needs, t)
			}
		}
		c.Needs = needs
		if len(c.Work.Waves) == 0 {
			instead[c.Work.Service] = needs
			continue
		}
		out = append(out, c)
	}
	return out
}
