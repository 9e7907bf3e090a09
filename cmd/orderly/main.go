// Command orderly is the whole program: the server with its roles, and the command line of those who use it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"orderly.example/cmd/orderly/command"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// version is set when a release is built: -ldflags "-X main.version=1.2.3".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, command.New(command.Hooks{
		Operations: change.Catalogue{Definitions: workflows.All()}.Operations(),
		Version:    version,
		Serving:    []*cobra.Command{devCommand(), serveCommand(), checkCommand(), policyCommand()},
	}), os.Args[1:])
	stop()
	os.Exit(code)
}
