package wire

import (
	"orderly.example/bot"
	"orderly.example/ops"
)

// Line is one line of chat in a room.
type Line struct {
	Text string `json:"text" doc:"What the person says" example:"scale shop.cart.api@idc1:prod 6"`
	Room string `json:"room" doc:"The room it is said in" example:"ops"`
	Key  string `json:"key,omitempty" doc:"The same for every repeat of this line; the header Idempotency-Key wins"`
}

// Outcome answers a line of chat: in words, and the same thing as data.
type Outcome struct {
	Text     ops.Text    `json:"text,omitzero"`
	ChangeID string      `json:"change_id,omitempty"`
	Form     *bot.Form   `json:"form,omitempty"`
	Page     *ops.Page   `json:"page,omitempty"`
	Status   *ops.Status `json:"status,omitempty"`
	Reply    *ops.Reply  `json:"reply,omitempty"`
}
