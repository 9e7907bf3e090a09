package bot

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"orderly.example/ops"
)

type accountKey struct{ surface, account string }

// people is the content of a people file.
type people struct {
	byID     map[string]ops.User
	accounts map[accountKey]string // the person's id
	emails   map[string]string     // the person's id, by address in small letters
}

// person is one entry of the people file.
type person struct {
	ID       string            `yaml:"id"`
	Name     string            `yaml:"name"`
	Lang     string            `yaml:"lang"`
	Email    string            `yaml:"email"`
	Groups   []string          `yaml:"groups"`
	Accounts map[string]string `yaml:"accounts"`
	line     int
}

// maxPeople bounds the size of the people file, in bytes.
const maxPeople = 1 << 22

var (
	fileKeys   = []string{"people"}
	personKeys = []string{"id", "name", "lang", "email", "groups", "accounts"}
	idLook     = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
)

// parsePeople reads a people file strictly and reports the first thing that is wrong with its line.
func parsePeople(text []byte, name string) (people, error) {
	var none people
	if len(text) > maxPeople {
		return none, wrong(name, 1, ops.Textf("the file is larger than %d bytes", "文件超过 %d 字节", maxPeople))
	}
	entries, err := readPeople(text, name)
	if err != nil {
		return none, err
	}
	out := people{byID: map[string]ops.User{}, accounts: map[accountKey]string{}, emails: map[string]string{}}
	for _, e := range entries {
		if why := out.add(e); !why.IsZero() {
			return none, wrong(name, e.line, why)
		}
	}
	return out, nil
}

func readPeople(text []byte, name string) ([]person, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, yamlError(name, err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, wrong(name, 1, ops.Textf("the file must hold one list named people", "文件应包含一个名为 people 的列表"))
	}
	root, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		return nil, wrong(name, 1, ops.Textf("the file must start with \"people:\"", "文件应以 \"people:\" 开头"))
	}
	if err := knownKeys(name, root, fileKeys); err != nil {
		return nil, err
	}
	if len(root.Values) == 0 {
		return nil, wrong(name, 1, ops.Textf("the file has no key people", "文件缺少 people"))
	}
	list, ok := root.Values[0].Value.(*ast.SequenceNode)
	if !ok {
		return nil, wrong(name, root.Values[0].GetToken().Position.Line, ops.Textf("people must be a list", "people 应为列表"))
	}
	out := make([]person, 0, len(list.Values))
	for _, n := range list.Values {
		p, err := readPerson(name, n)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func readPerson(name string, n ast.Node) (person, error) {
	var p person
	line := n.GetToken().Position.Line
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return p, wrong(name, line, ops.Textf("a person must have the keys id, name, lang, groups and accounts", "人员应包含 id、name、lang、groups、accounts"))
	}
	if err := knownKeys(name, m, personKeys); err != nil {
		return p, err
	}
	if err := yaml.NodeToValue(m, &p); err != nil {
		return p, yamlError(name, err)
	}
	p.line = line
	if len(m.Values) > 0 {
		p.line = m.Values[0].Key.GetToken().Position.Line
	}
	return p, nil
}

// knownKeys refuses keys that mean nothing.
func knownKeys(name string, m *ast.MappingNode, keys []string) error {
	for _, v := range m.Values {
		key := v.Key.GetToken()
		if !slices.Contains(keys, key.Value) {
			return wrong(name, key.Position.Line, ops.Textf("unknown key %q%s", "未知的键 %q%s", neutral(key.Value), ops.DidYouMean(key.Value, keys)))
		}
	}
	return nil
}

// add checks one person and takes them in; the text says what is wrong.
func (p people) add(e person) ops.Text {
	switch {
	case !idLook.MatchString(e.ID):
		return ops.Textf("the id %q must be letters a-z, digits, dots or dashes, at most 64", "id %q 只能包含小写字母、数字、点和短横线,最多 64 个字符", e.ID)
	case p.byID[e.ID].ID != "":
		return ops.Textf("the id %s is there twice", "id %s 重复", e.ID)
	case e.Lang != "" && e.Lang != ops.English && e.Lang != ops.Chinese:
		return ops.Textf("lang of %s is %q; write en or zh", "%s 的 lang 为 %q,请写 en 或 zh", e.ID, e.Lang)
	}
	if slices.Contains(e.Groups, ops.Nobody) {
		return ops.Textf("%s is in the group %s, which owns what has no owner; nobody may be in it", "%s 属于组 %s,该组代表无主服务,任何人不得加入", e.ID, ops.Nobody)
	}
	for _, g := range e.Groups {
		if !idLook.MatchString(g) {
			return ops.Textf("the group %q of %s must be letters a-z, digits, dots or dashes", "%[2]s 的组名 %[1]q 只能包含小写字母、数字、点和短横线", g, e.ID)
		}
	}
	for surface, account := range e.Accounts {
		k := accountKey{surface, account}
		if surface == "" || account == "" {
			return ops.Textf("an account of %s is empty", "%s 的账号为空", e.ID)
		}
		if owner, taken := p.accounts[k]; taken {
			return ops.Textf("the %s account %s belongs to %s and to %s; it may belong to one", "%s 账号 %s 同时属于 %s 和 %s,只能属于一人", surface, account, owner, e.ID)
		}
		p.accounts[k] = e.ID
	}
	if address := strings.ToLower(e.Email); address != "" {
		if owner, taken := p.emails[address]; taken {
			return ops.Textf("the address %s belongs to %s and to %s; it may belong to one", "邮箱 %s 同时属于 %s 和 %s,只能属于一人", e.Email, owner, e.ID)
		}
		p.emails[address] = e.ID
	}
	p.byID[e.ID] = ops.User{ID: e.ID, Name: neutral(e.Name), Lang: e.Lang, Groups: e.Groups, LinkedBy: "file"}
	return ops.Text{}
}

func wrong(name string, line int, why ops.Text) error {
	return ops.Errorf(ops.Invalid, "%s:%d: %s", "%s:%d:%s", name, line, why)
}

// yamlError says where the text is no YAML or holds a value of another type.
func yamlError(name string, err error) error {
	line, message := 1, err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		message = y.GetMessage()
		if t := y.GetToken(); t != nil {
			line = t.Position.Line
		}
	}
	return ops.Errorf(ops.Invalid, "%s:%d: it is not the YAML that is expected here: %s", "%s:%d:YAML 有误:%s", name, line, message).Because(fmt.Errorf("read %s: %w", name, err))
}
