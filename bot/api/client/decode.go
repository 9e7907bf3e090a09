package client

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// maxMessage bounds one message of a stream, in bytes.
const maxMessage = 16 << 20

var errTooLong = errors.New("a message of the stream is too long")

// message is one server-sent event.
type message struct {
	name string
	id   string
	data string
}

// decoder reads server-sent events as the HTML standard says: fields of a message on lines of their own, an empty line
// ends it, a line that begins with a colon is a comment.
type decoder struct {
	lines *bufio.Scanner
	last  string // the last id, which stays in force
}

func newDecoder(r io.Reader) *decoder {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxMessage)
	s.Split(splitLines)
	return &decoder{lines: s}
}

// next reads the next message that has data. What the stream broke off in the middle of is dropped.
func (d *decoder) next() (message, error) {
	m := message{}
	var data strings.Builder
	has := false
	for d.lines.Scan() {
		line := strings.TrimPrefix(d.lines.Text(), "\ufeff")
		if line == "" {
			if has {
				m.id, m.data = d.last, data.String()
				return m, nil
			}
			m = message{}
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			m.name = value
		case "id":
			if !strings.Contains(value, "\x00") {
				d.last = value
			}
		case "data":
			if data.Len()+len(value) > maxMessage {
				return message{}, errTooLong
			}
			if has {
				data.WriteByte('\n')
			}
			data.WriteString(value)
			has = true
		}
	}
	if err := d.lines.Err(); err != nil {
		return message{}, err
	}
	return message{}, io.EOF
}

// splitLines ends lines at \n, \r\n and \r.
func splitLines(b []byte, atEOF bool) (advance int, token []byte, err error) {
	for i, c := range b {
		switch {
		case c == '\n':
			return i + 1, b[:i], nil
		case c == '\r' && i+1 < len(b) && b[i+1] == '\n':
			return i + 2, b[:i], nil
		case c == '\r' && (i+1 < len(b) || atEOF):
			return i + 1, b[:i], nil
		}
	}
	if atEOF && len(b) > 0 {
		return len(b), b, nil
	}
	return 0, nil, nil
}
