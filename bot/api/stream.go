package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// writePatience is how long a reader may take for one message before they are given up.
const writePatience = 10 * time.Second

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// event is one message of a stream.
type event struct {
	name string
	id   int // 0: none
	data any
}

// send writes messages and makes sure that they leave.
func (s *stream) send(events ...event) error {
	var b bytes.Buffer
	for _, e := range events {
		data, err := json.Marshal(e.data)
		if err != nil {
			return fmt.Errorf("encode event %s: %w", e.name, err)
		}
		if e.id > 0 {
			b.WriteString("id: " + strconv.Itoa(e.id) + "\n")
		}
		b.WriteString("event: " + e.name + "\ndata: ")
		b.Write(data)
		b.WriteString("\n\n")
	}
	return s.write(b.Bytes())
}

// beat shows both ends and everything between them that the stream lives.
func (s *stream) beat() error { return s.write([]byte(": still here\n\n")) }

func (s *stream) write(b []byte) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return err
	}
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.control.Flush()
}

// streaming answers with a stream that ends with the request or with the program. A reader who is gone needs no
// further words.
func (s *server) streaming(run func(ctx context.Context, to *stream) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(s.Context, cancel)()
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("X-Accel-Buffering", "no")
		w.WriteHeader(http.StatusOK)
		to := &stream{w: w, control: http.NewResponseController(w)}
		if err := to.beat(); err != nil {
			return
		}
		if err := run(ctx, to); err != nil && ctx.Err() == nil {
			_ = to.send(event{name: "failure", data: s.failure(ctx, err)})
		}
	}}
}

// streamed describes a stream in the document: an array of messages.
func (s *server) streamed(op huma.Operation, messages ...event) huma.Operation {
	schemas := s.api.OpenAPI().Components.Schemas
	var kinds []*huma.Schema
	for _, m := range messages {
		kinds = append(kinds, &huma.Schema{
			Type: huma.TypeObject, Title: m.name, Required: []string{"event", "data"},
			Properties: map[string]*huma.Schema{
				"event": {Type: huma.TypeString, Enum: []any{m.name}},
				"id":    {Type: huma.TypeInteger, Description: "For Last-Event-ID"},
				"data":  schemas.Schema(reflect.TypeOf(m.data), true, m.name),
			},
		})
	}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "Server-sent events, until the stream ends",
		Content: map[string]*huma.MediaType{"text/event-stream": {
			Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{OneOf: kinds}},
		}},
	}}
	return described(op)
}
