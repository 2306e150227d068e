package center

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/redemption"
	"lianxin/backend/sample"
	"lianxin/backend/sync"
)

// seeding is the center as it would have been in the past: points were given when
// people gave blood, and spent since.
type seeding struct{ *Center }

// SaveDonor implements sample.Sink: the points came when the donations were reported.
func (s seeding) SaveDonor(ctx context.Context, d donor.Donor, donations []donor.Donation, deferrals []donor.Deferral) error {
	return s.saveDonor(ctx, d, donations, deferrals, func(ctx context.Context, d donor.Donor, recorded []donor.Donation) error {
		for _, given := range recorded {
			day := given.On.AddDays(sample.CreditedAfter)
			credit, err := s.creditFor(d, given, recorded, day)
			if err != nil {
				return err
			}
			if err := s.ledger().Give(ctx, noon(day), credit); err != nil {
				return err
			}
		}
		return nil
	})
}

// midnight is the beginning of a day in Beijing.
func midnight(d calendar.Date) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, calendar.Beijing)
}

// noon is the middle of a day in Beijing.
func noon(d calendar.Date) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, calendar.Beijing)
}

// SaveCatalogue implements sample.Sink.
func (s seeding) SaveCatalogue(ctx context.Context, c gift.Catalogue) error {
	_, err := s.LoadCatalogue(ctx, c, "seed")
	return err
}

// SaveDoubt implements sample.Sink.
func (s seeding) SaveDoubt(ctx context.Context, pair donor.Merge) error {
	return s.store.Suspect(ctx, pair)
}

// SaveCorrection implements sample.Sink.
func (s seeding) SaveCorrection(ctx context.Context, r correction.Request) error {
	if err := r.Check(); err != nil {
		return err
	}
	return s.store.SaveCorrection(ctx, r)
}

// SaveRefusal implements sample.Sink.
func (s seeding) SaveRefusal(ctx context.Context, personID, giftID, siteID string, at time.Time) error {
	return s.store.NoteRefusal(ctx, personID, giftID, siteID, at)
}

// SaveStock implements sample.Sink.
func (s seeding) SaveStock(ctx context.Context, all []gift.Stock) error {
	return s.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		var marks []sync.Mark
		for _, one := range all {
			marks = append(marks, loadedMarks(one)...)
		}
		return marks, s.store.SaveStocks(ctx, all...)
	})
}

// SaveCodes implements sample.Sink.
func (s seeding) SaveCodes(ctx context.Context, giftID string, codes []string) error {
	_, err := s.LoadCodes(ctx, giftID, codes, "seed")
	return err
}

// SaveRedeemed implements sample.Sink: each goes the way of all redemptions, at its own
// time. What was handed out was loaded for it, so that what is left stays as it was made.
func (s seeding) SaveRedeemed(ctx context.Context, r sample.Redeemed) error {
	if _, err := s.store.MoveStock(ctx, gift.Stock{GiftID: r.Gift.ID, SiteID: r.SiteID, Loaded: 1, Left: 1}); err != nil {
		return err
	}
	if r.Code != "" {
		if _, err := s.store.AddCodes(ctx, gift.Code{ID: r.ID, GiftID: r.Gift.ID, Text: r.Code}); err != nil {
			return err
		}
	}
	at := func(when time.Time) redemption.Service {
		service := s.redeemingAt(func() time.Time { return when })
		service.NewCode = func() (identity.Code, error) { return r.Voucher, nil }
		return service
	}
	_, err := at(r.At).Hold(ctx, redemption.Ask{ID: r.ID, DonorID: r.DonorID, GiftID: r.Gift.ID, SiteID: r.SiteID, Points: r.Gift.Points, Lang: lang.Chinese})
	if err == nil {
		_, err = at(r.At.Add(time.Minute)).Confirm(ctx, r.ID, r.DonorID)
	}
	if err != nil {
		return err
	}
	switch {
	case r.Status == redemption.Cancelled:
		_, err = at(r.At.AddDate(0, 0, 1)).Cancel(ctx, r.ID, r.DonorID)
	case r.Status == redemption.PickedUp && r.SiteID == "":
		_, _, _, err = at(r.PickedUp).Show(ctx, r.ID, r.DonorID)
	case r.Status == redemption.PickedUp:
		_, err = at(r.PickedUp).HandOver(ctx, r.ID, r.SiteID, "seed")
	}
	return err
}
