package provision

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// databases is who gives roles in databases.
const databases = "database"

type databaseParams struct {
	Database string        `en:"database, as the configuration names it" zh:"数据库(配置中的名称)" from:"database.names" pattern:"[a-z0-9][a-z0-9_-]{0,60}"`
	Account  string        `en:"account of the server that gets it, such as ann; on MySQL also ann@10.%" zh:"被授权的数据库账号,如 ann;MySQL 也可写 ann@10.%" pattern:"[A-Za-z0-9_][A-Za-z0-9._@%:/+-]{0,99}"`
	Role     string        `en:"role, as the configuration names it, such as read" zh:"角色(配置中的名称),如 read" pattern:"[a-z0-9][a-z0-9_-]{0,40}"`
	For      time.Duration `en:"for how long" zh:"时长" min:"1m" max:"720h"`
}

// databaseWork is a grant. It does not say until when: see doc.go.
type databaseWork struct {
	Target ops.Target                 `json:"target"`
	In     activities.DatabaseGrantIn `json:"in"`
	Powers []string                   `json:"powers"` // what the role gives
	For    time.Duration              `json:"for"`
}

func (w databaseWork) until(t time.Time) activities.DatabaseGrantIn {
	w.In.Until = t.UTC().Truncate(time.Second)
	return w.In
}

// GrantDatabase lets an account work in a database for a time. It runs until that has ended.
var GrantDatabase = change.Define(ops.Operation{
	Name: "database.grant", Aliases: []string{"数据库授权"}, Group: "provision", Risk: ops.High, Timeout: accessTimeout, Example: "database.grant shop ann read 2h",
	Help: ops.Text{En: "give an account a role in a database for a time; a cancel ends it early", Zh: "在一段时间内授予账号数据库角色;取消即提前收回"},
}, change.Steps[databaseParams, databaseWork]{Plan: planDatabase, Run: runDatabase, OwnLocks: true})

func planDatabase(ctx workflow.Context, p databaseParams) (ops.Plan, databaseWork, error) {
	look, err := activities.LookAtDatabase.Do(ctx, databases, activities.DatabaseLookIn{Database: p.Database, Account: p.Account, Role: p.Role})
	if err != nil {
		return ops.Plan{}, databaseWork{}, err
	}
	w := databaseWork{
		Target: ops.Target{Service: "database." + p.Database, IDC: look.IDC, Env: look.Env}, Powers: look.Powers, For: p.For,
		In: activities.DatabaseGrantIn{Database: p.Database, Account: look.Account, Role: p.Role, Change: change.ID(ctx)},
	}
	until := workflow.Now(ctx).Add(w.For)
	for _, g := range look.Grants {
		if g.Account != look.Account || g.Role != p.Role || g.Change == change.ID(ctx) {
			continue
		}
		if g.Until.After(until) {
			return ops.Plan{}, w, ops.Errorf(ops.Conflict, "%s has %s in %s already, until %s by %s, which is longer than asked; cancel that, or ask for longer", "%s 在 %[3]s 已有 %[2]s 权限,至 %[4]s(来自 %[5]s),长于本次申请;请先取消,或申请更长时间",
				look.Account, p.Role, p.Database, g.Until.Format(time.RFC3339), g.Change)
		}
		w.In.Over = g.Change
	}
	if _, err := activities.TryGrantDatabase.Do(ctx, databases, w.until(until)); err != nil {
		return ops.Plan{}, w, err
	}
	return w.describe(look), w, nil
}

func (w databaseWork) describe(look activities.DatabaseLook) ops.Plan {
	in := w.In
	gives := in.Role + " (" + strings.Join(w.Powers, ", ") + ")"
	p := ops.Plan{
		Summary: ops.Textf("give %s the role %s in database %s for %s", "授予 %s 在数据库 %[3]s 的 %[2]s 角色,时长 %[4]s", in.Account, gives, in.Database, w.For),
		Diffs:   []ops.Diff{{Object: in.Database, Field: "access " + in.Account, From: "-", To: gives + " for " + w.For.String()}}, Targets: []ops.Target{w.Target},
		Undo:  ops.Textf("cancel it: it ends at once", "取消即立即收回权限"),
		Blast: reach(w.Target, in.Database, ops.Textf("what one account may do in one database", "一个账号在一个数据库中的权限")),
		Notes: []ops.Text{ops.Textf("at the end the open sessions of %s are ended; they may sign in again", "到期时将终止 %s 的已有会话,可重新登录", in.Account)},
	}
	if len(look.Held) > 0 {
		p.Notes = append(p.Notes, ops.Textf("%s has %s already by another hand, and keeps it", "%s 已由其他途径获得 %s,到期后保留", in.Account, strings.Join(look.Held, ", ")))
	}
	if in.Over != "" {
		p.Diffs[0].From = in.Role
		p.Notes = append(p.Notes, ops.Textf("it takes over the grant of %s, which ends with this one", "将接管 %s 的授权,并随本次授权一同结束", in.Over))
	}
	return p
}

func runDatabase(ctx workflow.Context, w databaseWork) error {
	in := w.until(workflow.Now(ctx).Add(w.For))
	revoke := func(ctx workflow.Context) error {
		out, err := activities.RevokeDatabase.Do(ctx, databases, in)
		if err == nil && !out.Changed {
			change.Note(ctx, ops.Textf("%s is not of this change any more, and is left alone", "%s 已不属于本次变更,不予处理", in.Object()))
		}
		return err
	}
	change.Undoing(ctx, ops.Textf("take back %s", "收回 %s", in.Object()), revoke)
	if _, err := activities.GrantDatabase.Do(ctx, databases, in); err != nil {
		return err
	}
	until := ops.Textf("%s has %s in %s until %s", "%s 在 %[3]s 有 %[2]s 权限,至 %[4]s", in.Account, in.Role, in.Database, in.Until.Format(time.RFC3339))
	for workflow.Now(ctx).Before(in.Until) {
		if err := change.Rest(ctx, in.Until, until); err != nil {
			return err
		}
	}
	return revoke(ctx)
}

type databaseGrantsParams struct {
	Database string `en:"database, as the configuration names it" zh:"数据库(配置中的名称)" from:"database.names" pattern:"[a-z0-9][a-z0-9_-]{0,60}"`
}

// DatabaseGrants lists what is given in a database.
var DatabaseGrants = change.Read(ops.Operation{
	Name: "database.grants", Aliases: []string{"数据库授权列表"}, Group: "provision", Example: "database.grants shop",
	Help: ops.Text{En: "who has been given what in a database, until when", Zh: "查看数据库中的临时授权"},
}, func(ctx workflow.Context, p databaseGrantsParams) (ops.Answer, error) {
	look, err := activities.LookAtDatabase.Do(ctx, databases, activities.DatabaseLookIn{Database: p.Database})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{Columns: []ops.Text{{En: "account", Zh: "账号"}, {En: "role", Zh: "角色"}, {En: "until", Zh: "到期"}, {En: "change", Zh: "变更"}}}
	late := 0
	for _, g := range look.Grants {
		a.Rows = append(a.Rows, []string{g.Account, g.Role, g.Until.Format(time.RFC3339), g.Change})
		if g.Until.Before(workflow.Now(ctx)) {
			late++
		}
	}
	a.Text = ops.Textf("%d grants in %s", "%[2]s 中有 %[1]d 项授权", len(a.Rows), p.Database)
	if late > 0 {
		a.Text = ops.Textf("%s, %d of them overdue; look at their changes", "%s,其中 %d 项已过期未收回;请查看对应变更", a.Text, late)
	}
	return a, nil
})
