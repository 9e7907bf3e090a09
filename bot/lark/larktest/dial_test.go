package larktest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/larksuite/oapi-sdk-go/v3/ws"

	"orderly.example/bot/lark/larktest"
)

// dial opens a long connection without the client, with nothing of it but its frames.
func dial(t *testing.T, s *larktest.Server) *websocket.Conn {
	t.Helper()
	body, _ := json.Marshal(object{"AppID": s.AppID, "AppSecret": s.AppSecret})
	r, err := http.Post(s.API()+"/callback/ws/endpoint", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer ws.EndpointResp
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || answer.Data == nil || answer.Data.ClientConfig.PingInterval == 0 {
		t.Fatalf("%+v %v", answer, err)
	}
	before := s.Connections()
	c, shake, err := websocket.DefaultDialer.DialContext(t.Context(), answer.Data.Url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = shake.Body.Close()
	t.Cleanup(func() { _ = c.Close() })
	larktest.Await(t, "the connection", func() bool { return s.Connections() > before })
	if _, again, err := websocket.DefaultDialer.DialContext(t.Context(), answer.Data.Url, nil); err == nil || again.Header.Get("Handshake-Status") != "514" {
		t.Error("the address is good twice")
	}
	return c
}

func read(t *testing.T, c *websocket.Conn) ws.Frame {
	t.Helper()
	var f ws.Frame
	_, raw, err := c.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Unmarshal(raw); err != nil {
		t.Fatal(err)
	}
	return f
}

// answer sends a frame back with another payload.
func answer(t *testing.T, c *websocket.Conn, f ws.Frame, payload string) {
	t.Helper()
	f.Payload = []byte(payload)
	raw, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WriteMessage(websocket.BinaryMessage, raw); err != nil {
		t.Fatal(err)
	}
}
