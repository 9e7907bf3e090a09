//go:build bench

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"orderly.example/bot/slack/slacktest"
)

// hubotVersion is the Hubot that Orderly is compared with.
const hubotVersion = "14.1.0"

// hubots is the same load on Hubot, with an adapter for Slack that does no more than it must and a script that answers
// at once: nothing is kept, nobody is asked. It is nil when Hubot cannot be run here.
func hubots(t *testing.T) *latencies {
	t.Helper()
	modules, err := installHubot()
	if err != nil {
		fmt.Printf("j the comparison with Hubot DID NOT RUN: %v\n", err)
		return nil
	}
	v := newSlackVenue(t)
	startHubot(t, modules, v)
	scales := func(n int) string { return fmt.Sprintf("@orderly scale shop.cart.api %d", n) }
	drive(t, v, "warm", warmUp, scales)
	l := drive(t, v, "hubot", measured, scales)
	return &l
}

// installHubot brings Hubot into the cache, once, and says where its modules are.
func installHubot() (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("%s is not installed: %w", program, err)
		}
	}
	cache := os.Getenv("ORDERLY_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("there is no cache directory: %w", err)
		}
		cache = filepath.Join(base, "orderly")
	}
	dir := filepath.Join(cache, "hubot-"+hubotVersion)
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(filepath.Join(dir, "done")); err == nil {
		return modules, nil
	}
	if err := os.MkdirAll(modules, 0o755); err != nil {
		return "", fmt.Errorf("make a place for Hubot: %w", err)
	}
	if out, err := exec.Command("npm", "install", "--prefix", dir, "--no-save", "--no-fund", "--no-audit", "hubot@"+hubotVersion).CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm cannot install it: %w: %s", err, out)
	}
	return modules, os.WriteFile(filepath.Join(dir, "done"), nil, 0o600)
}

// startHubot runs Hubot in a workspace until the test ends.
func startHubot(t *testing.T, modules string, v *slackVenue) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/hubot")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "--experimental-websocket", "--no-warnings", "node_modules/hubot/bin/Hubot.mjs", "--file", "./slack.mjs", "--disable-httpd", "--name", "orderly")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), append(v.env(), "HUBOT_LOG_LEVEL=error")...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	slacktest.Await(t, "hubot to connect", func() bool { return v.Connections() > 0 })
}
