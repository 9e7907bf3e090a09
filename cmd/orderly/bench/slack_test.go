//go:build bench

package bench

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"orderly.example/bot/slack/slacktest"
)

// TestBenchSlack is figures h and j: a whole Orderly in a Slack workspace over Socket Mode, and beside it Hubot with the
// same exchange, one after the other at the same rate.
func TestBenchSlack(t *testing.T) {
	v := newSlackVenue(t)
	p := launch(t, t.TempDir(), v.env(), "--people", staffFile(t))
	slacktest.Await(t, "the program to connect", func() bool { return v.Connections() > 0 })
	drive(t, v, "warm", warmUp, asks(t))
	drive(t, v, "h", measured, asks(t)).report("h slack, a change")
	p.idle()
	help := drive(t, v, "help", measured, helps)
	help.report("h slack, a question")
	p.stop()
	if hubot := hubots(t); hubot != nil {
		beside("j a question, floor hubot: acknowledged", help.acks, hubot.acks, 0, 0)
		beside("j a question, floor hubot: first message", help.firsts, hubot.firsts, 0, 0)
	}
}

// slackVenue is a fake Slack.
type slackVenue struct {
	*slacktest.Server
	rooms map[string]*slacktest.Channel // written before anybody speaks
	where []string                      // the rooms of the deliveries so far
}

func newSlackVenue(t *testing.T) *slackVenue {
	return &slackVenue{Server: slacktest.New(t), rooms: map[string]*slacktest.Channel{}}
}

func (v *slackVenue) env() []string {
	return []string{"SLACK_API=" + v.API(), "SLACK_APP_TOKEN=" + v.AppToken, "SLACK_BOT_TOKEN=" + v.BotToken}
}

func (v *slackVenue) join(name string) string {
	ch := v.Channel(name)
	v.rooms[ch.ID()] = ch
	return ch.ID()
}

func (v *slackVenue) says(room string, by int, line string) {
	v.Person(fmt.Sprintf("U_P%02d", by)).Says(v.rooms[room], line)
}

func (v *slackVenue) acknowledged() map[string]time.Time {
	out := map[string]time.Time{}
	for i, d := range v.Deliveries(slacktest.Event) {
		if i == len(v.where) {
			v.where = append(v.where, roomOf(d))
		}
		if d.Settled() && d.Answer().Acked {
			all := d.Attempts()
			out[v.where[i]] = all[len(all)-1].Ended
		}
	}
	return out
}

func roomOf(d *slacktest.Delivery) string {
	var p struct {
		Event struct {
			Channel string `json:"channel"`
		} `json:"event"`
	}
	_ = json.Unmarshal(d.Payload, &p) // a delivery without a room is none of ours
	return p.Event.Channel
}

func (v *slackVenue) answered() map[string]time.Time {
	out := map[string]time.Time{}
	for _, c := range v.Calls("chat.postMessage", "chat.postEphemeral") {
		if _, known := out[c.Args["channel"]]; !known && c.Error == "" {
			out[c.Args["channel"]] = c.At
		}
	}
	return out
}
