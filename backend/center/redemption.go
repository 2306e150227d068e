package center

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/device"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/outbox"
	"lianxin/backend/redemption"
	"lianxin/backend/sync"
)

// wishes bounds how often one device asks to spend points: more than people in front
// of it can touch, and few for whoever stole its key.
var wishes = allowance{"/gifts", 40, 3 * time.Second}

func (c *Center) redeeming() redemption.Service { return c.redeemingAt(c.config.Now) }

func (c *Center) redeemingAt(now func() time.Time) redemption.Service {
	return redemption.Service{Store: c.store, Ledger: c.ledger(), Rules: c.packs.Points, Now: now,
		NewCode: func() (identity.Code, error) { return identity.NewCode(identity.VoucherCode, c.config.Random) }}
}

// HoldGift implements api.Redemptions. Who comes too late counts as demand.
func (c *Center) HoldGift(ctx context.Context, deviceID string, in redemption.HoldRequest) (redemption.State, error) {
	person := ""
	state, err := c.redeem(ctx, deviceID, in.DonorKey, "redemption.hold", func(ctx context.Context, d donor.Donor) (redemption.Step, error) {
		person = d.Head()
		return c.redeeming().Hold(ctx, askOf(in, d, deviceID))
	})
	if fault.CodeOf(err) == "gift.none_left" && person != "" {
		// Whoever asked is told that none is left, whatever becomes of counting them.
		c.complain(ctx, "counting who came too late", c.store.NoteRefusal(ctx, person, in.GiftID, in.SiteID, c.config.Now()))
	}
	return state, err
}

func askOf(in redemption.HoldRequest, d donor.Donor, deviceID string) redemption.Ask {
	return redemption.Ask{ID: in.ID, DonorID: d.ID, GiftID: in.GiftID, SiteID: in.SiteID, Points: in.Points, Lang: in.Language, Device: deviceID}
}

// ConfirmRedemption implements api.Redemptions.
func (c *Center) ConfirmRedemption(ctx context.Context, deviceID string, in redemption.Of) (redemption.State, error) {
	return c.redeem(ctx, deviceID, in.DonorKey, "redemption.confirm", func(ctx context.Context, d donor.Donor) (redemption.Step, error) {
		return c.redeeming().Confirm(ctx, in.ID, d.ID)
	})
}

// CancelRedemption implements api.Redemptions.
func (c *Center) CancelRedemption(ctx context.Context, deviceID string, in redemption.Of) (redemption.State, error) {
	return c.redeem(ctx, deviceID, in.DonorKey, "redemption.cancel", func(ctx context.Context, d donor.Donor) (redemption.Step, error) {
		return c.redeeming().Cancel(ctx, in.ID, d.ID)
	})
}

// ShowVoucher implements api.Redemptions.
func (c *Center) ShowVoucher(ctx context.Context, deviceID string, in redemption.Of) (redemption.Shown, error) {
	var shown redemption.Shown
	_, err := c.redeem(ctx, deviceID, in.DonorKey, "redemption.show", func(ctx context.Context, d donor.Donor) (redemption.Step, error) {
		v, code, step, err := c.redeeming().Show(ctx, in.ID, d.ID)
		if err == nil {
			shown = v.ShownTo(step.Redemption, code)
		}
		return step, err
	})
	return shown, err
}

// redeem takes one step for somebody whose card a device has just read, writes it down
// and tells the kiosks what is left.
func (c *Center) redeem(ctx context.Context, deviceID, donorKey, action string, do func(ctx context.Context, d donor.Donor) (redemption.Step, error)) (redemption.State, error) {
	var state redemption.State
	if err := c.freshPacks(ctx); err != nil {
		return state, err
	}
	var tooFew error
	var found bool
	err := c.InTx(ctx, func(ctx context.Context) error {
		state, tooFew, found = redemption.State{}, nil, true // of a try that was not committed nothing counts
		return c.askedBy(ctx, deviceID, wishes, func(ctx context.Context, from device.Device) error {
			d, err := c.store.DonorByKey(ctx, donorKey)
			if fault.From(err).Kind == fault.NotFound {
				found = false
				return c.recordLookup(ctx, from, nil)
			}
			if err != nil {
				return err
			}
			step, err := do(ctx, d)
			if fault.CodeOf(err) == "point.not_enough" { // tells how many there are: counted and written down like any look at them
				tooFew = err
				_, err := c.audit.Record(ctx, audit.Entry{Who: from.ID, Role: atDevice, Action: "account.too_few_points",
					Object: audit.Object{Noun: "donor", ID: d.ID}, Where: audit.Where{Site: from.SiteID}})
				return err
			}
			if err != nil {
				return c.namingSite(ctx, err)
			}
			state = redemption.StateOf(step.Redemption)
			if _, err := c.audit.Record(ctx, audit.Entry{Who: from.ID, Role: atDevice, Action: action,
				Object: audit.Object{Noun: "redemption", ID: step.Redemption.ID}, Where: audit.Where{Site: from.SiteID}}); err != nil {
				return err
			}
			return c.store.MarkChanged(ctx, stockMarks(step.Moved)...)
		})
	})
	switch {
	case err == nil && !found:
		err = fault.New(fault.NotFound, "account.not_found")
	case err == nil:
		err = tooFew
	}
	return state, err
}

// fewCodes is from how many codes on everybody is told of each.
const fewCodes = 10

