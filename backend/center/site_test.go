package center

import (
	"net/http"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/site"
	"lianxin/backend/staff"
)

// A site is opened at a desk, and its hours are changed under people who have booked.
func TestSiteIsChangedAtADesk(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		who := b.hire("boss.test", staff.Admin, staff.Scope{})
		boss := b.enter(who).AccessToken.AccessToken
		samples, err := site.Samples()
		if err != nil {
			t.Fatal(err)
		}
		at := samples[1] // open from nine on working days
		target := "/sites/" + at.ID
		wrong := at
		wrong.SlotLength = 0
		b.want("a site that is none", http.MethodPut, target, boss, api.SiteChange{After: wrong}, nil, "site.invalid")
		b.want("another site's ID", http.MethodPut, "/sites/elsewhere", boss, api.SiteChange{After: at}, nil, "site.invalid")
		b.want("make", http.MethodPut, target, boss, api.SiteChange{After: at}, nil, "")
		b.want("make again", http.MethodPut, target, boss, api.SiteChange{After: at}, nil, "site.exists")
		booked := b.books(donorOf("902"), at.ID) // today, a Monday, at half past nine
		after := at
		after.Exceptions = []site.Exception{{Date: booked.Day, Note: at.Name}}
		var out api.SitePreview
		b.want("preview", http.MethodPost, target+"/preview", boss, api.SiteChange{Before: &at, After: after}, &out, "")
		want := appointment.Unfit{Day: booked.Day, Start: booked.Start, Product: booked.Product, Why: appointment.Closed, Count: 1}
		if len(out.FallingOut) != 1 || out.FallingOut[0] != want {
			t.Errorf("%+v, want %+v", out.FallingOut, want)
		}
		b.want("close for a day", http.MethodPut, target, boss, api.SiteChange{Before: &at, After: after}, nil, "")
		b.want("on what is so no more", http.MethodPut, target, boss, api.SiteChange{Before: &at, After: at}, nil, "site.changed")
		var now site.Site
		b.want("read", http.MethodGet, target, "", nil, &now, "")
		if len(now.Exceptions) != 1 || len(now.OpenOn(booked.Day)) != 0 {
			t.Errorf("%+v", now.Exceptions)
		}
		e := b.lastEntry("site.change")
		if e.Who != who.ID || e.Where.Site != at.ID || e.Object.ID != at.ID || e.After == "" || e.Before == "" || e.Before == e.After {
			t.Errorf("%+v", e)
		}
		n := len(b.entries())
		if err := b.LoadSites(t.Context(), []site.Site{now}, "terminal"); err != nil || len(b.entries()) != n {
			t.Errorf("loaded as it is: %v, %d entries more", err, len(b.entries())-n)
		}
	})
}
