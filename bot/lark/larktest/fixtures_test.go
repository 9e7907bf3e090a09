package larktest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkcontact "github.com/larksuite/oapi-sdk-go/v3/service/contact/v3"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"orderly.example/bot/lark/larktest"
)

type object = map[string]any

// client is the real client, pointed at the fake. It is made of its parts, because its root compiles every service.
type client struct {
	config  *larkcore.Config
	im      *larkim.V1
	contact *larkcontact.V3
	tokens  *clockCache
}

func connect(s *larktest.Server) *client {
	tokens := &clockCache{s: s, m: map[string]cached{}}
	c := &larkcore.Config{
		BaseUrl: s.API(), AppId: s.AppID, AppSecret: s.AppSecret, EnableTokenCache: true, AppType: larkcore.AppTypeSelfBuilt, LogLevel: larkcore.LogLevelError,
		HttpClient: &http.Client{}, TokenCache: tokens,
	}
	larkcore.NewLogger(c)
	larkcore.NewCache(c)
	larkcore.NewSerialization(c)
	larkcore.NewHttpClient(c)
	return &client{c, larkim.New(c), larkcontact.New(c), tokens}
}

// refused is an answer that says no.
type refused struct {
	larkcore.CodeError
	status int
	header http.Header
}

// checked makes the error of an answer an error.
func checked(code larkcore.CodeError, raw *larkcore.ApiResp, err error) error {
	if err != nil || code.Code == 0 {
		return err
	}
	return &refused{code, raw.StatusCode, raw.Header}
}

// code is the code of an answer; 0 when there is no error.
func code(err error) int {
	var r *refused
	switch {
	case err == nil:
		return 0
	case errors.As(err, &r):
		return r.Code
	}
	return -1
}

func (c *client) create(t *testing.T, kind, to, msgType, content, uuid string) (*larkim.CreateMessageRespData, error) {
	r, err := c.im.Message.Create(t.Context(), larkim.NewCreateMessageReqBuilder().ReceiveIdType(kind).
		Body(larkim.NewCreateMessageReqBodyBuilder().ReceiveId(to).MsgType(msgType).Content(content).Uuid(uuid).Build()).Build())
	if err != nil {
		return nil, err
	}
	return r.Data, checked(r.CodeError, r.ApiResp, err)
}

func (c *client) reply(t *testing.T, to, msgType, content string, inThread bool) (*larkim.ReplyMessageRespData, error) {
	r, err := c.im.Message.Reply(t.Context(), larkim.NewReplyMessageReqBuilder().MessageId(to).
		Body(larkim.NewReplyMessageReqBodyBuilder().MsgType(msgType).Content(content).ReplyInThread(inThread).Build()).Build())
	if err != nil {
		return nil, err
	}
	return r.Data, checked(r.CodeError, r.ApiResp, err)
}

func (c *client) patch(t *testing.T, id, card string) error {
	r, err := c.im.Message.Patch(t.Context(), larkim.NewPatchMessageReqBuilder().MessageId(id).
		Body(larkim.NewPatchMessageReqBodyBuilder().Content(card).Build()).Build())
	if err != nil {
		return err
	}
	return checked(r.CodeError, r.ApiResp, err)
}

func (c *client) update(t *testing.T, id, msgType, content string) error {
	r, err := c.im.Message.Update(t.Context(), larkim.NewUpdateMessageReqBuilder().MessageId(id).
		Body(larkim.NewUpdateMessageReqBodyBuilder().MsgType(msgType).Content(content).Build()).Build())
	if err != nil {
		return err
	}
	return checked(r.CodeError, r.ApiResp, err)
}

func (c *client) delete(t *testing.T, id string) error {
	r, err := c.im.Message.Delete(t.Context(), larkim.NewDeleteMessageReqBuilder().MessageId(id).Build())
	if err != nil {
		return err
	}
	return checked(r.CodeError, r.ApiResp, err)
}

func (c *client) get(t *testing.T, id string) (*larkim.Message, error) {
	r, err := c.im.Message.Get(t.Context(), larkim.NewGetMessageReqBuilder().MessageId(id).Build())
	if err != nil {
		return nil, err
	}
	if err := checked(r.CodeError, r.ApiResp, err); err != nil {
		return nil, err
	}
	return r.Data.Items[0], nil
}

// raw calls what the client has no types for.
func (c *client) raw(t *testing.T, method, path string, body any) (object, error) {
	r, err := larkcore.Request(t.Context(), &larkcore.ApiReq{
		HttpMethod: method, ApiPath: path, Body: body, SupportedAccessTokenTypes: []larkcore.AccessTokenType{larkcore.AccessTokenTypeTenant},
	}, c.config)
	if err != nil {
		return nil, err
	}
	var answer struct {
		larkcore.CodeError
		Data object `json:"data"`
		Bot  object `json:"bot"`
	}
	if err := json.Unmarshal(r.RawBody, &answer); err != nil {
		return nil, err
	}
	if answer.Bot != nil {
		answer.Data = answer.Bot
	}
	return answer.Data, checked(answer.CodeError, r, nil)
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// text is the content of a text message.
func text(s string) string {
	raw, _ := json.Marshal(object{"text": s})
	return string(raw)
}

// say posts a text into a chat.
func (c *client) say(t *testing.T, ch *larktest.Chat, s string) string {
	t.Helper()
	return *must[*larkim.CreateMessageRespData](t)(c.create(t, "chat_id", ch.ID(), "text", text(s), "")).MessageId
}

// post posts a card with one button into a chat.
func (c *client) post(t *testing.T, ch *larktest.Chat, elements ...string) string {
	t.Helper()
	return *must[*larkim.CreateMessageRespData](t)(c.create(t, "chat_id", ch.ID(), "interactive", card(elements...), "")).MessageId
}

// card is a card of some elements; of a text and a button when there are none.
func card(elements ...string) string {
	if len(elements) == 0 {
		elements = []string{markdown("**Scale web** to 5?"), button("approve", "Approve", `{"a":"approve"}`)}
	}
	return `{"schema":"2.0","config":{"update_multi":true},"header":{"title":{"tag":"plain_text","content":"Scale"}},"body":{"elements":[` +
		strings.Join(elements, ",") + `]}}`
}

func markdown(s string) string { return fmt.Sprintf(`{"tag":"markdown","content":%q}`, s) }

func button(name, label, value string) string {
	return fmt.Sprintf(`{"tag":"button","name":%q,"text":{"tag":"plain_text","content":%q},"behaviors":[{"type":"callback","value":%s}]}`, name, label, value)
}
