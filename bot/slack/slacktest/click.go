package slacktest

import "maps"

// Surface is where one clicks: a Message or a View.
type Surface interface {
	// surface is what the app is told of the place, and the blocks on it.
	surface(p *Person) (fields object, blocks []object, picked picks)
	Draw() string
}

// picks are the values chosen so far, by block_id and action_id.
type picks map[string]map[string]object

func (m Message) surface(p *Person) (object, []object, picks) {
	s, ch := p.s, m.m.channel
	container := object{"type": "message", "message_ts": m.m.ts, "channel_id": ch.id, "is_ephemeral": m.m.only != ""}
	if m.m.thread != "" {
		container["thread_ts"] = m.m.thread
	}
	if m.m.picked == nil {
		m.m.picked = picks{}
	}
	if m.m.gone {
		return object{}, nil, m.m.picked
	}
	blocks := m.m.blocks
	for _, a := range m.m.attachments {
		if o, ok := a.(object); ok {
			blocks = append(blocks[:len(blocks):len(blocks)], objects(o["blocks"])...)
		}
	}
	return object{
		"container": container, "channel": object{"id": ch.id, "name": ch.name}, "message": m.m.json(true),
		"response_url": s.responseURL(s.newResponse(p, ch, m.m.current(), m.m.thread)), "state": object{"values": s.values(blocks, m.m.picked)},
	}, blocks, m.m.picked
}

func (v View) surface(p *Person) (object, []object, picks) {
	if v.v.picked == nil {
		v.v.picked = picks{}
	}
	return object{
		"container": object{"type": "view", "view_id": v.v.id}, "view": v.v.json(p.s.values(v.v.blocks(), v.v.picked)),
	}, v.v.blocks(), v.v.picked
}

// Clicks clicks on a button, or chooses values in a menu. The test fails when there is no such element to be seen.
func (p *Person) Clicks(on Surface, actionID string, values ...string) *Delivery {
	s := p.s
	s.t.Helper()
	s.mu.Lock()
	_, blocks, picked := on.surface(p)
	id, e := find(blocks, actionID)
	action, wrong := object(nil), "there is no "+actionID
	if e != nil {
		action, wrong = s.fill(e, values)
	}
	if wrong != "" {
		s.mu.Unlock()
		s.t.Fatalf("%s cannot click: %s in\n%s", p.name, wrong, on.Draw())
	}
	if stateful(e) {
		picked.set(id, actionID, action)
	}
	payload := p.interaction("block_actions")
	fields, _, _ := on.surface(p)
	maps.Copy(payload, fields)
	action = maps.Clone(action)
	maps.Copy(action, object{"action_id": actionID, "block_id": id, "action_ts": s.ts()})
	payload["actions"], payload["trigger_id"] = []object{action}, s.newTrigger(p)
	s.mu.Unlock()
	return s.deliver(Interaction, payload, nil)
}

// Types asks for the options of a menu while the person types into it.
func (p *Person) Types(on Surface, actionID, value string) Answer {
	s := p.s
	s.t.Helper()
	s.mu.Lock()
	fields, blocks, _ := on.surface(p)
	id, e := find(blocks, actionID)
	if e == nil {
		s.mu.Unlock()
		s.t.Fatalf("%s cannot type: there is no %s in\n%s", p.name, actionID, on.Draw())
	}
	payload := p.interaction("block_suggestion")
	maps.Copy(payload, fields)
	delete(payload, "response_url")
	delete(payload, "state")
	maps.Copy(payload, object{"action_id": actionID, "block_id": id, "value": value})
	s.mu.Unlock()
	return s.deliver(Interaction, payload, s.suggested).Answer()
}

func (k picks) set(block, action string, value object) {
	if k[block] == nil {
		k[block] = map[string]object{}
	}
	k[block][action] = value
}

// find finds an element, and the ID of the block that it is in.
func find(blocks []object, actionID string) (string, object) {
	for _, b := range blocks {
		id, _ := b["block_id"].(string)
		for _, e := range elementsOf(b) {
			if e["action_id"] == actionID {
				return id, e
			}
		}
	}
	return "", nil
}

// elementsOf are the elements of a block, those of the blocks within it included.
func elementsOf(b object) []object {
	var out []object
	for _, name := range []string{"accessory", "element"} {
		if e, ok := b[name].(object); ok {
			out = append(out, e)
		}
	}
	for _, name := range []string{"elements", "actions", "child_blocks"} {
		for _, e := range objects(b[name]) {
			out = append(append(out, e), elementsOf(e)...)
		}
	}
	return out
}
