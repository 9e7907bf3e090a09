package slacktest

import (
	"encoding/json"
	"maps"
)

const (
	kindModal  = "modal"
	kindHome   = "home"
	maxStack   = 3
	maxViewRaw = 250_000 // bytes
)

// view is a modal or a home tab that one person sees.
type view struct {
	id, hash       string
	root, previous string
	person         *Person
	body           object // as the app gave it
	closed         bool
	picked         picks
}

func (v *view) text(field string) string { t, _ := v.body[field].(string); return t }

func (v *view) kind() string { return v.text("type") }

func (v *view) blocks() []object { return objects(v.body["blocks"]) }

// objects are the objects of a JSON list.
func objects(list any) []object {
	all, _ := list.([]any)
	var out []object
	for _, e := range all {
		if o, ok := e.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// json is the view as Slack shows it to the app, with the values of its fields.
func (v *view) json(values object) object {
	if values == nil {
		values = object{}
	}
	o := object{
		"title": nil, "close": nil, "submit": nil, "private_metadata": "", "callback_id": "", "external_id": "",
		"clear_on_close": false, "notify_on_close": false,
	}
	maps.Copy(o, v.body)
	maps.Copy(o, object{
		"id": v.id, "team_id": TeamID, "hash": v.hash, "root_view_id": v.root, "previous_view_id": nil, "app_id": AppID, "bot_id": BotID,
		"app_installed_team_id": TeamID, "state": object{"values": values},
	})
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}

// readView reads a view that the app wants to show.
func (s *Server) readView(raw, kind string) (object, *refusal) {
	if r := refusedFor(CheckView([]byte(raw))); r != nil {
		return nil, r
	}
	var body object
	if json.Unmarshal([]byte(raw), &body) != nil {
		return nil, invalid("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
	}
	if body["type"] != kind {
		return nil, invalid("invalid_arguments", "[ERROR] unsupported type [json-pointer:/view/type]")
	}
	for _, b := range objects(body["blocks"]) {
		if b["block_id"] == nil || b["block_id"] == "" {
			b["block_id"] = s.id("b")
		}
	}
	return body, nil
}

// stack are the open modals of a person, the topmost last.
func (s *Server) stack(p *Person) []*view {
	var out []*view
	for _, v := range s.views {
		if v.person == p && v.kind() == kindModal && !v.closed {
			out = append(out, v)
		}
	}
	return out
}

// home is the home tab of a person; nil when none was published.
func (s *Server) home(p *Person) *view {
	for _, v := range s.views {
		if v.person == p && v.kind() == kindHome {
			return v
		}
	}
	return nil
}
