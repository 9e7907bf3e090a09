package slack

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// Surface is the name of this front door.
const Surface = "slack"

// Config is what it takes to work in a workspace.
type Config struct {
	BotToken       string   // xoxb-…
	AppToken       string   // xapp-…, for Socket Mode
	SigningSecrets []string // for HTTP: the present one, and during a rotation the former one
	API            string   // of another server than Slack's, such as in tests; ends with a slash
	HTTPClient     *http.Client
	Clock          func() time.Time // nil: time.Now
}

// Client is one workspace, reached through Slack's Web API. It implements chat.Platform.
type Client struct {
	config Config
	api    *slack.Client

	mu sync.Mutex
	me *slack.AuthTestResponse // who the bot is, once it is known
}

var _ chat.Platform = (*Client)(nil)

// requestTimeout bounds one call; slack-go itself waits for ever.
const requestTimeout = 5 * time.Second

// New makes a Client. Nothing is called before it is used.
func New(c Config) *Client {
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{Timeout: requestTimeout}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	options := []slack.Option{slack.OptionAppLevelToken(c.AppToken), slack.OptionHTTPClient(c.HTTPClient)}
	if c.API != "" {
		options = append(options, slack.OptionAPIURL(c.API))
	}
	return &Client{config: c, api: slack.New(c.BotToken, options...)}
}

// Name is the name of the surface.
func (c *Client) Name() string { return Surface }

// self is who the bot is and in which workspace.
func (c *Client) self(ctx context.Context) (slack.AuthTestResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.me == nil {
		me, err := c.api.AuthTestContext(ctx)
		if err != nil {
			return slack.AuthTestResponse{}, explain("auth.test", err)
		}
		c.me = me
	}
	return *c.me, nil
}

// Direct is the conversation of the bot with one person.
func (c *Client) Direct(ctx context.Context, account string) (chat.Place, error) {
	ch, _, _, err := c.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{account}})
	if err != nil {
		return chat.Place{}, explain("conversations.open", err)
	}
	return chat.Place{Channel: ch.ID, Direct: true}, nil
}

// Email is the address in a person's profile, which Slack has verified.
func (c *Client) Email(ctx context.Context, account string) (string, error) {
	u, err := c.api.GetUserInfoContext(ctx, account)
	if err != nil {
		return "", explain("users.info", err)
	}
	if u.IsBot || u.Deleted || u.IsStranger || u.IsRestricted {
		return "", nil
	}
	return u.Profile.Email, nil
}

// Home shows a person their home tab.
func (c *Client) Home(ctx context.Context, account string, content chat.Content) error {
	_, err := c.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: account, View: DrawHome(*content.Card, content.Lang)})
	return explain("views.publish", err)
}

// nobodyHome is the answer when there is no place to talk to somebody.
func nobodyHome() error {
	return ops.Errorf(ops.NotFound, "there is no conversation to answer in", "没有可回复的会话")
}
