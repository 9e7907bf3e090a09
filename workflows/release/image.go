package release

import "strings"

// image is a reference to an image, in its parts.
type image struct {
	repository string
	tag        string
	digest     string
}

// parseImage takes a reference apart, such as registry.example:5000/shop/cart-api:1.4.3@sha256:….
func parseImage(ref string) image {
	var i image
	ref, i.digest, _ = strings.Cut(ref, "@")
	slash := strings.LastIndex(ref, "/")
	if name, tag, ok := strings.Cut(ref[slash+1:], ":"); ok {
		return image{repository: ref[:slash+1] + name, tag: tag, digest: i.digest}
	}
	i.repository = ref
	return i
}

// String is the reference.
func (i image) String() string {
	out := i.repository
	if i.tag != "" {
		out += ":" + i.tag
	}
	if i.digest != "" {
		out += "@" + i.digest
	}
	return out
}

// versionOf is what people call the version of an image: its tag, or the start of its digest.
func versionOf(ref string) string {
	i := parseImage(ref)
	switch {
	case i.tag != "":
		return i.tag
	case i.digest != "":
		return i.digest[:min(len("sha256:")+12, len(i.digest))]
	}
	return "latest"
}
