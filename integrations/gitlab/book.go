package gitlab

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"orderly.example/activities"
	"orderly.example/ops"
)

// book is an inventory file and what is wanted of it.
type book struct {
	in     activities.EntryIn
	raw    string
	list   []any // the services
	at     int   // where the service is; -1: nowhere
	end    int   // the line after the last of the list
	indent string
}

var (
	bookHead = regexp.MustCompile(`^services:\s*(#.*)?$`)
	bookItem = regexp.MustCompile(`^( *)- `)
)

// readBook reads an inventory file as far as it has to be understood here.
func readBook(raw string, in activities.EntryIn) (*book, error) {
	list, err := servicesOf(raw)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s of %s cannot be read as an inventory; repair it there", "%[2]s 的 %[1]s 无法作为资产清单读取;请先修复", in.File, in.Project).Because(err)
	}
	b := &book{in: in, raw: raw, list: list, indent: "  "}
	b.at = slices.IndexFunc(list, func(s any) bool { return nameOf(s) == in.Service })
	lines := strings.Split(raw, "\n")
	head := slices.IndexFunc(lines, func(l string) bool { return bookHead.MatchString(strings.TrimRight(l, "\r")) })
	if head < 0 {
		return nil, ops.Errorf(ops.Invalid, "%s of %s has no list services in lines of its own; write it by hand first", "%[2]s 的 %[1]s 中没有按行书写的 services 列表;请先手工填写", in.File, in.Project)
	}
	b.end = head + 1
	first := true
	for n, line := range lines[head+1:] {
		item := bookItem.FindStringSubmatch(line)
		if first && item != nil {
			b.indent, first = item[1], false
		}
		text := strings.TrimSpace(line)
		if text != "" && line[0] != ' ' && line[0] != '#' && (item == nil || b.indent != "") {
			break // another key
		}
		if text != "" && text[0] != '#' {
			b.end = head + n + 2
		}
	}
	return b, nil
}

// servicesOf is the list in a file.
func servicesOf(raw string) (list []any, err error) {
	defer func() {
		if r := recover(); r != nil { // the parser over a strange document
			err = ops.Errorf(ops.Invalid, "the document is strange: %v", "文档异常:%v", r)
		}
	}()
	var doc struct {
		Services []any `yaml:"services"`
	}
	err = yaml.Unmarshal([]byte(raw), &doc)
	return doc.Services, err
}

func nameOf(service any) string {
	m, _ := service.(map[string]any)
	name, _ := m["name"].(string)
	return name
}

// block is the entry as it stands in the file.
func (b *book) block() string {
	var out strings.Builder
	for n, line := range strings.Split(strings.TrimSpace(b.in.Entry), "\n") {
		lead := "  "
		if n == 0 {
			lead = "- "
		}
		out.WriteString(b.indent + lead + line + "\n")
	}
	return out.String()
}

// same says whether the entry that is there means the same as the one that is wanted.
func (b *book) same() bool {
	wanted, err := servicesOf("services:\n" + b.block())
	return err == nil && len(wanted) == 1 && reflect.DeepEqual(wanted[0], b.list[b.at])
}

// done says whether the file is as wanted.
func (b *book) done() bool {
	if b.in.Gone {
		return b.at < 0
	}
	return b.at >= 0 && b.same()
}

// other refuses to touch an entry that others have written.
func (b *book) other() error {
	return ops.Errorf(ops.Conflict, "%s has an entry in %s of %s already; look at it, or choose another name", "%[3]s 的 %[2]s 中已有 %[1]s 的条目;请查看,或更换名称", b.in.Service, b.in.File, b.in.Project)
}

// changed is the file as it is wanted, in which every other line is as it was.
func (b *book) changed() (string, error) {
	var out string
	wanted := slices.Clone(b.list)
	if b.in.Gone {
		if b.at < 0 {
			return b.raw, nil
		}
		if strings.Count(b.raw, b.block()) != 1 {
			return "", ops.Errorf(ops.Conflict, "the entry of %s in %s of %s is not as it was written: somebody has changed it; take it out by hand", "%[3]s 的 %[2]s 中 %[1]s 的条目已被他人修改;请手工删除", b.in.Service, b.in.File, b.in.Project)
		}
		out, wanted = strings.Replace(b.raw, b.block(), "", 1), slices.Delete(wanted, b.at, b.at+1)
	} else {
		lines := strings.SplitAfter(b.raw, "\n")
		before := strings.Join(lines[:min(b.end, len(lines))], "")
		if !strings.HasSuffix(before, "\n") {
			before += "\n"
		}
		out, wanted = before+b.block()+strings.Join(lines[min(b.end, len(lines)):], ""), append(wanted, map[string]any{"name": b.in.Service})
	}
	now, err := servicesOf(out)
	names := func(list []any) []string {
		var out []string
		for _, s := range list {
			out = append(out, nameOf(s))
		}
		return out
	}
	if err != nil || !slices.Equal(names(now), names(wanted)) || !b.others(now) {
		return "", ops.Errorf(ops.Invalid, "%s of %s cannot be changed without changing more; change it by hand", "%[2]s 的 %[1]s 无法在不影响其他内容的情况下修改;请手工修改", b.in.File, b.in.Project).Because(err)
	}
	return out, nil
}

// others says whether all other services are as they were.
func (b *book) others(now []any) bool {
	rest := func(list []any) []any {
		return slices.DeleteFunc(slices.Clone(list), func(s any) bool { return nameOf(s) == b.in.Service })
	}
	return reflect.DeepEqual(rest(b.list), rest(now)) || len(rest(b.list))+len(rest(now)) == 0
}
