package slack

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"orderly.example/bot"
)

// Limits of a message, below those of Slack's documentation (block-kit reference) where less was seen to be refused.
const (
	maxBlocks  = 50
	maxText    = 9500  // characters of all texts together; 11,341 were refused, 9,597 taken
	maxJSON    = 15000 // bytes of all blocks
	maxSection = 3000  // characters of one section
	maxLabel   = 75
	maxConfirm = 300
	perRow     = 5 // buttons in one block; more wrap badly on a phone
)

// fits says whether Slack takes the blocks.
func fits(blocks []slack.Block) bool {
	raw, err := json.Marshal(blocks)
	if err != nil || len(raw) > maxJSON || len(blocks) > maxBlocks {
		return false
	}
	all := 0
	for _, b := range blocks {
		if s, ok := b.(*slack.SectionBlock); ok {
			n := utf8.RuneCountInString(s.Text.Text)
			if all += n; n > maxSection {
				return false
			}
		}
	}
	return all <= maxText
}

// clipBytes shortens a text to what one message may say.
func clipBytes(s string) string { return bot.Clip(s, 3800) }
