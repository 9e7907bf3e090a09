package larktest

import (
	"reflect"
	"testing"
)

func FuzzDecode(f *testing.F) {
	f.Add(frame{}.encode())
	f.Add(frame{sequence: 1, log: 1 << 60, service: 33554678, method: methodData, headers: [][2]string{{"type", "event"}, {"sum", "1"}}, payload: []byte("{}")}.encode())
	f.Add([]byte{0x0d, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, raw []byte) {
		one, err := decode(raw)
		if err != nil {
			return
		}
		if one.payload == nil {
			one.payload = []byte{}
		}
		if two, err := decode(one.encode()); err != nil || !reflect.DeepEqual(one, two) {
			t.Errorf("%+v, %+v, %v", one, two, err)
		}
	})
}

func TestFramesThatAreNone(t *testing.T) {
	for what, raw := range map[string][]byte{
		"nothing": {}, "a tag without a value": {0x08}, "a cut text": {0x2a, 5, 1}, "a tag that is none": {0xff}, "fixed numbers": {0x0d, 1, 2, 3, 4},
		"no method": {0x08, 0, 0x10, 0, 0x18, 0}, "a header that is none": {0x08, 0, 0x10, 0, 0x18, 0, 0x20, 0, 0x2a, 1, 0xff},
	} {
		if _, err := decode(raw); err == nil {
			t.Error(what)
		}
	}
}
