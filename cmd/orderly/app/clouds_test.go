package app

import (
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/integrations/alibaba"
	"orderly.example/integrations/cloudstack"
	"orderly.example/integrations/machines"
	"orderly.example/integrations/machines/machinestest"
	"orderly.example/integrations/tencent"
	"orderly.example/ops"
)

// TestEveryKindOfCloudCanBeAsked: each has all steps of a cloud under its name; a check names the pools whose
// cloud does not know them, and a cloud that cannot work is refused.
func TestEveryKindOfCloudCanBeAsked(t *testing.T) {
	c := Clouds{
		Machines:   map[string]machines.Config{"ours": {URL: "https://machines"}},
		Tencent:    map[string]tencent.Config{"gz": {Region: "ap-guangzhou", Key: "k", Secret: "s"}},
		Alibaba:    map[string]alibaba.Config{"hz": {Region: "cn-hangzhou", Key: "k", Secret: "s"}},
		CloudStack: map[string]cloudstack.Config{"idc": {URL: "https://cloud/client/api", Key: "k", Secret: "s"}},
	}
	all, err := c.bind()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, some := range all {
		for _, b := range some {
			names[b.Name] = true
		}
	}
	for _, cloud := range []string{"ours", "gz", "hz", "idc"} {
		for _, step := range []string{activities.LookAtGroup.Name(), activities.Resize.Name(), activities.Leave.Name(), activities.AwaitGroup.Name()} {
			if name := CloudProvider(cloud) + "." + step; !names[name] {
				t.Errorf("no %s", name)
			}
		}
	}
	service := machinestest.New(t)
	service.Put("g", 1, 1, 2)
	seen := Clouds{
		Machines: map[string]machines.Config{"ours": {URL: service.URL, Token: machinestest.Token}},
		Pools:    []activities.Pool{{Context: "a", Name: "w", Provider: "cloud-ours", Group: "g"}, {Context: "a", Name: "x", Provider: "cloud-ours", Group: "h"}},
	}
	var r Report
	if r.pools(t.Context(), seen); r.Wrong() != 1 || !strings.Contains(r.Findings[1].Text.En, "a/x") {
		t.Errorf("%+v", r)
	}
	c.Tencent["gz"] = tencent.Config{}
	if _, err := c.bind(); ops.CodeOf(err) != ops.Invalid {
		t.Error(err)
	}
}
