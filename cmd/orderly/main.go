// Command orderly is the whole program: the server with its roles, and the command line of those who use it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"orderly.example/cmd/orderly/command"
)

// version is set when a release is built: -ldflags "-X main.version=1.2.3".
var version = "dev"

func main() {
	args := os.Args[1:]
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, root(command.LangOf(args, os.Getenv)), args)
	stop()
	os.Exit(code)
}

// root is every command, in one language.
func root(l command.Lang) *cobra.Command {
	return command.New(command.Hooks{
		Operations: operations(), Version: version, Lang: l,
		Serving: []*cobra.Command{devCommand(l), serveCommand(l), checkCommand(l), setupCommand(l), policyCommand(l), previewCommand(l)},
	})
}
