package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/bot/gallery"
	"orderly.example/bot/lark"
	"orderly.example/bot/slack"
	"orderly.example/cmd/orderly/command"
	"orderly.example/ops"
)

// previewCommand is `orderly preview`: every card in every state, every form and home, in both languages, for every surface, as files.
func previewCommand(l command.Lang) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "preview", Short: l.Say("write every card in every state and every form to files, to look at", "将各状态的卡片与所有表单写入文件以供查看"), Args: command.Args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := preview(cmd.Context(), dir)
			if err != nil {
				return err
			}
			return command.Print(cmd, l.Of(ops.Textf("%d files in %s", "已写入 %d 个文件,目录:%s", n, dir)), map[string]any{"files": n, "directory": dir})
		},
	}
	cmd.Flags().StringVar(&dir, "out", "preview", l.Say("directory to write to", "输出目录"))
	return cmd
}

// picture is something that people see, drawn for each surface in a language.
type picture map[string]func(lang string) any // by surface; a string is written as text, all else as JSON

// preview draws everything that people see and says how many files it wrote.
func preview(ctx context.Context, dir string) (int, error) {
	pictures, err := pictures(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for name, p := range pictures {
		for surface, draw := range p {
			for _, lang := range []string{ops.English, ops.Chinese} {
				if err := write(filepath.Join(dir, surface), name+"."+lang, draw(lang)); err != nil {
					return n, ops.Errorf(ops.Unavailable, "cannot write to %s; choose another directory with --out", "无法写入 %s,请用 --out 指定其他目录", dir).Because(err)
				}
				n++
			}
		}
	}
	return n, nil
}

// pictures are the card of a change in each state, a person's home, the forms of all operations and one with mistakes,
// and the form that asks for a reason.
func pictures(ctx context.Context) (map[string]picture, error) {
	all := operations()
	phrases := bot.Phrases{Operations: all, Location: gallery.Noon.Location()}
	out := map[string]picture{"reason": {"slack": func(lang string) any { return slack.DrawWhy(ops.ActReject.Text(), lang) }}}
	for name, s := range gallery.Statuses() {
		card := phrases.Card(s)
		card.At = "message"
		card.Links = []bot.Link{{Label: ops.Text{En: "record", Zh: "记录"}, URL: "https://orderly.example.com/changes/" + s.ID}}
		out[name] = cardPicture(card, func(lang string) any { return slack.Draw(card, lang) })
	}
	home := bot.HomeCard(gallery.Ann(), gallery.Waiting(), gallery.Open(), all[:min(len(all), 5)])
	out["home"] = cardPicture(home, func(lang string) any { return slack.DrawHome(home, lang) })
	desk := &bot.Desk{Operations: all, Clock: func() time.Time { return gallery.Noon }}
	for _, op := range all {
		for name, params := range map[string]map[string]string{"form-" + op.Name: nil, "mistakes-" + op.Name: mistaken(op)} {
			f, err := desk.Fill(ctx, ops.Request{Operation: op.Name, By: gallery.Ann(), Params: params})
			if err != nil {
				return nil, err
			}
			if params != nil && len(params) == 0 {
				continue // nothing can be wrong in it
			}
			out[name] = picture{
				"slack": func(lang string) any { return slack.DrawForm(f, lang) },
				"lark":  func(lang string) any { return lark.DrawForm(f, lang, nil) },
			}
		}
	}
	return out, nil
}

func cardPicture(c bot.Card, inSlack func(lang string) any) picture {
	return picture{
		"text":  func(lang string) any { return c.Text().In(lang) + "\n" },
		"slack": inSlack,
		"lark":  func(lang string) any { return lark.Draw(c, lang) },
	}
}

// mistaken are values of which most are wrong.
func mistaken(op ops.Operation) map[string]string {
	out := map[string]string{}
	for _, p := range op.Params {
		out[p.Name] = "?!"
	}
	return out
}

// write writes what was drawn.
func write(dir, name string, drawn any) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if text, ok := drawn.(string); ok {
		return os.WriteFile(filepath.Join(dir, name+".txt"), []byte(text), 0o644)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(drawn); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".json"), b.Bytes(), 0o644)
}
