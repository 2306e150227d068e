package center

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/lang"
	"lianxin/backend/ledger"
	"lianxin/backend/settlement"
	"lianxin/backend/settlement/paper"
	"lianxin/backend/settlement/workbook"
	"lianxin/backend/site"
)

func (c *Center) settling() settlement.Service {
	return settlement.Service{Store: c.store, Now: c.config.Now}
}

// hospitalMoney posts what hospitals waive.
type hospitalMoney struct{ *Center }

// Waived implements hospital.Money.
func (c hospitalMoney) Waived(ctx context.Context, one hospital.Case, fen int64) error {
	return c.settling().Post(ctx, settlement.Advance{ID: fmt.Sprintf("waived/%s/%d", one.ID, one.Version), Cause: one.ID, District: one.District,
		From: settlement.HospitalAccount(one.HospitalID), Kind: settlement.KindWaived, Fen: fen})
}

// claimMoney posts what claims are paid, however that was done.
type claimMoney struct{ *Center }

// Paid implements claim.Money.
func (c claimMoney) Paid(ctx context.Context, one claim.Claim) error {
	return c.post(ctx, one, settlement.KindPaid, one.Decision.AmountFen)
}

// CameBack implements claim.Money.
func (c claimMoney) CameBack(ctx context.Context, one claim.Claim) error {
	return c.post(ctx, one, settlement.KindBack, -one.Decision.AmountFen)
}

func (c claimMoney) post(ctx context.Context, one claim.Claim, kind ledger.Kind, fen int64) error {
	return c.settling().Post(ctx, settlement.Advance{ID: fmt.Sprintf("%s/%s/%d", kind, one.ID, one.Version), Cause: one.ID, District: one.District,
		From: settlement.Claims, Kind: kind, Fen: fen})
}

// Settlements implements api.Settlements.
func (c *Center) Settlements(ctx context.Context, month string, by api.Caller) ([]settlement.Head, error) {
	m, err := settlement.ParseMonth(month)
	if err != nil {
		return nil, err
	}
	heads, err := c.settling().List(ctx, m)
	if heads = settlement.Only(heads, by.Districts); heads == nil {
		heads = []settlement.Head{}
	}
	return heads, err
}

// LockSettlements implements api.Settlements.
func (c *Center) LockSettlements(ctx context.Context, in api.SettlementLock, by api.Caller) ([]settlement.Head, error) {
	m, err := settlement.ParseMonth(in.Month)
	if err != nil {
		return nil, err
	}
	districts, err := c.toLock(ctx, m, in.Districts, by)
	if err != nil {
		return nil, err
	}
	heads := make([]settlement.Head, len(districts))
	for i, district := range districts {
		if heads[i], err = c.lockSettlement(ctx, district, m, by); err != nil {
			return nil, err
		}
		if err := c.settleClaims(ctx, district, m); err != nil {
			return nil, err
		}
	}
	return heads, nil
}

// toLock are the districts a caller would close a month for.
func (c *Center) toLock(ctx context.Context, m settlement.Month, named []string, by api.Caller) ([]string, error) {
	for i, district := range named {
		if _, known := site.Districts().District(district); !known || !by.MaySeeDistrict(district) {
			return nil, fault.New(fault.Invalid, "settlement.district").At(fmt.Sprintf("body.districts[%d]", i), "settlement.district", "")
		}
	}
	if len(named) > 0 {
		slices.Sort(named)
		return slices.Compact(named), nil
	}
	heads, err := c.store.Months(ctx, m)
	var all []string
	for _, h := range settlement.Only(heads, by.Districts) {
		all = append(all, h.District)
	}
	return all, err
}

// lockSettlement closes a month of a district and writes down who did.
func (c *Center) lockSettlement(ctx context.Context, district string, m settlement.Month, by api.Caller) (head settlement.Head, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		before, err := c.store.LockMonth(ctx, district, m)
		if err != nil {
			return err
		}
		if head, err = c.settling().Lock(ctx, district, m, by.StaffID); err != nil || before.State == settlement.Locked {
			return err
		}
		return c.recordSettlement(ctx, by, "settlement.lock", head.ID, fmt.Sprintf(`{"lines":%d,"total_fen":%d,"hash":%q}`, head.Claims.Lines+head.Cases.Lines, head.TotalFen, head.Hash))
	})
	return head, err
}

func (c *Center) recordSettlement(ctx context.Context, by api.Caller, action, id, after string) error {
	role, err := c.roleOf(ctx, by.StaffID)
	if err != nil {
		return err
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.StaffID, Role: role, Action: action, Object: audit.Object{Noun: "settlement", ID: id}, After: after})
	return err
}

// settledAtOnce is how many claims one transaction settles.
const settledAtOnce = 200

// settleClaims takes the last step of the claims a locked month paid. Each may be gone on
// from by somebody in the same moment: then it is left as it is.
func (c *Center) settleClaims(ctx context.Context, district string, m settlement.Month) error {
	for after := ""; ; {
		some, err := c.store.PaidClaims(ctx, district, m, after, settledAtOnce)
		if err != nil || len(some) == 0 {
			return err
		}
		err = c.store.InTx(ctx, func(ctx context.Context) error {
			for _, one := range some {
				_, err := c.claims.Do(ctx, one.ID, claim.Act{Step: claim.Settle, By: claim.BySystem, Duty: claim.Pay, Version: one.Version})
				if err != nil && fault.From(err).Kind != fault.Conflict {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		after = some[len(some)-1].ID
	}
}

// Settlement implements api.Settlements. That it was read is written down.
func (c *Center) Settlement(ctx context.Context, id string, by api.Caller) (settlement.Statement, error) {
	district, m, ok := settlement.ParseID(id)
	if !ok || !by.MaySeeDistrict(district) {
		return settlement.Statement{}, fault.New(fault.NotFound, "settlement.not_found")
	}
	if _, known := site.Districts().District(district); !known {
		return settlement.Statement{}, fault.New(fault.NotFound, "settlement.not_found")
	}
	if err := c.recordSettlement(ctx, by, "settlement.read", id, ""); err != nil {
		return settlement.Statement{}, err
	}
	return c.settling().Statement(ctx, district, m)
}

// SettlementPaper implements api.Settlements.
func (c *Center) SettlementPaper(ctx context.Context, id string, language lang.Tag, by api.Caller) ([]byte, error) {
	s, err := c.Settlement(ctx, id, by)
	if err != nil {
		return nil, err
	}
	return paper.Render(s, language, c.config.Now())
}

// SettlementWorkbook implements api.Settlements.
func (c *Center) SettlementWorkbook(ctx context.Context, id string, language lang.Tag, by api.Caller) ([]byte, error) {
	s, err := c.Settlement(ctx, id, by)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = workbook.Write(&file, s, language, c.config.Now())
	return file.Bytes(), err
}
