package larktest

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// Methods of frames.
const (
	methodControl = 0
	methodData    = 1
)

// frame is what goes over the long connection. Its fields are those of the message Frame of pbbp2.proto.
type frame struct {
	sequence, log   uint64
	service, method int32
	headers         [][2]string
	payload         []byte
}

var errFrame = errors.New("it is no frame")

func (f frame) header(key string) string {
	for _, h := range f.headers {
		if h[0] == key {
			return h[1]
		}
	}
	return ""
}

// encode writes a frame. The first four fields must be there even when they are zero.
func (f frame) encode() []byte {
	var b []byte
	for n, v := range []uint64{f.sequence, f.log, uint64(f.service), uint64(f.method)} {
		b = protowire.AppendVarint(protowire.AppendTag(b, protowire.Number(n+1), protowire.VarintType), v)
	}
	for _, h := range f.headers {
		var pair []byte
		for n, s := range h {
			pair = protowire.AppendString(protowire.AppendTag(pair, protowire.Number(n+1), protowire.BytesType), s)
		}
		b = protowire.AppendBytes(protowire.AppendTag(b, 5, protowire.BytesType), pair)
	}
	return protowire.AppendBytes(protowire.AppendTag(b, 8, protowire.BytesType), f.payload)
}

// decode reads a frame, and refuses one that lacks what must be there.
func decode(raw []byte) (frame, error) {
	var f frame
	seen := map[protowire.Number]bool{}
	err := fields(raw, func(n protowire.Number, v uint64, b []byte) error {
		seen[n] = true
		switch n {
		case 1:
			f.sequence = v
		case 2:
			f.log = v
		case 3:
			f.service = int32(v)
		case 4:
			f.method = int32(v)
		case 5:
			var h [2]string
			err := fields(b, func(n protowire.Number, _ uint64, b []byte) error {
				if n == 1 || n == 2 {
					h[n-1] = string(b)
				}
				return nil
			})
			f.headers = append(f.headers, h)
			return err
		case 8:
			f.payload = append([]byte{}, b...)
		}
		return nil
	})
	if err == nil && !(seen[1] && seen[2] && seen[3] && seen[4]) {
		err = errFrame
	}
	return f, err
}

// fields goes through the fields of a message.
func fields(raw []byte, each func(protowire.Number, uint64, []byte) error) error {
	for len(raw) > 0 {
		n, kind, size := protowire.ConsumeTag(raw)
		if size < 0 {
			return errFrame
		}
		raw = raw[size:]
		var v uint64
		var b []byte
		switch kind {
		case protowire.VarintType:
			v, size = protowire.ConsumeVarint(raw)
		case protowire.BytesType:
			b, size = protowire.ConsumeBytes(raw)
		default:
			return errFrame
		}
		if size < 0 {
			return errFrame
		}
		raw = raw[size:]
		if err := each(n, v, b); err != nil {
			return err
		}
	}
	return nil
}
