package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"orderly.example/bot"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// get reads a thing.
func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	var out T
	err := c.do(ctx, call{method: http.MethodGet, path: path, query: query}, &out)
	return out, err
}

// post does a thing, once per key.
func post[T any](ctx context.Context, c *Client, path, key string, body any) (T, error) {
	var out T
	err := c.do(ctx, call{method: http.MethodPost, path: path, key: keyOr(key), body: body}, &out)
	return out, err
}

// Me says who the server thinks asks.
func (c *Client) Me(ctx context.Context) (wire.Me, error) { return get[wire.Me](ctx, c, "/me", nil) }

// Operations reads the catalogue.
func (c *Client) Operations(ctx context.Context) ([]wire.Offer, error) {
	out, err := get[wire.Offers](ctx, c, "/operations", nil)
	return out.Operations, err
}

// Operation reads one operation by its name or an alias.
func (c *Client) Operation(ctx context.Context, name string) (wire.Offer, error) {
	return get[wire.Offer](ctx, c, "/operations/"+url.PathEscape(name), nil)
}

// Targets lists targets that begin with the prefix.
func (c *Client) Targets(ctx context.Context, prefix string) ([]string, error) {
	out, err := get[wire.Targets](ctx, c, "/targets", url.Values{"prefix": {prefix}})
	return out.Targets, err
}

// Request asks for a change and returns its id. Without a key every call is a new request.
func (c *Client) Request(ctx context.Context, s wire.Submission, key string) (string, error) {
	out, err := post[wire.Started](ctx, c, "/requests", key, s)
	return out.ID, err
}

// Form says what is still to be asked.
func (c *Client) Form(ctx context.Context, s wire.Submission) (bot.Form, error) {
	return post[bot.Form](ctx, c, "/forms", "", s)
}

// Say says a line of chat in a room.
func (c *Client) Say(ctx context.Context, room, text, key string) (wire.Outcome, error) {
	return post[wire.Outcome](ctx, c, "/say", key, wire.Line{Text: text, Room: room})
}

// List reads a page of changes.
func (c *Client) List(ctx context.Context, f ops.Filter) (ops.Page, error) {
	q := url.Values{}
	for name, v := range map[string]string{
		"operation": f.Operation, "service": f.Service, "env": f.Env, "idc": f.IDC, "requester": f.Requester,
		"state": string(f.State), "text": f.Text, "page_token": f.PageToken,
	} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if f.Open {
		q.Set("open", "true")
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return get[ops.Page](ctx, c, "/changes", q)
}

// Status reads everything about one change.
func (c *Client) Status(ctx context.Context, id string) (ops.Status, error) {
	return get[ops.Status](ctx, c, "/changes/"+url.PathEscape(id), nil)
}

// Act does something to a change. A refusal is an error. planHash is the plan that the person saw.
func (c *Client) Act(ctx context.Context, id string, kind ops.ActKind, planHash, note, key string) (ops.Reply, error) {
	return post[ops.Reply](ctx, c, "/changes/"+url.PathEscape(id)+"/"+string(kind), key, wire.ActBody{Note: note, PlanHash: planHash})
}

// Undo asks for the inverse change and returns its id.
func (c *Client) Undo(ctx context.Context, id string, b wire.UndoBody, key string) (string, error) {
	out, err := post[wire.Started](ctx, c, "/changes/"+url.PathEscape(id)+"/undo", key, b)
	return out.ID, err
}

// Params writes texts as the values of a Submission.
func Params(texts map[string]string) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(texts))
	for name, v := range texts {
		b, _ := json.Marshal(v) // a text always has a JSON form
		out[name] = b
	}
	return out
}
