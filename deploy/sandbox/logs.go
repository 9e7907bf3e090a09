package main

import (
	"flag"
	"fmt"
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

// logTo sets how much the Kubernetes components write to standard error: below
// 0 nothing but the reason for a fatal exit.
//
// Five components in one process log some hundred lines before they have found
// each other, all of them expected; who wants them asks with -v 0.
func logTo(level int) {
	f := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(f)
	args := []string{fmt.Sprint("-v=", level)}
	if level < 0 {
		args = []string{"-logtostderr=false", "-alsologtostderr=false", "-stderrthreshold=FATAL", "-log_file=" + os.DevNull}
		rest.SetDefaultWarningHandler(rest.NoWarnings{})
	}
	_ = f.Parse(args) // panics instead of returning an error: the flags are klog's own
}
