package nacos

import (
	"encoding/json"
	"net/url"
)

// dialect is how one generation of servers is spoken to.
type dialect struct {
	login, config, beta, listener, list, history string // paths
	group, tenant, tags, author                  string // names of parameters
	public                                       string // how the default namespace is named
	show, gray, accurate                         url.Values
	wrapped                                      bool   // every answer is {code, message, data}
	version                                      string // path of the server's version, where it matters
}

var dialects = map[string]dialect{
	"v3": {
		login: "v3/auth/user/login", config: "v3/admin/cs/config", beta: "v3/admin/cs/config/beta", listener: "v3/admin/cs/config/listener",
		list: "v3/admin/cs/history/list", history: "v3/admin/cs/history",
		group: "groupName", tenant: "namespaceId", tags: "configTags", author: "srcUser", public: "public", wrapped: true,
	},
	"v1": {
		login: "v1/auth/login", config: "v1/cs/configs", beta: "v1/cs/configs", listener: "v1/cs/configs/listener",
		list: "v1/cs/history", history: "v1/cs/history",
		group: "group", tenant: "tenant", tags: "config_tags", author: "src_user", public: "",
		show: url.Values{"show": {"all"}}, gray: url.Values{"beta": {"true"}}, accurate: url.Values{"search": {"accurate"}}, version: "v1/console/server/state",
	},
}

// record is a dataId, its gray release, or an entry of its history, as either generation has it.
type record struct {
	ID      loose  `json:"id"`
	Content string `json:"content"`
	MD5     string `json:"md5"`
	Type    string `json:"type"`
	App     string `json:"appName"`
	Desc    string `json:"desc"`
	Use     string `json:"use"`
	Effect  string `json:"effect"`
	Schema  string `json:"schema"`
	Tags    string `json:"configTags"`
	IPs     string `json:"betaIps"`  // v1
	Rule    string `json:"grayRule"` // v3: a JSON object with the addresses in expr

	User         string `json:"srcUser"`
	Op           string `json:"opType"`           // I, U or D, with spaces behind it
	Publish      string `json:"publishType"`      // formal or gray; empty before 2.5
	ModifiedText loose  `json:"lastModifiedTime"` // v1
	Modified     loose  `json:"modifyTime"`       // v3, in milliseconds
}

// loose is a number or a text.
type loose string

// UnmarshalJSON takes both.
func (l *loose) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*l = loose(s)
		return nil
	}
	*l = loose(raw)
	return nil
}
