package larktest

import (
	"encoding/json"
	"slices"
	"strings"
)

// maxCommands is how many slash commands an app may have.
const maxCommands = 100

// Commands are the slash commands of the app, in the order in which they were made.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.commands))
	for i, c := range s.commands {
		out[i], _ = c["command"].(string)
	}
	return out
}

func (s *Server) listCommands(*Call) (object, *refusal) {
	return object{"items": slices.Clone(s.commands), "has_more": false}, nil
}

func (s *Server) createCommand(c *Call) (object, *refusal) {
	if len(s.commands) >= maxCommands {
		return nil, refuse(40000032, "the number of commands exceeds %d", maxCommands)
	}
	command := object{"command_id": s.id("cmd_")}
	if r := s.setCommand(command, c); r != nil {
		return nil, r
	}
	s.commands = append(s.commands, command)
	return object{"command": command}, nil
}

func (s *Server) patchCommand(c *Call) (object, *refusal) {
	n := s.command(c.Args["command_id"])
	if n < 0 {
		return nil, refuse(40000030, "the command does not exist")
	}
	if r := s.setCommand(s.commands[n], c); r != nil {
		return nil, r
	}
	return object{"command": s.commands[n]}, nil
}

func (s *Server) deleteCommand(c *Call) (object, *refusal) {
	n := s.command(c.Args["command_id"])
	if n < 0 {
		return nil, refuse(40000030, "the command does not exist")
	}
	s.commands = slices.Delete(s.commands, n, n+1)
	return object{}, nil
}

func (s *Server) command(id string) int {
	return slices.IndexFunc(s.commands, func(o object) bool { return o["command_id"] == id })
}

// setCommand takes over what a call says of a command.
func (s *Server) setCommand(command object, c *Call) *refusal {
	name := c.Args["command"]
	taken := slices.ContainsFunc(s.commands, func(o object) bool { return o["command"] == name && o["command_id"] != command["command_id"] })
	switch {
	case strings.ContainsAny(name, "/ "):
		return refuse(40000033, "the command must be a word without a slash")
	case name != "" && taken:
		return refuse(40000034, "the command already exists")
	case c.Args["icon"] != "":
		return refuse(40000031, "the icon is invalid")
	}
	var description object
	if raw := c.Args["description"]; raw != "" && json.Unmarshal([]byte(raw), &description) != nil {
		return refuse(99992402, "field validation failed")
	}
	if description != nil {
		command["description"] = description
	}
	if name != "" {
		command["command"] = name
	}
	return nil
}
