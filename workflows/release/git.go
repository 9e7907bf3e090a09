package release

import "orderly.example/ops"

// line is a line of a file in a repository.
func (i item) line() ops.Text {
	g := i.Place.Git
	return ops.Textf("%s of %s in %s", "%[3]s 中 %[2]s 的 %[1]s", g.Field, g.File, g.Project)
}

// inGit says which places go out through Git.
func (w work) inGit() []ops.Text {
	var projects []string
	places := map[ops.Target]bool{}
	for _, v := range w.Waves {
		for _, i := range v.Items {
			if i.Place.InGit() {
				projects = add(projects, i.Place.Git.Project)
				places[i.Place.Target] = true
			}
		}
	}
	if len(projects) == 0 {
		return nil
	}
	return []ops.Text{ops.Textf("%d places go out by merge requests in %v, and are waited for in their clusters", "%d 处通过 %v 中的合并请求发布,并等待集群跟随", len(places), projects)}
}
