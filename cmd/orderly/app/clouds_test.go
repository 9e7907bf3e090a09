package app

import (
	"testing"

	"orderly.example/activities"
	"orderly.example/integrations/alibaba"
	"orderly.example/integrations/cloudstack"
	"orderly.example/integrations/machines"
	"orderly.example/integrations/tencent"
	"orderly.example/ops"
)

// TestEveryKindOfCloudCanBeAsked: each has all steps of a cloud under its name, and one that cannot work is named.
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
	c.Tencent["gz"] = tencent.Config{}
	if _, err := c.bind(); ops.CodeOf(err) != ops.Invalid {
		t.Error(err)
	}
}
