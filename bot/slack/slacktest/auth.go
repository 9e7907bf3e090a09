package slacktest

func (s *Server) authTest(*Call) (object, *refusal) {
	return object{
		"url": "https://example.slack.com/", "team": "Example", "user": botName, "team_id": TeamID, "user_id": BotUserID, "bot_id": BotID,
		"is_enterprise_install": false,
	}, nil
}
