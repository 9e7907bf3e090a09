//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/slack/slacktest"
)

// Accounts of the people file.
const (
	slackAnn = "U01ANN"
	slackBob = "U02BOB"
)

// inSlack is what lets a program that is started with it work in a workspace.
func inSlack(s *slacktest.Server) []string {
	return []string{"SLACK_BOT_TOKEN=" + s.BotToken, "SLACK_APP_TOKEN=" + s.AppToken, "SLACK_API=" + s.API()}
}

// shown waits until a channel shows a text.
func shown(t *testing.T, limit time.Duration, ch *slacktest.Channel, text string) {
	t.Helper()
	eventually(t, limit, fmt.Sprintf("%q is shown", text), func() error {
		if got := ch.Draw(); !strings.Contains(got, text) {
			return fmt.Errorf("the channel is\n%s", got)
		}
		return nil
	})
}

// cards counts the messages about a change of an operation.
func cards(ch *slacktest.Channel, operation string) int {
	return strings.Count(ch.Draw(), ": *"+operation+"-")
}

// card is the message with buttons.
func card(t *testing.T, ch *slacktest.Channel) slacktest.Message {
	t.Helper()
	for _, m := range ch.Messages() {
		if strings.Contains(m.Draw(), "[approve]") {
			return m
		}
	}
	t.Fatalf("no card in\n%s", ch.Draw())
	return slacktest.Message{}
}

// TestSlackAcrossKillNine: the process is killed at random while people ask and approve by buttons. There is one message
// of the change, it ends in the right state, and the change was made once.
func TestSlackAcrossKillNine(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 9))
			s := slacktest.New(t)
			p, ops := launchWith(t, inSlack(s)), s.Channel("ops")
			eventually(t, 10*time.Second, "the program is in Slack", func() error { return connected(s) })
			s.Person(slackAnn).Says(ops, "@orderly scale shop.cart.api@idc1:prod +2")
			killed := func() {
				time.Sleep(time.Duration(r.IntN(700)) * time.Millisecond)
				p.kill()
				p.start()
			}
			killed()
			shown(t, time.Minute, ops, "[approve]")
			eventually(t, 10*time.Second, "the program is in Slack", func() error { return connected(s) })
			s.Person(slackBob).Clicks(card(t, ops), "change-0")
			killed()
			killed()
			shown(t, 2*time.Minute, ops, ": succeeded*")
			if n := cards(ops, "scale"); n != 1 {
				t.Errorf("%d messages:\n%s", n, ops.Draw())
			}
			writes := 0
			for _, e := range p.ledger() {
				if e.Verb == "scale" {
					writes++
				}
			}
			if writes != 1 {
				t.Errorf("%d writes", writes)
			}
		})
	}
}

func connected(s *slacktest.Server) error {
	if s.Connections() == 0 {
		return fmt.Errorf("no connection")
	}
	return nil
}

// TestAnAcknowledgedCommandSurvivesTheDeathOfBoth: the engine is away when a command comes, the process that took it is
// killed, and afterwards the command is done, once.
func TestAnAcknowledgedCommandSurvivesTheDeathOfBoth(t *testing.T) {
	s := slacktest.New(t)
	c := real(t, "idc1")
	c.service("acked.cart.api", 1, "registry/cart:1.0")
	c.ready("acked.cart.api", 1)
	_, lines := tokens()
	slack := fmt.Sprintf("slack: {bot_token: %s, app_token: %s, api: %q}\n", s.BotToken, s.AppToken, s.API())
	engine := address(t)
	_, port, _ := net.SplitHostPort(engine)
	worker := process(t, "serve", "--config", configuration(t, c, lines, slack+"temporal: {port: "+port+"}\n"), "--roles", "worker")
	door := process(t, "serve", "--config", configuration(t, c, lines, slack), "--roles", "bot,portal", "--temporal", engine)
	eventually(t, 10*time.Second, "the program is in Slack", func() error { return connected(s) })

	worker.kill()
	room := s.Channel("room")
	d := s.Person(slackAnn).Command("/ops", "scale acked.cart.api@idc1:prod 2", room)
	if a := d.Answer(); !a.Acked {
		t.Fatalf("%+v", a)
	}
	shown(t, 30*time.Second, room, "it is kept and waits")
	door.kill()
	worker.start()
	door.start()
	shown(t, time.Minute, room, "[approve]")
	if n := cards(room, "scale"); n != 1 {
		t.Errorf("%d messages:\n%s", n, room.Draw())
	}
	eventually(t, 10*time.Second, "the program is in Slack", func() error { return connected(s) })
	s.Person(slackBob).Clicks(card(t, room), "change-0")
	shown(t, time.Minute, room, ": succeeded*")
	c.ready("acked.cart.api", 2)
}
