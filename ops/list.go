package ops

// Filter says which changes to list. A field that is empty does not filter.
type Filter struct {
	Operation string `json:"operation,omitempty"`
	Service   string `json:"service,omitempty"`
	Env       string `json:"env,omitempty"`
	IDC       string `json:"idc,omitempty"`
	Requester string `json:"requester,omitempty"` // a person's id
	State     State  `json:"state,omitempty"`
	Open      bool   `json:"open,omitempty"` // only changes that are not over
	Text      string `json:"text,omitempty"` // a word of the operation or its values
	Limit     int    `json:"limit,omitempty"`
	PageToken string `json:"page_token,omitempty"`
}

// Limits of one page of a list.
const (
	DefaultLimit = 20
	MaxLimit     = 200
)

// Page is one page of a list of changes, the newest first.
type Page struct {
	Changes []Summary `json:"changes"`
	Next    string    `json:"next,omitempty"` // the PageToken of the next page; empty when this is the last
}
