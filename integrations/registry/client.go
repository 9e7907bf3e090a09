package registry

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"orderly.example/activities"
	"orderly.example/ops"
)

// maxTags is how many tags are looked through, at least, for the one that was meant.
const maxTags = 10_000

// Client asks registries.
type Client struct {
	credentials map[string]authn.Authenticator // by host
	insecure    map[string]bool
	transport   http.RoundTripper
	timeout     time.Duration
}

var _ activities.Registrar = (*Client)(nil)

// New makes a client; it asks nothing yet.
func New(c Config) (*Client, error) {
	if c.Timeout < 0 {
		return nil, ops.Errorf(ops.Invalid, "the timeout %s is negative; write one such as 15s", "超时时间 %s 为负数;请写成 15s 这样的值", c.Timeout).At("timeout")
	}
	credentials, err := c.credentials()
	if err != nil {
		return nil, err
	}
	insecure, err := c.insecure()
	if err != nil {
		return nil, err
	}
	return &Client{credentials: credentials, insecure: insecure, transport: transportFor(insecure), timeout: cmp.Or(c.Timeout, defaultTimeout)}, nil
}

// Image asks for an image by its reference; see activities.Registrar.
func (c *Client) Image(ctx context.Context, in activities.ImageIn) (activities.Image, error) {
	ref, err := c.parse(in.Ref)
	if err != nil {
		return activities.Image{}, err
	}
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	q := question{client: c, ref: ref}
	if q.puller, err = remote.NewPuller(c.options(ref.Context().RegistryStr())...); err != nil {
		return activities.Image{}, err
	}
	digest, err := q.digest(limited)
	switch {
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		return activities.Image{}, ctx.Err() // the question was taken back
	case err != nil:
		return activities.Image{}, q.explain(limited, err)
	}
	return activities.Image{Digest: digest}, nil
}

// parse reads a reference.
func (c *Client) parse(s string) (name.Reference, error) {
	ref, err := name.ParseReference(s)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%q is no reference of an image; write it like registry.example/shop/cart-api:1.4.3", "%q 不是有效的镜像引用;应形如 registry.example/shop/cart-api:1.4.3", shorten(s)).Because(err)
	}
	if tag, ok := ref.(name.Tag); ok && !strings.HasSuffix(s, ":"+tag.TagStr()) {
		return nil, ops.Errorf(ops.Invalid, "%q names no version; add a tag, such as %[1]s:1.4.3, or a digest", "%q 未指明版本;请加上标签(如 %[1]s:1.4.3)或摘要", s)
	}
	if c.insecure[ref.Context().RegistryStr()] {
		return name.ParseReference(s, name.Insecure)
	}
	return ref, nil
}

// options are those of the protocol client for one host.
func (c *Client) options(host string) []remote.Option {
	out := []remote.Option{
		remote.WithTransport(c.transport), remote.WithUserAgent("orderly"),
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}), remote.WithRetryPredicate(func(error) bool { return false }), remote.WithRetryStatusCodes(),
	}
	if k, ok := c.credentials[host]; ok {
		out = append(out, remote.WithAuth(k))
	}
	return out
}

// question is one question about one image.
type question struct {
	client *Client
	puller *remote.Puller
	ref    name.Reference
}

// digest asks with HEAD, which costs a registry the least, and where that does not help with GET.
func (q *question) digest(ctx context.Context) (string, error) {
	head, err := q.puller.Head(ctx, q.ref)
	if err == nil {
		return head.Digest.String(), nil
	}
	if !helps(err) {
		return "", err
	}
	get, err := q.puller.Get(ctx, q.ref)
	if err != nil {
		return "", err
	}
	if !get.MediaType.IsImage() && !get.MediaType.IsIndex() && !get.MediaType.IsSchema1() {
		return "", errors.New("what is there is no image but " + string(get.MediaType)) // such as a page to sign in
	}
	return get.Digest.String(), nil
}

// tags are the tags that the repository has, as far as they are looked through.
func (q *question) tags(ctx context.Context) ([]string, error) {
	pages, err := q.puller.Lister(ctx, q.ref.Context())
	if err != nil {
		return nil, err
	}
	var out []string
	for pages.HasNext() && len(out) < maxTags {
		page, err := pages.Next(ctx)
		if err != nil {
			return out, err
		}
		out = append(out, page.Tags...)
	}
	return out, nil
}
