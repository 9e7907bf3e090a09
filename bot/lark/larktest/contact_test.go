package larktest_test

import (
	"fmt"
	"slices"
	"testing"

	larkcontact "github.com/larksuite/oapi-sdk-go/v3/service/contact/v3"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"orderly.example/bot/lark/larktest"
)

func TestTheBotKnowsWhoItIs(t *testing.T) {
	s := larktest.New(t)
	if bot, err := connect(s).raw(t, "GET", "/open-apis/bot/v3/info", nil); err != nil || bot["open_id"] != larktest.BotOpenID || bot["app_name"] != "orderly" {
		t.Error(bot, err)
	}
}

func TestPeopleAreFoundByTheirAddresses(t *testing.T) {
	s := larktest.New(t)
	c := connect(s)
	s.Person("ou_ann")
	find := func(kind string, emails ...string) ([]*larkcontact.UserContactInfo, error) {
		r, err := c.contact.User.BatchGetId(t.Context(), larkcontact.NewBatchGetIdUserReqBuilder().UserIdType(kind).
			Body(larkcontact.NewBatchGetIdUserReqBodyBuilder().Emails(emails).Build()).Build())
		if err != nil {
			return nil, err
		}
		if err := checked(r.CodeError, r.ApiResp, err); err != nil {
			return nil, err
		}
		return r.Data.UserList, nil
	}
	list := must[[]*larkcontact.UserContactInfo](t)(find("open_id", "Ann@example.com", "none@example.com"))
	if len(list) != 2 || *list[0].UserId != "ou_ann" || list[1].UserId != nil || *list[1].Email != "none@example.com" {
		t.Errorf("%+v", list)
	}
	if list := must[[]*larkcontact.UserContactInfo](t)(find("union_id", "ann@example.com")); *list[0].UserId != "on_ann" {
		t.Errorf("%+v", list)
	}
	if _, err := find("open_id", make([]string, 51)...); code(err) != 40001 {
		t.Error(err)
	}
	s.Scopes()
	if _, err := find("open_id", "ann@example.com"); code(err) != 99991672 {
		t.Error(err)
	}
}

func TestWhatScopesShowOfAPerson(t *testing.T) {
	s := larktest.New(t)
	c := connect(s)
	s.Person("ou_ann")
	s.Person("ou_bob").Unavailable()
	get := func(kind, id string) (*larkcontact.User, error) {
		r, err := c.contact.User.Get(t.Context(), larkcontact.NewGetUserReqBuilder().UserIdType(kind).UserId(id).Build())
		if err != nil {
			return nil, err
		}
		if err := checked(r.CodeError, r.ApiResp, err); err != nil {
			return nil, err
		}
		return r.Data.User, nil
	}
	if u := must[*larkcontact.User](t)(get("open_id", "ou_ann")); *u.Name != "Ann" || *u.Email != "ann@example.com" || *u.UnionId != "on_ann" || u.UserId != nil {
		t.Errorf("%+v", u)
	}
	s.Scopes("contact:contact.base:readonly", "contact:user.employee_id:readonly")
	if u := must[*larkcontact.User](t)(get("union_id", "on_ann")); u.Name != nil || u.Email != nil || *u.UserId != "ann" {
		t.Errorf("%+v", u)
	}
	if _, err := get("open_id", "ou_none"); code(err) != 99992351 {
		t.Error(err)
	}
	if _, err := get("open_id", "ou_bob"); code(err) != 41050 {
		t.Error(err)
	}
}

func TestChatsAndWhoIsInThem(t *testing.T) {
	s := larktest.New(t)
	c := connect(s)
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	ann.Says(ops, "hi")
	ann.Says(ops, "again")
	get := func(id string) (*larkim.GetChatRespData, error) {
		r, err := c.im.Chat.Get(t.Context(), larkim.NewGetChatReqBuilder().ChatId(id).Build())
		if err != nil {
			return nil, err
		}
		return r.Data, checked(r.CodeError, r.ApiResp, err)
	}
	if d := must[*larkim.GetChatRespData](t)(get(ops.ID())); *d.Name != "ops" || *d.ChatMode != "group" {
		t.Errorf("%+v", d)
	}
	if d := must[*larkim.GetChatRespData](t)(get(ann.DM().ID())); *d.ChatMode != "p2p" {
		t.Errorf("%+v", d)
	}
	members, err := c.im.ChatMembers.Get(t.Context(), larkim.NewGetChatMembersReqBuilder().ChatId(ops.ID()).MemberIdType("union_id").Build())
	if err != nil || len(members.Data.Items) != 1 || *members.Data.Items[0].MemberId != "on_ann" {
		t.Errorf("%+v %v", members, err)
	}
	ops.WithoutApp()
	if _, err := get(ops.ID()); code(err) != 232011 {
		t.Error(err)
	}
	if _, err := get("oc_none"); code(err) != 232006 {
		t.Error(err)
	}
	for _, id := range []string{"oc_none", ops.ID()} {
		if m, err := c.im.ChatMembers.Get(t.Context(), larkim.NewGetChatMembersReqBuilder().ChatId(id).Build()); err != nil || m.Success() {
			t.Errorf("%+v %v", m, err)
		}
	}
}

func TestSlashCommandsAreKept(t *testing.T) {
	s := larktest.New(t)
	c := connect(s)
	const path = "/open-apis/application/v7/app_slash_commands"
	made, err := c.raw(t, "POST", path, object{"command": "scale", "description": object{"default_value": "scale a service"}})
	if err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprint(made["command"].(object)["command_id"])
	for _, w := range []struct {
		method, path string
		body         object
		code         int
	}{
		{"POST", path, object{"command": "scale"}, 40000034},
		{"POST", path, object{"command": "/deploy"}, 40000033},
		{"POST", path, object{"command": "deploy", "icon": "x"}, 40000031},
		{"POST", path, object{"command": "deploy", "description": "x"}, 99992402},
		{"POST", path, object{}, 99992402},
		{"POST", path, object{"command": "deploy"}, 0},
		{"PATCH", path + "/none", object{"command": "x"}, 40000030},
		{"PATCH", path + "/" + id, object{"command": "deploy"}, 40000034},
		{"PATCH", path + "/" + id, object{"command": "grow"}, 0},
		{"DELETE", path + "/none", nil, 40000030},
	} {
		if _, err := c.raw(t, w.method, w.path, w.body); code(err) != w.code {
			t.Errorf("%s %s %v: %v", w.method, w.path, w.body, err)
		}
	}
	all, err := c.raw(t, "GET", path, nil)
	if items, ok := all["items"].([]any); err != nil || !ok || len(items) != 2 || items[0].(object)["description"].(object)["default_value"] != "scale a service" {
		t.Error(all, err)
	}
	if _, err := c.raw(t, "DELETE", path+"/"+id, nil); err != nil || !slices.Equal(s.Commands(), []string{"deploy"}) {
		t.Error(err, s.Commands())
	}
	for n := range 99 {
		if _, err := c.raw(t, "POST", path, object{"command": fmt.Sprint("c", n)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.raw(t, "POST", path, object{"command": "toomany"}); code(err) != 40000032 {
		t.Error(err)
	}
}
