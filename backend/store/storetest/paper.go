package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"lianxin/backend/lang"
	"lianxin/backend/pack"
	"lianxin/backend/site"
	"lianxin/backend/staffcall"
)

func aSite(id string) site.Site {
	return site.Site{ID: id, District: "110102", Kind: site.Fixed, Name: lang.Text{ZH: "测试站点" + id, EN: "Test site " + id},
		Phone: "010-5559-0000", Facilities: []site.Facility{site.WiFi}, SlotLength: 30}
}

func sites(t *testing.T, s Subject) {
	ctx := t.Context()
	must(t, s.SaveSite(ctx, aSite("b")))
	must(t, s.SaveSite(ctx, aSite("a")))
	equal(t, "by id", got(s.Sites(ctx))(t), []site.Site{aSite("a"), aSite("b")})
	bare := aSite("c")
	bare.Facilities = nil // a file of sites may leave them out
	must(t, s.SaveSite(ctx, bare))
	if at := got(s.Site(ctx, "c"))(t); at.Facilities == nil {
		t.Error("a site without facilities has no list of them, and pages count on one")
	}
	must(t, s.DeleteSite(ctx, "c"))
	changed := aSite("b")
	changed.Name.EN, changed.Facilities = "Moved", []site.Facility{site.Toilet, site.Parking}
	must(t, s.SaveSite(ctx, changed))
	equal(t, "replaced", got(s.Site(ctx, "b"))(t), changed)
	must(t, s.DeleteSite(ctx, "b"))
	_, err := s.Site(ctx, "b")
	refused(t, "deleted", err, "site.not_found")
}

func packs(t *testing.T, s Subject) {
	ctx := t.Context()
	content := []byte("规则: [1]\r\n\x00\xff")
	first := pack.Pack{ID: "selection", Version: "2026.1", Kind: pack.Selection, From: Today, Content: content}
	second := pack.Pack{ID: "selection", Version: "2026.2", Kind: pack.Selection, From: Today.AddDays(1), Content: content}
	form := pack.Pack{ID: "health", Version: "1", Kind: pack.Questionnaire, From: Today, Content: content}
	for _, p := range []pack.Pack{second, form, first} {
		must(t, s.SavePack(ctx, p))
	}
	equal(t, "oldest first", got(s.Packs(ctx))(t), []pack.Pack{form, first, second})
	second.Content = []byte("other")
	must(t, s.SavePack(ctx, second))
	equal(t, "replaced", got(s.Packs(ctx))(t), []pack.Pack{form, first, second})
	must(t, s.DeletePack(ctx, first.Ref().Key()))
	equal(t, "forgotten", got(s.Packs(ctx))(t), []pack.Pack{form, second})
}

func publications(t *testing.T, s Subject) {
	ctx := t.Context()
	p := pack.Publication{Pack: pack.Pack{ID: "selection", Version: "2026.1", Kind: pack.Selection, From: Today, Content: []byte("规则")}, PublishedAt: At, PublishedBy: "staff-1"}
	must(t, s.PublishPack(ctx, p))
	other := p
	other.Content, other.PublishedBy = []byte("other"), "staff-2"
	refused(t, "another under its name", s.PublishPack(ctx, other), "pack.published")
	equal(t, "kept as it was", got(s.Publication(ctx, p.ID, p.Version))(t), p)
	_, err := s.Publication(ctx, p.ID, "2026.2")
	refused(t, "none", err, "pack.not_found")
	later := p
	later.Version, later.From = "2026.2", Today.AddDays(1)
	must(t, s.PublishPack(ctx, later))
	later.WithdrawnAt, later.WithdrawnBy = At.Add(time.Second), "staff-2"
	must(t, s.WithdrawPack(ctx, later))
	equal(t, "all", got(s.Publications(ctx))(t), []pack.Publication{p, later})
	equal(t, "in use", got(s.Packs(ctx))(t), []pack.Pack{p.Pack})
	refused(t, "under a name that was withdrawn", s.PublishPack(ctx, later), "pack.published")
}

func receipts(t *testing.T, s Subject) {
	ctx := t.Context()
	if _, ok, err := s.ReceiptOf(ctx, "v"); ok || err != nil {
		t.Errorf("a paper before one was kept: %v", err)
	}
	equal(t, "nothing to print again", got(s.CountReprint(ctx, "v"))(t), 0)
	must(t, s.SaveReceipt(ctx, "late", "v", At.Add(time.Second), json.RawMessage(`{"n":2}`)))
	must(t, s.SaveReceipt(ctx, "first", "v", At, json.RawMessage(`{"n":1,"name":"测试王𬭎䶮𠮷"}`)))
	must(t, s.SaveReceipt(ctx, "other", "w", At, json.RawMessage(`{"n":3}`)))
	snapshot, ok, err := s.ReceiptOf(ctx, "v")
	must(t, err)
	equal(t, "first paper", string(snapshot), `{"n":1,"name":"测试王𬭎䶮𠮷"}`)
	equal(t, "found", ok, true)
	equal(t, "first reprint", got(s.CountReprint(ctx, "v"))(t), 1)
	equal(t, "second reprint", got(s.CountReprint(ctx, "v"))(t), 2)
	equal(t, "the other visit's", got(s.CountReprint(ctx, "w"))(t), 1)
	if err := s.SaveReceipt(ctx, "first", "v", At, json.RawMessage(`{}`)); err == nil {
		t.Error("a kept paper is overwritten")
	}
}

func calls(t *testing.T, s Subject) {
	ctx := t.Context()
	raised := staffcall.Call{ID: "c1", SiteID: Site, DeviceID: DeviceID, RaisedAt: At}
	earlier := staffcall.Call{ID: "c2", SiteID: Site, DeviceID: "device-2", RaisedAt: At.Add(-time.Minute)}
	elsewhere := staffcall.Call{ID: "c3", SiteID: "other", DeviceID: "device-3", RaisedAt: At}
	for _, c := range []staffcall.Call{raised, earlier, elsewhere} {
		must(t, s.SaveCall(ctx, c))
	}
	equal(t, "open, oldest first", got(s.OpenCalls(ctx, Site))(t), []staffcall.Call{earlier, raised})
	equal(t, "open anywhere", got(s.OpenCallsAt(ctx, nil))(t), []staffcall.Call{earlier, raised, elsewhere})
	equal(t, "open at some sites", got(s.OpenCallsAt(ctx, []string{"other", "none"}))(t), []staffcall.Call{elsewhere})
	equal(t, "open at no site", len(got(s.OpenCallsAt(ctx, []string{}))(t)), 0)
	raised.AcknowledgedAt, raised.AcknowledgedBy, raised.ClearedBy = At.Add(time.Second), "m-1", "m-2"
	raised.ClearedAt = At.Add(time.Minute)
	must(t, s.SaveCall(ctx, raised))
	equal(t, "cleared", got(s.Call(ctx, "c1"))(t), raised)
	equal(t, "still open", got(s.OpenCalls(ctx, Site))(t), []staffcall.Call{earlier})
	_, err := s.Call(ctx, "none")
	refused(t, "unknown", err, "staff_call.not_found")
}
