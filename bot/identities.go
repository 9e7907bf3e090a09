package bot

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"orderly.example/ops"
)

// Identities knows the people of the people file and their accounts on each surface. It follows the file: a broken
// new version is refused and the last good one stays, see Err.
type Identities struct {
	live *live[people]

	mu     sync.RWMutex
	linked map[accountKey]string // the person's id, by what people have linked themselves; the file counts first
}

// NewIdentities reads the people file. It fails when the first version is broken.
func NewIdentities(source Source) (*Identities, error) {
	l, err := newLive(source, parsePeople)
	if err != nil {
		return nil, err
	}
	return &Identities{live: l, linked: map[accountKey]string{}}, nil
}

// Learn takes in which accounts people have linked themselves.
func (i *Identities) Learn(links []ops.AccountLink) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, l := range links {
		i.linked[accountKey{l.Surface, l.Account}] = l.Person
	}
}

// ByAccount returns the person who owns an account of a surface: by the people file, or by their own sign-in.
func (i *Identities) ByAccount(surface, account string) (ops.User, bool) {
	p, k := i.live.get(), accountKey{surface, account}
	if u, ok := p.byID[p.accounts[k]]; ok {
		return clone(u), true
	}
	i.mu.RLock()
	defer i.mu.RUnlock()
	u, ok := p.byID[i.linked[k]]
	u = clone(u)
	u.LinkedBy = "oidc"
	return u, ok
}

// ByID returns a person by id.
func (i *Identities) ByID(id string) (ops.User, bool) {
	u, ok := i.live.get().byID[id]
	return clone(u), ok
}

// Find returns a person by id, or an error with a did-you-mean.
func (i *Identities) Find(id string) (ops.User, error) {
	p := i.live.get()
	if u, ok := p.byID[id]; ok {
		return clone(u), nil
	}
	return ops.User{}, ops.Errorf(ops.NotFound, "there is no person %q in the people file%s", "人员文件中没有 %q%s", id, ops.DidYouMean(id, slices.Sorted(maps.Keys(p.byID))))
}

// Account returns the account of a person on a surface, so that a message can mention them.
func (i *Identities) Account(surface, id string) (string, bool) {
	i.mu.RLock()
	defer i.mu.RUnlock()
	for _, accounts := range []map[accountKey]string{i.live.get().accounts, i.linked} {
		for k, owner := range accounts {
			if k.surface == surface && owner == id {
				return k.account, true
			}
		}
	}
	return "", false
}

// People returns everybody, sorted by id.
func (i *Identities) People() []ops.User {
	p := i.live.get()
	out := make([]ops.User, 0, len(p.byID))
	for _, id := range slices.Sorted(maps.Keys(p.byID)) {
		out = append(out, clone(p.byID[id]))
	}
	return out
}

// Groups returns the names of all groups, sorted.
func (i *Identities) Groups() []string {
	seen := map[string]bool{}
	for _, u := range i.live.get().byID {
		for _, g := range u.Groups {
			seen[g] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Members returns the people of a group, sorted by id.
func (i *Identities) Members(group string) []ops.User {
	return slices.DeleteFunc(i.People(), func(u ops.User) bool { return !u.In(group) })
}

// Voters returns the people who may answer a need, sorted by id.
func (i *Identities) Voters(n ops.Need) []ops.User {
	return slices.DeleteFunc(i.People(), func(u ops.User) bool { return !n.Accepts(u) })
}

// ByEmail returns the person with an e-mail address. The link is weaker than one that an operator wrote down, and says so.
func (i *Identities) ByEmail(address string) (ops.User, bool) {
	p := i.live.get()
	u, ok := p.byID[p.emails[strings.ToLower(address)]]
	u = clone(u)
	u.LinkedBy = "email"
	return u, ok && address != ""
}

// Err returns why the newest version of the file was refused, or nil.
func (i *Identities) Err() error {
	i.live.get()
	return i.live.lastError()
}

// NotLinked is the answer to an account that belongs to nobody.
func NotLinked(surface, account string) error {
	return ops.Errorf(ops.Denied, "your %[1]s account %[2]s belongs to nobody I know; ask an operator to add \"%[1]s: %[2]s\" to you in the people file",
		"您的 %[1]s 账号 %[2]s 未关联到任何人员;请联系运维在人员文件中为您添加 \"%[1]s: %[2]s\"", neutral(surface), neutral(account))
}

func clone(u ops.User) ops.User {
	u.Groups = slices.Clone(u.Groups)
	return u
}
