package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/bot/gallery"
	"orderly.example/bot/lark"
	"orderly.example/bot/slack"
	"orderly.example/cmd/orderly/command"
	"orderly.example/ops"
)

// previewCommand is `orderly preview`: every card in every state, in both languages, for every surface, as files.
func previewCommand(l command.Lang) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "preview", Short: l.Say("write every card in every state to files, to look at", "将各状态的卡片写入文件以供查看"), Args: command.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := preview(dir)
			if err != nil {
				return err
			}
			return command.Print(cmd, l.Of(ops.Textf("%d files in %s", "已写入 %d 个文件,目录:%s", n, dir)), map[string]any{"files": n, "directory": dir})
		},
	}
	cmd.Flags().StringVar(&dir, "out", "preview", l.Say("directory to write to", "输出目录"))
	return cmd
}

// preview draws the gallery and says how many files it wrote.
func preview(dir string) (int, error) {
	phrases := bot.Phrases{Operations: operations(), Location: gallery.Noon.Location()}
	n := 0
	for name, s := range gallery.Statuses() {
		card := phrases.Card(s)
		card.At = "message"
		card.Links = []bot.Link{{Label: ops.Text{En: "record", Zh: "记录"}, URL: "https://orderly.example.com/changes/" + s.ID}}
		for _, lang := range []string{ops.English, ops.Chinese} {
			for surface, draw := range map[string]func() ([]byte, string, error){
				"text":  func() ([]byte, string, error) { return []byte(card.Text().In(lang) + "\n"), "txt", nil },
				"slack": func() ([]byte, string, error) { return indented(slack.Draw(card, lang)) },
				"lark":  func() ([]byte, string, error) { return indented(lark.Draw(card, lang)) },
			} {
				content, ending, err := draw()
				if err == nil {
					err = write(filepath.Join(dir, surface), name+"."+lang+"."+ending, content)
				}
				if err != nil {
					return n, ops.Errorf(ops.Unavailable, "cannot write to %s; choose another directory with --out", "无法写入 %s,请用 --out 指定其他目录", dir).Because(err)
				}
				n++
			}
		}
	}
	return n, nil
}

func indented(v any) ([]byte, string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), "json", err
}

func write(dir, name string, content []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), content, 0o644)
}
