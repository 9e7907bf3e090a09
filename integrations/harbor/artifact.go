package harbor

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// image is a reference to an image in this Harbor, in its parts.
type image struct {
	ref        string
	project    string
	repository string // without the project
	tag        string
	digest     string
}

// parse reads a reference such as harbor.example/shop/cart-api:1.4.3.
func (c *Client) parse(ref string) (image, error) {
	i := image{ref: ref}
	rest, digest, _ := strings.Cut(ref, "@")
	i.digest = digest
	host, path, _ := strings.Cut(rest, "/")
	if host != c.registry {
		return i, ops.Errorf(ops.Invalid, "%s is no image of the registry %s that is configured here; check the image, or set registry", "%s 不是此处所配置的镜像仓库 %s 的镜像;请检查镜像,或设置 registry", ref, c.registry)
	}
	slash := strings.LastIndex(path, "/") + 1
	name, tag, _ := strings.Cut(path[slash:], ":")
	i.tag = tag
	i.project, i.repository, _ = strings.Cut(path[:slash]+name, "/")
	if i.project == "" || i.repository == "" || i.tag == "" && i.digest == "" {
		return i, ops.Errorf(ops.Invalid, "%q names no version of an image; write it like %s/shop/cart-api:1.4.3", "%q 未指明镜像版本;应形如 %s/shop/cart-api:1.4.3", ref, c.registry)
	}
	return i, nil
}

// path is where the artifacts of the image are. A slash in the repository is escaped twice, as the API wants it.
func (i image) path(more ...string) []string {
	return append([]string{"projects", i.project, "repositories", url.PathEscape(i.repository), "artifacts"}, more...)
}

// reference is the digest where one is known, else the tag.
func (i image) reference() string {
	if i.digest != "" {
		return i.digest
	}
	return i.tag
}

// artifact is an image, as the API has it.
type artifact struct {
	Digest    string             `json:"digest"`
	ProjectID int64              `json:"project_id"`
	Overview  map[string]summary `json:"scan_overview"`
	Tags      []struct {
		Name string `json:"name"`
	} `json:"tags"`
}

func (c *Client) artifact(ctx context.Context, i image) (artifact, error) {
	var out artifact
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: i.path(i.reference()), Query: url.Values{"with_tag": {"false"}, "with_scan_overview": {"true"}}, What: "image " + i.ref}, &out)
	if status(err) == http.StatusNotFound && i.digest == "" {
		return out, c.missing(ctx, i, err)
	}
	return out, err
}

// Image asks for the digest of a tag; see activities.Registrar.
func (c *Client) Image(ctx context.Context, in activities.ImageIn) (activities.Image, error) {
	i, err := c.parse(in.Ref)
	if err != nil {
		return activities.Image{}, err
	}
	a, err := c.artifact(ctx, i)
	return activities.Image{Digest: a.Digest}, err
}

// maxTags is how many images are looked through for the tag that was meant.
const maxTags = "100"

// missing names the tags that could be meant.
func (c *Client) missing(ctx context.Context, i image, cause error) error {
	var all []artifact
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: i.path(), Query: url.Values{"with_tag": {"true"}, "page_size": {maxTags}, "sort": {"-push_time"}}, What: "repository " + i.project + "/" + i.repository}, &all)
	if err != nil {
		return err
	}
	var tags []string
	for _, a := range all {
		for _, t := range a.Tags {
			tags = append(tags, t.Name)
		}
	}
	near := ops.DidYouMean(i.tag, tags)
	if near.IsZero() {
		near = ops.Textf("; check the tag, and whether it was pushed", ";请检查标签,以及它是否已推送")
	}
	return ops.Errorf(ops.NotFound, "%s/%s has no tag %s%s", "%s/%s 中没有标签 %s%s", i.project, i.repository, i.tag, near).Because(cause)
}
