package main

import (
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/config"
	"orderly.example/integrations/alibaba"
	"orderly.example/integrations/cloudstack"
	"orderly.example/integrations/machines"
	"orderly.example/integrations/tencent"
)

// TestCloudsOfTheConfiguration become clients of their kinds, with their pools.
func TestCloudsOfTheConfiguration(t *testing.T) {
	c, err := config.Parse([]byte(`{policy: p, people: p, clouds: [
  {name: ours, kind: http, url: "https://m", token: t, pools: {a: {w: g-1}}},
  {name: gz, kind: tencent, region: ap-guangzhou, key: k1, secret: s1, timeout: 5s, pools: {b: {w: g-2}}},
  {name: hz, kind: alibaba, region: cn-hangzhou, url: "https://x", key: k2, secret: s2, pools: {c: {w: g-3}}},
  {name: idc, kind: cloudstack, url: "https://y", key: k3, secret: s3, pools: {d: {w: g-4}}}]}`), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var o app.Options
	clouds(c, &o)
	if got, want := o.Clouds.Machines["ours"], (machines.Config{URL: "https://m", Token: "t"}); got != want {
		t.Errorf("%+v", got)
	}
	if got, want := o.Clouds.Tencent["gz"], (tencent.Config{Region: "ap-guangzhou", Key: "k1", Secret: "s1", Timeout: 5 * time.Second}); got != want {
		t.Errorf("%+v", got)
	}
	if got, want := o.Clouds.Alibaba["hz"], (alibaba.Config{URL: "https://x", Region: "cn-hangzhou", Key: "k2", Secret: "s2"}); got != want {
		t.Errorf("%+v", got)
	}
	if got, want := o.Clouds.CloudStack["idc"], (cloudstack.Config{URL: "https://y", Key: "k3", Secret: "s3"}); got != want {
		t.Errorf("%+v", got)
	}
	if len(o.Clouds.Pools) != 4 || o.Clouds.Pools[1] != (activities.Pool{Context: "b", Name: "w", Provider: "cloud-gz", Group: "g-2"}) {
		t.Errorf("%+v", o.Clouds.Pools)
	}
}
