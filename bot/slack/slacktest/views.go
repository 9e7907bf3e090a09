package slacktest

func (s *Server) openView(c *Call) (object, *refusal) {
	return s.exchange(c, func(p *Person, body object) (*view, *refusal) {
		for _, v := range s.stack(p) {
			v.closed = true
		}
		return s.show(p, body, nil), nil
	})
}

func (s *Server) pushView(c *Call) (object, *refusal) {
	return s.exchange(c, func(p *Person, body object) (*view, *refusal) { return s.push(p, body) })
}

// exchange gives a trigger_id for a view.
func (s *Server) exchange(c *Call, show func(*Person, object) (*view, *refusal)) (object, *refusal) {
	g, r := s.trigger(c.Args["trigger_id"])
	if r != nil {
		return nil, r
	}
	body, r := s.readView(c.Args["view"], kindModal)
	if r != nil {
		return nil, r
	}
	if s.external(body, nil) {
		return nil, refuse("duplicate_external_id")
	}
	v, r := show(g.person, body)
	if r != nil {
		return nil, r
	}
	g.used = true
	return object{"view": v.json(nil)}, nil
}

// push puts a modal on top of those of a person.
func (s *Server) push(p *Person, body object) (*view, *refusal) {
	stack := s.stack(p)
	switch {
	case len(stack) == 0:
		return nil, refuse("not_found")
	case len(stack) >= maxStack:
		return nil, refuse("push_limit_reached")
	}
	return s.show(p, body, stack[len(stack)-1]), nil
}

func (s *Server) show(p *Person, body object, below *view) *view {
	v := &view{id: s.id("V"), person: p, body: body, hash: s.id("156772938.h")}
	v.root = v.id
	if below != nil {
		v.root, v.previous = below.root, below.id
	}
	s.views = append(s.views, v)
	return v
}

// external says whether another open view has the external_id of a body.
func (s *Server) external(body object, but *view) bool {
	id, _ := body["external_id"].(string)
	for _, v := range s.views {
		if id != "" && v != but && !v.closed && v.text("external_id") == id {
			return true
		}
	}
	return false
}

func (s *Server) updateView(c *Call) (object, *refusal) {
	id, external := c.Args["view_id"], c.Args["external_id"]
	if id == "" && external == "" {
		return nil, missing("view_id")
	}
	for _, v := range s.views {
		if v.closed || id != "" && v.id != id || id == "" && v.text("external_id") != external {
			continue
		}
		if r := s.replace(v, c); r != nil {
			return nil, r
		}
		return object{"view": v.json(nil)}, nil
	}
	return nil, refuse("not_found")
}

// replace gives a view that is shown another body, if it is still the view that the app believes it to be.
func (s *Server) replace(v *view, c *Call) *refusal {
	if hash := c.Args["hash"]; hash != "" && hash != v.hash {
		return refuse("hash_conflict")
	}
	body, r := s.readView(c.Args["view"], v.kind())
	if r != nil {
		return r
	}
	if s.external(body, v) {
		return refuse("duplicate_external_id")
	}
	v.body, v.hash = body, s.id("156772938.h")
	return nil
}

func (s *Server) publishView(c *Call) (object, *refusal) {
	p := s.person(c.Args["user_id"])
	if p == nil {
		return nil, invalid("invalid_arguments", "[ERROR] user not found [json-pointer:/user_id]")
	}
	v := s.home(p)
	if v != nil {
		if r := s.replace(v, c); r != nil {
			return nil, r
		}
		return object{"view": v.json(nil)}, nil
	}
	body, r := s.readView(c.Args["view"], kindHome)
	if r != nil {
		return nil, r
	}
	return object{"view": s.show(p, body, nil).json(nil)}, nil
}
