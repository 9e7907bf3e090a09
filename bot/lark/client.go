package lark

import (
	"context"
	"net/http"
	"sync"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"orderly.example/bot/chat"
)

// Surface is the name of this front door.
const Surface = "lark"

// The addresses of the open platform.
const (
	Feishu = "https://open.feishu.cn"
	Global = "https://open.larksuite.com"
)

// Config is what it takes to work in a tenant.
type Config struct {
	AppID             string
	AppSecret         string
	EncryptKey        string // of the webhook
	VerificationToken string // of the webhook
	Domain            string // empty: Feishu
	Tenant            string // the tenant_key of the only tenant that is served; empty: the first that speaks
	HTTPClient        *http.Client
	Clock             func() time.Time // nil: time.Now
}

// Client is one tenant, reached through the open platform. It implements chat.Platform.
type Client struct {
	config Config
	core   *larkcore.Config

	mu     sync.Mutex
	token  token
	me     string // the bot's open_id, once it is known
	tenant string // whom we serve
}

var _ chat.Platform = (*Client)(nil)

// requestTimeout bounds one call.
const requestTimeout = 5 * time.Second

// New makes a Client. Nothing is called before it is used.
func New(c Config) *Client {
	if c.Domain == "" {
		c.Domain = Feishu
	}
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{Timeout: requestTimeout}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	core := &larkcore.Config{BaseUrl: c.Domain, AppId: c.AppID, AppSecret: c.AppSecret, HttpClient: c.HTTPClient, Logger: silent{}}
	larkcore.NewSerialization(core)
	return &Client{config: c, core: core, tenant: c.Tenant}
}

// Name is the name of the surface.
func (c *Client) Name() string { return Surface }

// self is the bot's own open_id.
func (c *Client) self(ctx context.Context) (string, error) {
	c.mu.Lock()
	me := c.me
	c.mu.Unlock()
	if me != "" {
		return me, nil
	}
	var out struct {
		Bot struct {
			OpenID string `json:"open_id"`
		} `json:"bot"`
	}
	if err := c.call(ctx, http.MethodGet, "/open-apis/bot/v3/info", nil, &out); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.me = out.Bot.OpenID
	return c.me, nil
}

// serves says whether a tenant is ours. Without a configured one it is the first that speaks.
func (c *Client) serves(tenant string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tenant == "" {
		c.tenant = tenant
	}
	return tenant != "" && c.tenant == tenant
}

// Direct is the conversation of the bot with one person; the platform takes the person's open_id for it.
func (c *Client) Direct(_ context.Context, account string) (chat.Place, error) {
	return chat.Place{Channel: account, Direct: true}, nil
}

// Email is the address in a person's profile, which an administrator has entered.
func (c *Client) Email(ctx context.Context, account string) (string, error) {
	var out struct {
		Data struct {
			User struct {
				Email      string `json:"email"`
				Enterprise string `json:"enterprise_email"`
			} `json:"user"`
		} `json:"data"`
	}
	err := c.call(ctx, http.MethodGet, "/open-apis/contact/v3/users/"+segment(account)+"?user_id_type=open_id", nil, &out)
	if out.Data.User.Enterprise != "" {
		return out.Data.User.Enterprise, err
	}
	return out.Data.User.Email, err
}

// silent drops what the SDK logs: payloads are in it. Errors reach us as errors.
type silent struct{}

// Debug drops.
func (silent) Debug(context.Context, ...any) {}

// Info drops.
func (silent) Info(context.Context, ...any) {}

// Warn drops.
func (silent) Warn(context.Context, ...any) {}

// Error drops.
func (silent) Error(context.Context, ...any) {}
