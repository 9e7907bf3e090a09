//go:build bench

package bench

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"orderly.example/bot/lark/larktest"
)

// TestBenchLark is figure i: a whole Orderly in a Lark tenant over the long connection.
func TestBenchLark(t *testing.T) {
	v := &larkVenue{Server: larktest.New(t), rooms: map[string]*larktest.Chat{}}
	p := launch(t, t.TempDir(), v.env(), "--people", staffFile(t))
	defer p.stop()
	larktest.Await(t, "the program to connect", func() bool { return v.Connections() > 0 })
	drive(t, v, "warm", warmUp, asks(t))
	drive(t, v, "i", measured, asks(t)).report("i lark, a change")
	p.idle()
	drive(t, v, "help", measured, helps).report("i lark, a question")
}

// larkVenue is a fake Lark.
type larkVenue struct {
	*larktest.Server
	rooms map[string]*larktest.Chat // written before anybody speaks
}

func (v *larkVenue) env() []string {
	return []string{"LARK_APP_ID=" + v.AppID, "LARK_APP_SECRET=" + v.AppSecret, "LARK_DOMAIN=" + v.API()}
}

func (v *larkVenue) join(name string) string {
	ch := v.Chat(name)
	v.rooms[ch.ID()] = ch
	return ch.ID()
}

func (v *larkVenue) says(room string, by int, line string) {
	v.Person(fmt.Sprintf("ou_p%02d", by)).Says(v.rooms[room], line)
}

func (v *larkVenue) acknowledged() map[string]time.Time {
	out := map[string]time.Time{}
	for _, d := range v.Deliveries(larktest.Event) {
		var p struct {
			Event struct {
				Message struct {
					Chat string `json:"chat_id"`
				} `json:"message"`
			} `json:"event"`
		}
		if json.Unmarshal(d.Payload, &p) != nil || !d.Settled() || !d.Answer().Acked {
			continue
		}
		all := d.Attempts()
		out[p.Event.Message.Chat] = all[len(all)-1].Ended
	}
	return out
}

func (v *larkVenue) answered() map[string]time.Time {
	out := map[string]time.Time{}
	for _, c := range v.Calls("im.message.create", "im.message.reply") {
		var a struct {
			Data struct {
				Chat string `json:"chat_id"`
			} `json:"data"`
		}
		if c.Code != 0 || json.Unmarshal(c.Answer, &a) != nil {
			continue
		}
		if _, known := out[a.Data.Chat]; !known {
			out[a.Data.Chat] = c.At
		}
	}
	return out
}
