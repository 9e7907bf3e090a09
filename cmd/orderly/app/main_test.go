package app_test

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// together is how many tests run at once: each is a whole program that mostly waits.
const together = 6

func TestMain(m *testing.M) {
	flag.Parse()
	if p := flag.Lookup("test.parallel"); p.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) && runtime.GOMAXPROCS(0) < together {
		_ = p.Value.Set(strconv.Itoa(together)) // it is a number
	}
	os.Exit(m.Run())
}
