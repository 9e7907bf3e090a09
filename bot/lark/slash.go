package lark

import (
	"context"
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
	for _, want := range commands[:min(len(commands), maxSlash)] {
		s := slash{Command: want.Name, Description: slashHelp{Default: want.Help.Zh, I18n: map[string]string{"zh_cn": want.Help.Zh, "en_us": want.Help.En}}}
		at := slices.IndexFunc(have.Data.Items, func(h slash) bool { return h.Command == s.Command })
		var err error
		switch {
		case at < 0:
			err = c.call(ctx, http.MethodPost, slashPath, s, nil)
		case have.Data.Items[at].Description.Default != s.Description.Default:
			err = c.call(ctx, http.MethodPatch, slashPath+"/"+segment(have.Data.Items[at].ID), s, nil)
		}
		if err != nil {
			return err
		}
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
