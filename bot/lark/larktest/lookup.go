package larktest

import "encoding/json"

func (s *Server) deleteMessage(c *Call) (object, *refusal) {
	m := s.message(c.Args["message_id"])
	switch {
	case m == nil:
		return nil, invalid("invalid message_id")
	case m.from != nil:
		return nil, refuse(230026, "No permission to recall this message.")
	case m.gone:
		return nil, refuse(230110, "Action unavailable as the message has been deleted.")
	}
	m.gone = true
	return object{}, nil
}

func (s *Server) getMessage(c *Call) (object, *refusal) {
	m := s.message(c.Args["message_id"])
	switch {
	case m == nil:
		return nil, invalid("invalid message_id")
	case m.gone:
		return nil, refuse(230110, "Action unavailable as the message has been deleted.")
	case m.chat.absent:
		return nil, refuse(230002, "The bot can not be outside the group.")
	}
	return object{"items": []object{m.json()}}, nil
}

// shared says whether a card shows the same to everybody, and says so.
func shared(raw string) bool {
	var card struct {
		Config struct {
			Shared bool `json:"update_multi"`
		} `json:"config"`
	}
	return json.Unmarshal([]byte(raw), &card) == nil && card.Config.Shared
}
