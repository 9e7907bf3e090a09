package larktest

import (
	"encoding/json"
	"strings"
)

func (s *Server) botInfo(*Call) (object, *refusal) {
	return object{"bot": object{
		"activate_status": 2, "app_name": botName, "avatar_url": "https://example.com/bot.png", "ip_white_list": []string{}, "open_id": BotOpenID,
	}}, nil
}

// userIDs finds people by their addresses. One that is not found is answered without an ID.
func (s *Server) userIDs(c *Call) (object, *refusal) {
	var emails []string
	if raw := c.Args["emails"]; raw != "" && json.Unmarshal([]byte(raw), &emails) != nil {
		return nil, refuse(99992402, "field validation failed")
	}
	if len(emails) > 50 {
		return nil, refuse(40001, "param error: at most 50 emails")
	}
	list := make([]object, len(emails))
	for i, email := range emails {
		list[i] = object{"email": email}
		for _, p := range s.people {
			if strings.EqualFold(p.email, email) {
				list[i]["user_id"] = p.is(c.Args["user_id_type"])
				list[i]["status"] = object{"is_activated": true, "is_frozen": false, "is_resigned": false, "is_exited": false, "is_unjoin": false}
			}
		}
	}
	return object{"user_list": list}, nil
}

// getUser says of a person what the scopes of the app show.
func (s *Server) getUser(c *Call) (object, *refusal) {
	p := s.personBy(c.Args["user_id_type"], c.Args["user_id"])
	switch {
	case p == nil:
		return nil, refuse(99992351, "these open ids not existed: [%s]", c.Args["user_id"])
	case p.unavailable:
		return nil, refuse(41050, "no user authority error")
	}
	o := object{"open_id": p.ID(), "union_id": p.UnionID()}
	if s.may(readUserID) {
		o["user_id"] = p.UserID()
	}
	if s.may(readName) {
		o["name"], o["en_name"] = p.name, p.name
		o["status"] = object{"is_activated": true, "is_frozen": false, "is_resigned": false, "is_exited": false, "is_unjoin": false}
	}
	if s.may(readEmail) {
		o["email"] = p.email
	}
	return object{"user": o}, nil
}
