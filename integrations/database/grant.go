package database

import (
	"context"
	"slices"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

// grant is a line of the table: what one change has given to an account.
type grant struct {
	account, role, change string
	until                 time.Time
	powers                []string // given by it, or needed by it and given by another line; sorted
}

// line is the grant of an account and a role; nil when there is none.
func line(all []grant, account, role string) *grant {
	i := slices.IndexFunc(all, func(g grant) bool { return g.account == account && g.role == role })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// claimed are the powers of an account that lines other than that of the role stand for.
func claimed(all []grant, account, but string) []string {
	var out []string
	for _, g := range all {
		if g.account == account && g.role != but {
			out = append(out, g.powers...)
		}
	}
	return out
}

func without(all, out []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(p string) bool { return slices.Contains(out, p) })
}

func common(a, b []string) []string { return without(a, without(a, b)) }

// foreign are those of the powers that the account has by another hand.
func foreign(account string, powers, held []string, all []grant) []string {
	return without(common(powers, held), claimed(all, account, ""))
}

// wanted is the line of a grant. What an earlier line of it has given stays its own.
func wanted(in activities.DatabaseGrantIn, powers, held []string, all []grant) (grant, error) {
	theirs := foreign(in.Account, powers, held, all)
	g := grant{account: in.Account, role: in.Role, change: in.Change, until: in.Until.UTC(), powers: without(powers, theirs)}
	if old := line(all, in.Account, in.Role); old != nil {
		if old.change != in.Change && old.change != in.Over {
			return g, ops.Errorf(ops.Conflict, "%s has %s already, until %s by %s", "%s 已有 %s 权限,至 %s(来自 %s)", in.Account, in.Role, old.until.Format(time.RFC3339), old.change)
		}
		g.powers = append(g.powers, without(old.powers, g.powers)...)
	}
	if len(g.powers) == 0 {
		return g, ops.Errorf(ops.Conflict, "%s has all of %s in %s already, by another hand, which Orderly leaves alone", "%s 已由其他途径获得 %[3]s 的 %[2]s 全部权限,Orderly 不予处理", in.Account, in.Role, in.Database)
	}
	slices.Sort(g.powers)
	return g, nil
}

func (g grant) is(o *grant) bool {
	return o != nil && g.change == o.change && g.until.Equal(o.until) && slices.Equal(g.powers, o.powers)
}

// give brings an account to what is wanted: first the line, then the powers.
func give(ctx context.Context, s server, in activities.DatabaseGrantIn, powers []string) (activities.Done, error) {
	all, err := s.kept(ctx)
	if err != nil {
		return activities.Done{}, err
	}
	held, err := s.held(ctx, in.Account)
	if err != nil {
		return activities.Done{}, err
	}
	g, err := wanted(in, powers, held, all)
	if err != nil {
		return activities.Done{}, err
	}
	missing, noted := without(g.powers, held), g.is(line(all, in.Account, in.Role))
	out := activities.Done{Changed: len(missing) > 0 || !noted}
	if in.DryRun {
		return out, s.able(ctx, in.Account, powers)
	}
	if !noted {
		if err := s.keep(ctx, g); err != nil {
			return out, err
		}
	}
	if len(missing) > 0 {
		err = s.give(ctx, in.Account, missing)
	}
	return out, err
}

// take takes back what the change of a grant has given: first the powers, then the sessions, and the line at the end.
func take(ctx context.Context, s server, in activities.DatabaseGrantIn) (activities.Done, error) {
	all, err := s.kept(ctx)
	if err != nil {
		return activities.Done{}, err
	}
	g := line(all, in.Account, in.Role)
	if g == nil || g.change != in.Change {
		return activities.Done{}, nil
	}
	held, err := s.held(ctx, in.Account)
	if err != nil {
		return activities.Done{}, err
	}
	mine := without(g.powers, claimed(all, in.Account, in.Role))
	if still := common(mine, held); len(still) > 0 {
		if err := s.take(ctx, in.Account, still); err != nil {
			return activities.Done{}, err
		}
	}
	if len(mine) > 0 {
		if err := s.expel(ctx, in.Account); err != nil {
			return activities.Done{}, err
		}
	}
	return activities.Done{Changed: true}, s.forget(ctx, *g)
}
