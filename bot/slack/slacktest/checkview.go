package slacktest

import "encoding/json"

// CheckView says what Slack refuses in a view: a modal or a home tab.
func CheckView(raw []byte) []Problem {
	k := &checker{code: "invalid_arguments"}
	if len(raw) > maxViewRaw {
		return []Problem{{"", "view_too_large", "must be at most 250 KB"}}
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		k.say("", "is no JSON: %v", err)
		return k.problems
	}
	body, _ := v.(object)
	switch body["type"] {
	case kindModal:
		k.place = inModal
		k.shape("", v, modalShape)
		if body["submit"] == nil && hasInput(body["blocks"]) {
			k.say("/submit", "is required with input blocks")
		}
	case kindHome:
		k.place = inHome
		k.shape("", v, homeShape)
	default:
		k.say("/type", "must be modal or home")
	}
	return k.problems
}

func hasInput(blocks any) bool {
	for _, b := range objects(blocks) {
		if b["type"] == "input" {
			return true
		}
	}
	return false
}

var (
	homeShape = shape{must: []string{"blocks"}, fields: map[string]rule{
		"blocks": viewBlocks, "private_metadata": str(0, 3000), "callback_id": str(0, 255), "external_id": str(0, 255),
	}}
	modalShape = shape{must: []string{"title", "blocks"}, fields: with(homeShape.fields, map[string]rule{
		"title": plainText(24), "submit": plainText(24), "close": plainText(24), "clear_on_close": flag, "notify_on_close": flag,
		"submit_disabled": flag,
	})}
)

func viewBlocks(k *checker, path string, v any) { k.blocks(path, v, 100) }
