package client

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestDecoding(t *testing.T) {
	for name, tt := range map[string]struct {
		stream string
		want   []message
	}{
		"one":               {"event: a\nid: 1\ndata: x\n\n", []message{{"a", "1", "x"}}},
		"windows lines":     {"event: a\r\ndata: x\r\n\r\n", []message{{"a", "", "x"}}},
		"old lines":         {"event: a\rdata: x\r\r", []message{{"a", "", "x"}}},
		"many lines":        {"data: x\ndata: y\ndata\n\n", []message{{"", "", "x\ny\n"}}},
		"comments":          {": hi\n\n: ho\ndata:x\n: ha\n\n", []message{{"", "", "x"}}},
		"no data":           {"event: a\nid: 7\n\ndata: x\n\n", []message{{"", "7", "x"}}},
		"ids stay":          {"id: 1\ndata: x\n\ndata: y\n\n", []message{{"", "1", "x"}, {"", "1", "y"}}},
		"a broken end":      {"data: x\n\nevent: a\ndata: y\n", []message{{"", "", "x"}}},
		"a byte order mark": {"\ufeffdata: x\n\n", []message{{"", "", "x"}}},
		"unknown fields":    {"retry: 5\nfoo: bar\ndata: x\n\n", []message{{"", "", "x"}}},
		"two spaces":        {"data:  x\n\n", []message{{"", "", " x"}}},
		"a null in an id":   {"id: 1\x002\ndata: x\n\n", []message{{"", "", "x"}}},
		"nothing":           {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDecoder(strings.NewReader(tt.stream))
			var got []message
			for {
				m, err := d.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, m)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("%q, want %q", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("%q, want %q", got[i], tt.want[i])
				}
			}
		})
	}
}

func TestAMessageHasALimit(t *testing.T) {
	line := "data: " + strings.Repeat("x", 1<<20) + "\n"
	if _, err := newDecoder(strings.NewReader(strings.Repeat(line, 20))).next(); !errors.Is(err, errTooLong) {
		t.Errorf("%v", err)
	}
	if _, err := newDecoder(strings.NewReader(strings.Repeat("x", maxMessage+1))).next(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("%v", err)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("event: a\nid: 1\ndata: x\n\n: beat\n\ndata: y\r\r\n\n"), 3)
	f.Fuzz(func(t *testing.T, stream []byte, chunk int) {
		whole, piecewise := all(newDecoder(strings.NewReader(string(stream)))), all(newDecoder(&slow{stream, chunk}))
		if len(whole) != len(piecewise) {
			t.Fatalf("%q in one piece, %q in pieces of %d", whole, piecewise, chunk)
		}
		for i := range whole {
			if whole[i] != piecewise[i] || strings.Contains(whole[i].name, "\n") {
				t.Errorf("%q in one piece, %q in pieces", whole[i], piecewise[i])
			}
		}
	})
}

func all(d *decoder) []message {
	var out []message
	for {
		m, err := d.next()
		if err != nil {
			return out
		}
		out = append(out, m)
	}
}

// slow hands out a stream in small pieces.
type slow struct {
	left  []byte
	chunk int
}

func (s *slow) Read(b []byte) (int, error) {
	if len(s.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.left[:min(len(s.left), max(1, s.chunk%7))])
	s.left = s.left[n:]
	return n, nil
}
