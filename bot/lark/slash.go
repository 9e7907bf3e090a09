package lark

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"orderly.example/ops"
)

// SlashCommand is one of the commands that Lark offers when somebody types a slash to the bot.
type SlashCommand struct {
	Name string // without the slash
	Help ops.Text
}

const slashPath = "/open-apis/application/v7/app_slash_commands"

// maxSlash is how many commands an app may have.
const maxSlash = 100

type slash struct {
	ID          string    `json:"command_id,omitempty"`
	Command     string    `json:"command"`
	Description slashHelp `json:"description"`
}

type slashHelp struct {
	Default string            `json:"default_value"`
	I18n    map[string]string `json:"i18n"`
}

// Offer registers the commands, and renews the descriptions of those that are there. Others are left alone.
func (c *Client) Offer(ctx context.Context, commands []SlashCommand) error {
	var have struct {
		Data struct {
			Items []slash `json:"items"`
		} `json:"data"`
	}
	if err := c.call(ctx, http.MethodGet, slashPath, nil, &have); err != nil {
		return err
	}
	var errs []error
	for _, want := range commands[:min(len(commands), maxSlash)] {
		err := c.offer(ctx, want, have.Data.Items)
		if errs = append(errs, err); ops.CodeOf(err) == ops.Denied || ctx.Err() != nil {
			break // the others would be refused as well
		}
	}
	return errors.Join(errs...)
}

// offer registers one command, unless it is there as it should be.
func (c *Client) offer(ctx context.Context, want SlashCommand, have []slash) error {
	s := slash{Command: want.Name, Description: slashHelp{Default: want.Help.Zh, I18n: map[string]string{"zh_cn": want.Help.Zh, "en_us": want.Help.En}}}
	at := slices.IndexFunc(have, func(h slash) bool { return h.Command == s.Command })
	switch {
	case at < 0:
		return c.call(ctx, http.MethodPost, slashPath, s, nil)
	case have[at].Description.Default != s.Description.Default || !maps.Equal(have[at].Description.I18n, s.Description.I18n):
		return c.call(ctx, http.MethodPatch, slashPath+"/"+segment(have[at].ID), s, nil)
	}
	return nil
}

// mode is p2p for a chat with one person, and group otherwise.
func (c *Client) mode(ctx context.Context, id string) (string, error) {
	var out struct {
		Data struct {
			Mode string `json:"chat_mode"`
		} `json:"data"`
	}
	err := c.call(ctx, http.MethodGet, "/open-apis/im/v1/chats/"+segment(id), nil, &out)
	return out.Data.Mode, err
}
