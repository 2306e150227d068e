package sync_test

import (
	"context"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// What comes in great numbers is taken over together; where one of them is wrong nothing of
// that stays, and each is taken over alone, so that only the wrong one is set aside.
func TestManyAreTakenOverTogether(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	var together, alone int
	wrong := ""
	check := func(change sync.Change) error {
		if change.ID == wrong {
			return fault.New(fault.Invalid, "sync.change_unreadable")
		}
		return nil
	}
	k.replica.Together = map[sync.Noun]sync.AbsorbAll{sync.Site: func(ctx context.Context, changes []sync.Change) error {
		together++
		for _, change := range changes {
			if err := k.absorbSite(ctx, change); err != nil {
				return err
			}
			if err := check(change); err != nil {
				return err
			}
		}
		return nil
	}}
	k.replica.Absorbers[sync.Site] = func(ctx context.Context, change sync.Change) error {
		alone++
		if err := check(change); err != nil {
			return err
		}
		return k.absorbSite(ctx, change)
	}
	for _, id := range []string{"a", "b", "c"} {
		c.saveSite(t, storetest.Site, id, "1")
	}
	k.pullAll(t)
	equal(t, "sites", siteIDs(t, k), []string{"a", "b", "c"})
	equal(t, "together, alone", []int{together, alone}, []int{1, 0})

	wrong = "e"
	for _, id := range []string{"d", "e", "f"} {
		c.saveSite(t, storetest.Site, id, "1")
	}
	k.pullAll(t)
	equal(t, "sites", siteIDs(t, k), []string{"a", "b", "c", "d", "f"})
	equal(t, "together, alone", []int{together, alone}, []int{2, 3})
	n, err := k.CountQuarantined(t.Context())
	equal(t, "set aside", []any{n, err}, []any{int64(1), nil})

	// While something is set aside each comes alone, and it is released when it is right.
	wrong = ""
	c.saveSite(t, storetest.Site, "e", "2")
	c.saveSite(t, storetest.Site, "g", "2")
	k.pullAll(t)
	equal(t, "sites", siteIDs(t, k), []string{"a", "b", "c", "d", "e", "f", "g"})
	equal(t, "together, alone", []int{together, alone}, []int{2, 5})
	n, err = k.CountQuarantined(t.Context())
	equal(t, "set aside in the end", []any{n, err}, []any{int64(0), nil})
}
