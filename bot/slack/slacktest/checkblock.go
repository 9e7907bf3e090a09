package slacktest

import "fmt"

var block = map[string]shape{
	"section": {must: []string{"text|fields"}, fields: map[string]rule{
		"text": anyText(3000), "fields": list(1, 10, anyText(2000)), "accessory": element(accessories), "expand": flag,
	}},
	"header":  {must: []string{"text"}, fields: map[string]rule{"text": plainText(150), "level": number(1, 6)}},
	"divider": {},
	"image":   {must: []string{"image_url|slack_file", "alt_text"}, fields: with(imageFields, map[string]rule{"title": plainText(2000)})},
	"actions": {must: []string{"elements"}, fields: map[string]rule{"elements": list(1, 25, element(actionElements))}},
	"context": {must: []string{"elements"}, fields: map[string]rule{"elements": list(1, 10, contextElement)}},
	"input": {must: []string{"label", "element"}, fields: map[string]rule{
		"label": plainText(2000), "hint": plainText(2000), "element": element(inputElements), "optional": flag, "dispatch_action": flag,
	}},
	"markdown":  {must: []string{"text"}, fields: map[string]rule{"text": str(1, maxMarkdown)}, places: inMessage},
	"rich_text": {must: []string{"elements"}, open: true},
	"video":     {must: []string{"video_url", "thumbnail_url", "alt_text", "title"}, open: true},
	"file":      {must: []string{"external_id", "source"}, open: true, places: inMessage},
	"table": {must: []string{"rows"}, fields: map[string]rule{
		"rows": list(1, 100, list(1, 20, nil)), "column_settings": list(0, 20, nil),
	}, places: inMessage},
	"data_table": {must: []string{"rows", "caption"}, fields: map[string]rule{
		"rows": list(2, 101, nil), "page_size": number(1, 100), "caption": nil,
	}, open: true, places: inMessage},
	"data_visualization": {must: []string{"title", "chart"}, fields: map[string]rule{
		"title": str(1, 50), "chart": like(shape{must: []string{"type"}, fields: chartFields}),
	}, places: inMessage},
	"card": {fields: map[string]rule{
		"title": anyText(150), "subtitle": anyText(150), "body": anyText(200), "actions": list(1, 3, element(actionElements)),
	}, open: true, places: inMessage},
	"carousel":        {must: []string{"elements"}, fields: map[string]rule{"elements": list(1, 10, nil)}, open: true, places: inMessage},
	"container":       {fields: map[string]rule{"child_blocks": list(1, 10, nil)}, open: true, places: inMessage},
	"context_actions": {must: []string{"elements"}, fields: map[string]rule{"elements": list(1, 5, nil)}, places: inMessage},
	"task_card":       {open: true, places: inMessage},
	"plan":            {open: true, places: inMessage},
	"alert":           {must: []string{"text"}, fields: map[string]rule{"text": anyText(200)}, open: true, places: inModal},
}

// chartFields are those of all kinds of charts.
var chartFields = map[string]rule{
	"segments": list(1, 12, like(shape{fields: map[string]rule{"label": str(1, 20)}, open: true})),
	"series":   list(1, 12, like(shape{fields: map[string]rule{"name": str(1, 20)}, open: true})),
	"axis_config": like(shape{fields: map[string]rule{
		"categories": list(1, 20, str(1, 20)), "x_label": str(1, 50), "y_label": str(1, 50),
	}, open: true}),
}

// blocks checks a list of blocks, and that no two have the same ID.
func (k *checker) blocks(path string, v any, most int) {
	ids := map[string]bool{}
	list(0, most, func(k *checker, path string, v any) {
		o, ok := v.(object)
		if !ok {
			k.say(path, "must provide an object")
			return
		}
		kind, _ := o["type"].(string)
		sh, known := block[kind]
		if !known || sh.places != 0 && sh.places&k.place == 0 {
			k.say(path+"/type", "unsupported type: %s", kind)
			return
		}
		sh.fields = with(sh.fields, map[string]rule{"block_id": str(0, 255)})
		k.shape(path, o, sh)
		if id, _ := o["block_id"].(string); id != "" {
			if ids[id] {
				k.say(path+"/block_id", "block_id %q already exists", id)
			}
			ids[id] = true
		}
		k.unique(path, o)
	})(k, path, v)
}

// unique checks that no two elements of a block have the same action_id.
func (k *checker) unique(path string, block object) {
	seen := map[any]bool{}
	for i, e := range objects(block["elements"]) {
		if id := e["action_id"]; id != nil && id != "" {
			if seen[id] {
				k.say(fmt.Sprintf("%s/elements/%d/action_id", path, i), "action_id %q already exists", id)
			}
			seen[id] = true
		}
	}
}
