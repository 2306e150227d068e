package center

import (
	"bytes"
	"context"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/fault"
)

// auditPart is how many entries are checked or read with one call: what a slow disk
// reads within the patience of a desk.
const auditPart = 5_000

// auditPage is how many entries are read at once to be kept elsewhere.
const auditPage = 2_000

// SearchAudit implements api.Audit. That somebody looks is written down once, with the
// first page.
func (c *Center) SearchAudit(ctx context.Context, q audit.Query, by api.Caller) (audit.Found, error) {
	if q.Before == 0 {
		if err := c.record(ctx, by.StaffID, "audit.search", "audit", ""); err != nil {
			return audit.Found{}, err
		}
	}
	return audit.Search(ctx, c.store, q)
}

// VerifyAuditPart implements api.Audit.
func (c *Center) VerifyAuditPart(ctx context.Context, end audit.Head, by api.Caller) (out audit.Report, reason string, isWhole bool, err error) {
	out, reason, err = c.auditEnd(ctx, end)
	if err != nil || reason != "" {
		return out, reason, true, err
	}
	entries, err := c.store.Entries(ctx, end.Seq, auditPart)
	if err != nil {
		return out, "", false, err
	}
	out, err = audit.VerifyAfter(end, func(yield func(audit.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}, audit.Head{})
	if fault.CodeOf(err) == "audit.broken" {
		reason, _ = fault.From(err).Params["reason"].(string)
		err = nil
	}
	if err != nil {
		return out, "", false, err
	}
	isWhole = reason != "" || len(entries) < auditPart
	if isWhole {
		err = c.recordChange(ctx, "", by.StaffID, "audit.verify", audit.Object{Noun: "audit"}, nil, map[string]any{"entries": out.Head.Seq, "broken": out.Broken})
	}
	return out, reason, isWhole, err
}

// auditEnd tells whether the log has the entry an end names: what was kept elsewhere shows
// that nothing was cut off or written anew up to there.
func (c *Center) auditEnd(ctx context.Context, end audit.Head) (audit.Report, string, error) {
	if end.Seq == 0 {
		return audit.Report{}, "", nil
	}
	found, err := c.store.Entries(ctx, end.Seq-1, 1)
	if err != nil {
		return audit.Report{}, "", err
	}
	if len(found) == 0 || found[0].Seq != end.Seq || !bytes.Equal(found[0].Hash, end.Hash) {
		return audit.Report{Broken: end.Seq}, "cut", nil
	}
	return audit.Report{}, "", nil
}

// ReadAudit implements api.Audit.
func (c *Center) ReadAudit(ctx context.Context, after int64, by api.Caller) ([]audit.Entry, error) {
	if after == 0 {
		if err := c.record(ctx, by.StaffID, "audit.export", "audit", ""); err != nil {
			return nil, err
		}
	}
	return c.store.Entries(ctx, after, auditPage)
}
