package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"orderly.example/bot"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
	"orderly.example/policy"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// Check looks at everything that a process needs and writes what it finds, without starting anything. The error says
// that something is missing.
func Check(ctx context.Context, o Options, w io.Writer, lang string) error {
	wrong := 0
	report := func(what string, err error) {
		mark, text := "ok  ", ""
		if err != nil {
			mark, text = "FAIL", ": "+ops.TextOf(err).In(lang)
			wrong++
		}
		fmt.Fprintf(w, "%s %s%s\n", mark, what, text)
	}
	_, err := bot.NewIdentities(o.People)
	report("people", err)
	operations := change.Catalogue{Definitions: workflows.All()}.Operations()
	_, err = policy.New(o.Policy, nil, time.Now, operations...)
	report("policy", err)
	for _, s := range o.Inventory {
		_, err := s.Services(ctx)
		report(fmt.Sprint("inventory ", s), err)
	}
	if o.Cloud != nil {
		wrong += clusters(ctx, *o.Cloud, w, lang, report)
	}
	if wrong > 0 {
		return ops.Errorf(ops.Invalid, "%d problems; see above", "发现 %d 个问题,见上", wrong)
	}
	return nil
}

// clusters asks every cluster whether the permissions are there, and returns how many are missing.
func clusters(ctx context.Context, c kubernetes.Config, w io.Writer, lang string, report func(string, error)) int {
	k, err := kubernetes.New(c)
	report("kubernetes", err)
	if err != nil {
		return 0
	}
	missing := 0
	for _, f := range k.Check(ctx) {
		mark := "ok  "
		if !f.Allowed {
			mark = "FAIL"
			missing++
		}
		fmt.Fprintf(w, "%s %s\n", mark, f.Text.In(lang))
	}
	if missing > 0 {
		fmt.Fprintf(w, "\n%s\n", kubernetes.ClusterRole())
	}
	return missing
}
