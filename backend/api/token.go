package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Tokens gives access tokens to those who can prove who they are.
type Tokens interface {
	// Exchange takes a device's assertion (RFC 7523) and answers an access token.
	Exchange(ctx context.Context, assertion string) (AccessToken, error)
	// Keys are the public keys tokens are checked with, as a JWK set.
	Keys(ctx context.Context) ([]byte, error)
}

// AccessToken is an answer of the token endpoint (RFC 6749 §5.1).
type AccessToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type" enum:"Bearer"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds"`
}

// AssertionGrant is the grant_type of RFC 7523 §2.1.
const AssertionGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// jwkSet is the media type of a set of keys (RFC 7517 §8.5.2).
const jwkSet = "application/jwk-set+json"

type tokenInput struct {
	Body struct {
		GrantType string `json:"grant_type" enum:"urn:ietf:params:oauth:grant-type:jwt-bearer"`
		Assertion string `json:"assertion" maxLength:"8192"`
	}
}

type rawOutput struct {
	ContentType string `header:"Content-Type"`
	Cache       string `header:"Cache-Control"`
	Body        json.RawMessage
}

func tokens(api huma.API, t Tokens) {
	huma.Register(api, operation("exchange-assertion", http.MethodPost, "/token", "An access token for a device's signed assertion", "token", Public),
		handle(func(ctx context.Context, in *tokenInput) (*bodyOf[AccessToken], error) {
			out, err := t.Exchange(ctx, in.Body.Assertion)
			return &bodyOf[AccessToken]{out}, err
		}))
	keys := operation("get-token-keys", http.MethodGet, "/.well-known/jwks.json", "Public keys of the center's tokens", "token", Public)
	keys.Responses = map[string]*huma.Response{"200": {Content: map[string]*huma.MediaType{jwkSet: {Schema: &huma.Schema{Type: huma.TypeObject}}}}}
	huma.Register(api, keys,
		handle(func(ctx context.Context, _ *struct{}) (*rawOutput, error) {
			keys, err := t.Keys(ctx)
			return &rawOutput{ContentType: jwkSet, Cache: "public, max-age=300", Body: keys}, err
		}))
}
