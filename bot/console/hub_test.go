package console

import (
	"strconv"
	"testing"

	"orderly.example/ops"
)

func notice(room, id string) ops.Notice {
	return ops.Notice{Change: id, From: ops.Origin{Surface: "console", Channel: room}}
}

func TestAHubReachesTheRoomAndNobodyElse(t *testing.T) {
	h := NewHub()
	ops1, leave := h.Subscribe("ops")
	defer leave()
	dev, leaveDev := h.Subscribe("dev")
	defer leaveDev()
	if _, err := h.Notify(t.Context(), notice("ops", "a")); err != nil {
		t.Fatal(err)
	}
	if n := <-ops1; n.Change != "a" {
		t.Errorf("got %s", n.Change)
	}
	if len(dev) != 0 {
		t.Error("the other room heard it")
	}
	if _, err := h.Notify(t.Context(), notice("empty", "b")); err != nil {
		t.Errorf("a room without people: %v", err)
	}
}

func TestASlowReaderIsDroppedAndHoldsUpNobody(t *testing.T) {
	h := NewHub()
	slow, leave := h.Subscribe("ops")
	for i := range backlog + 1 {
		if _, err := h.Notify(t.Context(), notice("ops", strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for range slow { // ends, because the channel is closed
		n++
	}
	if n != backlog {
		t.Errorf("got %d notices before the end, want %d", n, backlog)
	}
	leave()
	leave()
	if len(h.rooms) != 0 {
		t.Errorf("rooms are left: %v", h.rooms)
	}
}
