package center

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/pack"
	"lianxin/backend/payout"
	"lianxin/backend/payout/bankfile"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/store"
)

// seenBatch finds a batch all of whose claims are of the caller's districts.
func (c *Center) seenBatch(ctx context.Context, id string, by api.Caller) (payout.Batch, error) {
	b, err := c.store.Batch(ctx, id)
	if err != nil {
		return b, err
	}
	districts, err := c.store.DistrictsOfBatches(ctx, []string{id})
	if err == nil && !seesAll(by, districts[id]) {
		err = fault.New(fault.NotFound, "payout.not_found")
	}
	return b, err
}

// MakeBatch implements api.Payouts.
func (c *Center) MakeBatch(ctx context.Context, in api.BatchNew, by api.Caller) (api.BatchOpened, error) {
	if !audit.IsID(in.ID) {
		return api.BatchOpened{}, fault.New(fault.Invalid, "payout.malformed").At("body.id", "payout.malformed", "not an id")
	}
	if in.Method == payout.WeChat && c.config.WeChat == nil {
		return api.BatchOpened{}, fault.New(fault.Conflict, "payout.no_driver").At("body.method", "payout.no_driver", "")
	}
	return c.workBatch(ctx, "payout_batch.make", payout.Batch{}, by, func(ctx context.Context) (payout.Batch, error) {
		return c.payouts.MakeBatch(ctx, payout.NewBatch{ID: in.ID, Method: in.Method, Format: in.Format, ClaimIDs: in.Claims, Districts: by.Districts, By: by.StaffID})
	})
}

// SendBatch implements api.Payouts.
func (c *Center) SendBatch(ctx context.Context, id string, version int, by api.Caller) (api.BatchOpened, error) {
	before, err := c.seenBatch(ctx, id, by)
	if err != nil {
		return api.BatchOpened{}, err
	}
	if before.Status == payout.BatchOpen {
		if err := c.payouts.AskEarlier(ctx, id); err != nil {
			return api.BatchOpened{}, err
		}
	}
	return c.workBatch(ctx, "payout_batch.send", before, by, func(ctx context.Context) (payout.Batch, error) {
		return c.payouts.SendBatch(ctx, id, version, by.StaffID)
	})
}

// CancelBatch implements api.Payouts.
func (c *Center) CancelBatch(ctx context.Context, id string, version int, by api.Caller) (api.BatchOpened, error) {
	before, err := c.seenBatch(ctx, id, by)
	if err != nil {
		return api.BatchOpened{}, err
	}
	return c.workBatch(ctx, "payout_batch.cancel", before, by, func(ctx context.Context) (payout.Batch, error) {
		return c.payouts.CancelBatch(ctx, id, version)
	})
}

// OpenBatch implements api.Payouts.
func (c *Center) OpenBatch(ctx context.Context, id string, by api.Caller) (out api.BatchOpened, err error) {
	b, err := c.seenBatch(ctx, id, by)
	if err != nil {
		return out, err
	}
	if out, err = c.openedBatch(ctx, b, by); err != nil {
		return out, err
	}
	return out, c.recordPayout(ctx, by, "payout_batch.read", batchNoun, b.ID, "", "")
}

// workBatch changes a batch and writes down who did, in one transaction. What was told a
// second time and changed nothing is no second entry.
func (c *Center) workBatch(ctx context.Context, action string, before payout.Batch, by api.Caller, do func(context.Context) (payout.Batch, error)) (out api.BatchOpened, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		after, err := do(ctx)
		if err != nil {
			return err
		}
		if after.Version != before.Version {
			if err := c.recordPayout(ctx, by, action, batchNoun, after.ID, auditedBatch(before), auditedBatch(after)); err != nil {
				return err
			}
		}
		out, err = c.openedBatch(ctx, after, by)
		return err
	})
	return out, err
}

func auditedBatch(b payout.Batch) string {
	if b.ID == "" {
		return ""
	}
	return fmt.Sprintf(`{"count":%d,"status":%q,"version":%d}`, b.Count, b.Status, b.Version)
}

func (c *Center) listedBatch(ctx context.Context, b payout.Batch, counts []store.PaymentCount, names nameLookup, by api.Caller) (view api.BatchListed, err error) {
	view = api.BatchListed{ID: b.ID, Number: b.Number, Method: b.Method, Format: b.Format, Status: b.Status, Version: b.Version, Count: b.Count, TotalFen: b.TotalFen,
		MadeAt: b.MadeAt, SentAt: b.SentAt, Second: b.Status == payout.BatchOpen && c.payouts.NeedsSecond(b), Mine: b.MadeBy == by.StaffID, Payments: []api.PaymentCount{}}
	for _, n := range counts {
		if n.BatchID == b.ID {
			view.Payments = append(view.Payments, api.PaymentCount{Status: n.Status, Count: n.Count})
		}
	}
	if view.MadeBy, err = names(ctx, b.MadeBy); err != nil {
		return view, err
	}
	view.SentBy, err = names(ctx, b.SentBy)
	return view, err
}

