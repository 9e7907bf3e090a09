package activities

import "context"

// ImageIn asks for an image by its reference, such as registry.example/shop/cart-api:1.4.3.
type ImageIn struct {
	Ref string `json:"ref"`
}

// Object names the image.
func (in ImageIn) Object() string { return in.Ref }

// Image is what a registry knows of an image.
type Image struct {
	Digest string `json:"digest"` // sha256:…
}

// Registrar knows images. NotFound with a did-you-mean of tags when there is no such image.
type Registrar interface {
	Image(ctx context.Context, in ImageIn) (Image, error)
}

// FindImage asks a registry for an image.
var FindImage = newStep("image", read, Registrar.Image)
