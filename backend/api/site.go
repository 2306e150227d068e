package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/site"
)

// Sites are the donation sites.
type Sites interface {
	Sites(ctx context.Context) ([]site.Site, error)
	Site(ctx context.Context, id string) (site.Site, error)
}

type idInput struct {
	ID string `path:"id" maxLength:"40"`
}

func sites(api huma.API, s Sites) {
	huma.Register(api, operation("list-sites", http.MethodGet, "/sites", "All donation sites", "site", Public),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]site.Site], error) {
			all, err := s.Sites(ctx)
			return &bodyOf[[]site.Site]{all}, err
		}))
	huma.Register(api, operation("get-site", http.MethodGet, "/sites/{id}", "One donation site", "site", Public),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[site.Site], error) {
			one, err := s.Site(ctx, in.ID)
			return &bodyOf[site.Site]{one}, err
		}))
}