func (c *Center) openedBatch(ctx context.Context, b payout.Batch, by api.Caller) (out api.BatchOpened, err error) {
	counts, err := c.store.CountPayments(ctx, []string{b.ID})
	if err != nil {
		return out, err
	}
	if out.BatchListed, err = c.listedBatch(ctx, b, counts, c.namesOnce(), by); err != nil {
		return out, err
	}
	all, err := c.store.PaymentsOfBatch(ctx, b.ID)
	out.Listed = listedPayments(all)
	return out, err
}

// ListBatches implements api.Payouts. A page may be shorter than asked for, where batches
// have claims of others' districts.
func (c *Center) ListBatches(ctx context.Context, after string, limit int, by api.Caller) (api.BatchList, error) {
	out := api.BatchList{Batches: []api.BatchListed{}}
	if err := c.record(ctx, by.StaffID, "payout_batch.list", batchNoun, ""); err != nil {
		return out, err
	}
	page, next, err := c.store.Batches(ctx, after, limit)
	if err != nil {
		return out, err
	}
	out.Next = next
	ids := make([]string, len(page))
	for i, b := range page {
		ids[i] = b.ID
	}
	counts, err := c.store.CountPayments(ctx, ids)
	if err != nil {
		return out, err
	}
	districts, err := c.store.DistrictsOfBatches(ctx, ids)
	if err != nil {
		return out, err
	}
	names := c.namesOnce()
	for _, b := range page {
		if !seesAll(by, districts[b.ID]) {
			continue
		}
		view, err := c.listedBatch(ctx, b, counts, names, by)
		if err != nil {
			return out, err
		}
		out.Batches = append(out.Batches, view)
	}
	return out, nil
}

// BatchFile implements api.Payouts. That somebody has the file is written down before it is handed out.
func (c *Center) BatchFile(ctx context.Context, id string, by api.Caller) (out api.PayoutFile, err error) {
	b, err := c.seenBatch(ctx, id, by)
	if err != nil {
		return out, err
	}
	switch {
	case b.Method != payout.BankFile:
		return out, fault.New(fault.Conflict, "payout.no_file")
	case b.Status != payout.BatchSent:
		return out, fault.New(fault.Conflict, "payout.step").With("status", string(b.Status))
	}
	format, err := c.formatOf(ctx, b)
	if err != nil {
		return out, err
	}
	all, err := c.store.PaymentsOfBatch(ctx, id)
	if err != nil {
		return out, err
	}
	left := slices.DeleteFunc(all, func(p payout.Payment) bool { return p.Status == payout.Dropped })
	file, err := bankfile.Write(format, b, left)
	if err != nil {
		return out, err
	}
	sum := sha256.Sum256(file.Content)
	out = api.PayoutFile{Name: file.Name, Type: file.Type, Digest: hex.EncodeToString(sum[:]), Content: file.Content}
	return out, c.recordPayout(ctx, by, "payout_batch.file", batchNoun, b.ID, "", "")
}

// formatOf is the format as it was when a batch left, whatever was published since: its
// file is the same for ever. Fault "payout.no_file".
func (c *Center) formatOf(ctx context.Context, b payout.Batch) (payout.Format, error) {
	published, err := c.store.Publications(ctx)
	if err != nil {
		return payout.Format{}, err
	}
	known := slices.Clone(payout.BuiltIn())
	for _, p := range published {
		if p.Kind != pack.Bank || p.ID != b.Format || !p.WithdrawnAt.IsZero() || p.PublishedAt.After(b.SentAt) {
			continue
		}
		one, err := payout.LoadBytes(p.ID, p.Content)
		if err != nil {
			return payout.Format{}, err
		}
		known = append(known, one)
	}
	known = slices.DeleteFunc(known, func(f payout.Format) bool { return f.ID != b.Format })
	format, ok := packfile.Current(known, func(f payout.Format) packfile.Head { return f.Head }, pack.Region, calendar.Of(b.SentAt))
	if !ok {
		return format, fault.New(fault.Conflict, "payout.no_file")
	}
	return format, nil
}

func paymentQuery(in api.PaymentSearch, by api.Caller) store.PaymentQuery {
	q := store.PaymentQuery{Districts: by.Districts, Statuses: in.Statuses, After: in.After, Limit: in.Limit}
	if !in.From.IsZero() {
		q.From = midnight(in.From)
	}
	if !in.Until.IsZero() {
		q.Until = midnight(in.Until.AddDays(1))
	}
	return q
}