// stockMarks tell a site's kiosks what is left there. Everybody is told only when
// there is none any more, or some again: who looks for another place needs no more. Codes
// are of no site; of them everybody is told when they become few.
func stockMarks(moved []gift.Stock) []sync.Mark {
	var marks []sync.Mark
	for _, s := range moved {
		id := gift.Level{GiftID: s.GiftID, SiteID: s.SiteID}.ID()
		if s.SiteID != "" {
			marks = append(marks, sync.Mark{Scope: s.SiteID, Noun: sync.Stock, ID: id})
		}
		if s.Left <= 1 || s.SiteID == "" && s.Left <= fewCodes {
			marks = append(marks, sync.Mark{Scope: sync.Everywhere, Noun: sync.Stock, ID: id})
		}
	}
	return sync.InOrder(marks)
}

// applyRequest decides on what somebody wanted at a kiosk without a line. Granted or
// refused, it was applied: who asked is told at their next visit.
func (c *Center) applyRequest(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
	in, err := redemption.ReadRequested(op.Payload)
	if err != nil {
		return nil, err
	}
	by, err := c.author(ctx, from, op)
	if err != nil {
		return nil, err
	}
	d, err := c.store.DonorByKey(ctx, in.DonorKey)
	if fault.From(err).Kind == fault.NotFound { // at a kiosk without a line nobody can tell
		return nil, fault.Wrap(err, fault.NotFound, "account.not_found")
	}
	if err != nil {
		return nil, err
	}
	step, err := c.redeeming().Request(ctx, askOf(in.HoldRequest, d, by.ID), in.Instead, in.At)
	if err != nil {
		return nil, err
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.ID, Role: atDevice, Action: "redemption." + string(step.Redemption.Status),
		Object: audit.Object{Noun: "redemption", ID: step.Redemption.ID}, Where: audit.Where{Site: by.SiteID}})
	return stockMarks(step.Moved), err
}

// FindVoucher implements api.Redemptions.
func (c *Center) FindVoucher(ctx context.Context, text string, by api.Caller) (api.DeskVoucher, error) {
	r, v, err := c.redeeming().Find(ctx, text)
	if err == nil {
		err = mayHandOver(r, by)
	}
	if err != nil {
		return api.DeskVoucher{}, c.namingSite(ctx, err)
	}
	return deskVoucher(r, v, c.Today()), c.recordAt(ctx, r.SiteID, by.StaffID, "voucher.read", "redemption", r.ID)
}

// mayHandOver keeps staff to their sites: of a voucher of another one they are told which
// that is, and nothing else. Codes are of no site, and everybody may be told that there
// is nothing to hand over.
func mayHandOver(r redemption.Redemption, by api.Caller) error {
	if r.SiteID != "" && !by.MaySee(r.SiteID) {
		return fault.New(fault.Conflict, "redemption.other_site").With("site", r.SiteID)
	}
	return nil
}

// HandOver implements api.Redemptions.
func (c *Center) HandOver(ctx context.Context, in api.HandOver, by api.Caller) (api.DeskVoucher, error) {
	var out api.DeskVoucher
	err := c.store.InTx(ctx, func(ctx context.Context) error {
		service := c.redeeming()
		r, v, err := service.Find(ctx, in.Text)
		if err == nil {
			err = mayHandOver(r, by)
		}
		if err != nil {
			return c.namingSite(ctx, err)
		}
		step, err := service.HandOver(ctx, r.ID, in.SiteID, by.StaffID)
		if err != nil {
			return c.namingSite(ctx, err)
		}
		out = deskVoucher(step.Redemption, v, c.Today())
		return c.recordAt(ctx, r.SiteID, by.StaffID, "voucher.hand_over", "redemption", r.ID)
	})
	return out, err
}

// namingSite puts the name of a site where a fault has its ID, for the sentence.
func (c *Center) namingSite(ctx context.Context, err error) error {
	f := fault.From(err)
	id, ok := f.Params["site"].(string)
	if !ok {
		return err
	}
	if at, missing := c.store.Site(ctx, id); missing == nil {
		f = f.With("site", at.Name)
	}
	return f
}

func deskVoucher(r redemption.Redemption, v redemption.Voucher, today calendar.Date) api.DeskVoucher {
	mask := v.Person.Masked()
	return api.DeskVoucher{RedemptionID: r.ID, Number: v.Number(), Gift: v.Gift, Points: r.Points, SiteID: r.SiteID, Name: mask.Name,
		Document: mask.Number, Status: r.StatusOn(today), ConfirmedAt: r.ConfirmedAt.UTC(), PickedUpAt: r.PickedUpAt, PickUpUntil: r.PickUpUntil}
}

// settleRedemptions sets right who paid for whose redemption, after it was found that
// they are not one person. persons are those who were one, as they are now.
func (c *Center) settleRedemptions(ctx context.Context, persons [][]string) error {
	for _, person := range persons {
		made, err := c.store.RedemptionsOf(ctx, person, account.AllRedemptions)
		if err != nil {
			return err
		}
		for _, r := range made {
			if r, err = c.store.LockRedemption(ctx, r.ID); err != nil {
				return err
			}
			if !r.Status.TakesStock() {
				continue
			}
			own := append([]string{r.DonorID}, slices.DeleteFunc(slices.Clone(person), func(id string) bool { return id == r.DonorID })...)
			if err := c.ledger().Settle(ctx, r.ID, c.config.Now(), own...); err != nil {
				return err
			}
		}
	}
	return nil
}
