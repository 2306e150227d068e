package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/appointment"
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

// SiteDesk is for who looks after the sites.
type SiteDesk interface {
	// ChangeSite faults: "site.invalid" with its places, "site.changed" when somebody was
	// faster, "site.exists".
	ChangeSite(ctx context.Context, id string, in SiteChange, by Caller) (site.Site, error)
	// PreviewSite tells which bookings would no longer fit; faults as ChangeSite.
	PreviewSite(ctx context.Context, id string, in SiteChange) ([]appointment.Unfit, error)
}

// SiteChange is a site as it is to be.
type SiteChange struct {
	Before *site.Site `json:"before,omitempty" doc:"The site as it was looked at; absent for a new one"`
	After  site.Site  `json:"after"`
}

// SitePreview is what a change would do.
type SitePreview struct {
	FallingOut []appointment.Unfit `json:"falling_out" doc:"Bookings that fit now and would not then, by slot. They stay booked: somebody has to tell these donors"`
}

type siteChangeInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body SiteChange
}

func siteDesk(api huma.API, s SiteDesk) {
	huma.Register(api, operation("preview-site", http.MethodPost, "/sites/{id}/preview", "Which bookings a change of a site would leave without a place", "site", StaffSites),
		handle(func(ctx context.Context, in *siteChangeInput) (*bodyOf[SitePreview], error) {
			out, err := s.PreviewSite(ctx, in.ID, in.Body)
			return &bodyOf[SitePreview]{SitePreview{out}}, err
		}))
	huma.Register(api, operation("change-site", http.MethodPut, "/sites/{id}", "Make or change a site, with its hours and slots", "site", StaffSites),
		handle(func(ctx context.Context, in *siteChangeInput) (*bodyOf[site.Site], error) {
			out, err := s.ChangeSite(ctx, in.ID, in.Body, callerOf(ctx))
			return &bodyOf[site.Site]{out}, err
		}))
}
