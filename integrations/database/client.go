package database

import (
	"context"
	"crypto/tls"
	"errors"
	"maps"
	"slices"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.DatabaseGranter = (*Client)(nil)

// server is one connection to a server. Its errors are raw, or *ops.Error where it knows better.
type server interface {
	accounts(ctx context.Context, name string) ([]string, error)     // those that the name may mean, in full
	held(ctx context.Context, account string) ([]string, error)      // powers that the account has been given itself
	able(ctx context.Context, account string, powers []string) error // whether they can be given, kept and taken at all; without an account: as far as that is about us
	give(ctx context.Context, account string, powers []string) error // again is harmless
	take(ctx context.Context, account string, powers []string) error // again is harmless
	expel(ctx context.Context, account string) error                 // end the sessions of the account
	kept(ctx context.Context) ([]grant, error)                       // the lines of the table about the database
	keep(ctx context.Context, g grant) error                         // writes a line, over that of the same account and role
	forget(ctx context.Context, g grant) error                       // removes it
	close()                                                          // gives the account free
}

// at has a database do something on a connection of its own, with the account for itself.
func (c *Client) at(ctx context.Context, name, account string, do func(ctx context.Context, d *database, s server) error) error {
	d, err := c.find(name)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	s, err := d.open(limited, account)
	if err == nil {
		defer s.close()
		err = do(limited, d, s)
	}
	return d.explained(ctx, err)
}

// explained says what an error means. A caller who has given up is not told a fault of theirs.
func (d *database) explained(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if e := ops.AsError(err); e != nil {
		return e
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if e := d.explain(err); e != nil {
		return e
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return ops.Errorf(ops.Denied, "the database %s shows a certificate that nobody vouches for; name who does: ca_file", "数据库 %s 的证书不受信任;请配置 ca_file", d.name).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "the database %s cannot be reached; it is tried again", "无法连接数据库 %s;将会重试", d.name).Because(err)
}

// DatabaseLook reads what an account has; see activities.DatabaseGranter.
func (c *Client) DatabaseLook(ctx context.Context, in activities.DatabaseLookIn) (activities.DatabaseLook, error) {
	var out activities.DatabaseLook
	return out, c.at(ctx, in.Database, "", func(ctx context.Context, d *database, s server) error {
		out.IDC, out.Env = d.config.IDC, d.config.Env
		kept, err := s.kept(ctx)
		if err != nil {
			return err
		}
		for _, g := range kept {
			out.Grants = append(out.Grants, activities.DatabaseGranted{Account: g.account, Role: g.role, Until: g.until, Change: g.change})
		}
		if in.Role != "" {
			if out.Powers, err = d.powers(in.Role); err != nil {
				return err
			}
		}
		if in.Account == "" {
			return nil
		}
		if out.Account, err = d.account(ctx, s, in.Account); err != nil {
			return err
		}
		held, err := s.held(ctx, out.Account)
		out.Held = foreign(out.Account, out.Powers, held, kept)
		return err
	})
}

// account is the one that a name means.
func (d *database) account(ctx context.Context, s server, name string) (string, error) {
	all, err := s.accounts(ctx, name)
	switch {
	case err != nil:
		return "", err
	case len(all) == 0:
		return "", ops.Errorf(ops.NotFound, "the server of %s has no account %q that can sign in; have it made first", "%s 所在服务器没有可登录的账号 %q;请先创建", d.name, name).At("account")
	case len(all) > 1:
		return "", ops.Errorf(ops.Invalid, "%q may be %v; say which", "%q 可能是 %v;请指明", name, all).At("account")
	case d.own(all[0]):
		return "", ops.Errorf(ops.Invalid, "%q is the account of Orderly itself", "%q 是 Orderly 自身的账号", name).At("account")
	}
	return all[0], nil
}

// own says whether an account is the one by which we come in. On MySQL that is every one of its name.
func (d *database) own(account string) bool {
	if d.config.Kind == MySQL {
		account, _ = split(account)
	}
	return account == d.config.User
}

// DatabaseGrant gives a role, or has the server check it; see activities.DatabaseGranter.
func (c *Client) DatabaseGrant(ctx context.Context, in activities.DatabaseGrantIn) (activities.Done, error) {
	var out activities.Done
	alone := in.Account
	if in.DryRun {
		alone = ""
	}
	return out, c.at(ctx, in.Database, alone, func(ctx context.Context, d *database, s server) error {
		powers, err := d.powers(in.Role)
		if err != nil {
			return err
		}
		if _, err := d.account(ctx, s, in.Account); err != nil {
			return err
		}
		out, err = give(ctx, s, in, powers)
		return err
	})
}

// DatabaseRevoke takes a role back; see activities.DatabaseGranter.
func (c *Client) DatabaseRevoke(ctx context.Context, in activities.DatabaseGrantIn) (activities.Done, error) {
	var out activities.Done
	return out, c.at(ctx, in.Database, in.Account, func(ctx context.Context, _ *database, s server) (err error) {
		out, err = take(ctx, s, in)
		return err
	})
}

// overdueAfter is how long after its end a grant may still be there.
const overdueAfter = 10 * time.Minute

// Check asks a database whether it lets us in and give every role, and whether anything is overdue, for operators.
func (c *Client) Check(ctx context.Context, name string) error {
	err := c.at(ctx, name, "", func(ctx context.Context, d *database, s server) error {
		for _, role := range slices.Sorted(maps.Keys(d.roles)) {
			if err := s.able(ctx, "", d.roles[role]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	look, err := c.DatabaseLook(ctx, activities.DatabaseLookIn{Database: name})
	if err != nil {
		return err
	}
	for _, g := range look.Grants {
		if time.Since(g.Until) > overdueAfter {
			return ops.Errorf(ops.Conflict, "%s still has %s, which should have ended at %s; look at %s, and take it back by hand", "%s 仍有 %s 权限,本应于 %s 收回;请查看 %s 并手工收回", g.Account, g.Role, g.Until.Format(time.RFC3339), g.Change)
		}
	}
	return nil
}
