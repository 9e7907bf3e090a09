package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/command"
	"orderly.example/cmd/orderly/config"
	"orderly.example/ops"
)

// checked is what `orderly check` found.
type checked struct {
	Config json.RawMessage `json:"config"` // as it was read, secrets masked
	app.Report
}

// checkCommand is `orderly check`: what is wrong with a configuration, without starting anything.
func checkCommand(l command.Lang) *cobra.Command {
	var path string
	short := l.Say("check a configuration, its files and the clusters' permissions", "检查配置、相关文件与集群权限")
	cmd := &cobra.Command{Use: "check", Short: short, Args: command.Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := config.Load(path)
		if err != nil {
			return err
		}
		printed, err := yaml.Marshal(c) // secrets print as stars
		if err != nil {
			return fmt.Errorf("print the configuration: %w", err)
		}
		o, err := options(c)
		if err != nil {
			return err
		}
		found := checked{Report: app.Check(cmd.Context(), o)}
		if found.Config, err = yaml.YAMLToJSON(printed); err != nil {
			return fmt.Errorf("print the configuration: %w", err)
		}
		if err := command.Print(cmd, string(printed)+"\n"+found.text(l), found); err != nil {
			return err
		}
		return problems(found.Report)
	}}
	cmd.Flags().StringVar(&path, "config", "orderly.yaml", l.Say("configuration file", "配置文件"))
	return cmd
}

func (c checked) text(l command.Lang) string {
	out := findings(c.Report, l)
	if c.Role != "" {
		out += "\n" + c.Role
	}
	return out
}

// findings are what was looked at, a line each.
func findings(r app.Report, l command.Lang) string {
	var b strings.Builder
	for _, f := range r.Findings {
		mark := "ok  "
		if !f.OK {
			mark = "FAIL"
		}
		fmt.Fprintf(&b, "%s %s\n", mark, l.Of(f.Text))
	}
	return b.String()
}

// problems is the error of a report in which something is wrong.
func problems(r app.Report) error {
	if n := r.Wrong(); n > 0 {
		return ops.Errorf(ops.Invalid, "%d problems; each line with FAIL says what to do", "发现 %d 个问题;标有 FAIL 的各行说明了处理方法", n)
	}
	return nil
}
