package center

import (
	"context"
	"slices"

	"lianxin/backend/audit"
	"lianxin/backend/counsel"
	"lianxin/backend/donor"
	"lianxin/backend/intake"
	"lianxin/backend/result"
)

// bySystem is the program itself in the audit log.
const bySystem = "system"

// tested is a donation whose result was written down.
type tested struct {
	donor.Donation
	IsQualified    bool
	FailsOtherwise bool // what failed is not what failed before
}

// resultsReported brings the list in line with results that were written down in this
// transaction, in their order: whoever did not pass is put on it, whoever was wrongly on
// it is not called, and whoever was told what is not so is called again.
func (c *Center) resultsReported(ctx context.Context, all []tested) error {
	if len(all) == 0 {
		return nil
	}
	ids := make([]string, len(all))
	for i, t := range all {
		ids[i] = t.ID
	}
	known, err := c.store.CasesOf(ctx, ids)
	if err != nil {
		return err
	}
	for _, t := range all {
		if known[t.ID], err = c.resultReported(ctx, t, known[t.ID]); err != nil {
			return err
		}
	}
	return nil
}

// resultReported does so for one donation and returns its cases. Those of whom it is not
// any more stay with them, where they were.
func (c *Center) resultReported(ctx context.Context, t tested, cases []counsel.Case) ([]counsel.Case, error) {
	isListed, now := false, c.config.Now()
	for i, known := range cases {
		isTheirs, err := c.isSamePerson(ctx, known.DonorID, t.DonorID)
		if err != nil {
			return nil, err
		}
		next := known.Reported(counsel.Report{IsTheirs: isTheirs, IsQualified: t.IsQualified, FailsOtherwise: t.FailsOtherwise}, now)
		if isTheirs {
			isListed, next.SiteID = true, t.SiteID
		}
		action := ""
		if next.Status != known.Status && next.Status == counsel.Closed {
			action = "counsel.withdrawn"
		} else if next.Status != known.Status && known.Status == counsel.Closed {
			action = "counsel.opened_again"
		}
		if err := c.saveReported(ctx, next, action); err != nil {
			return nil, err
		}
		cases[i] = next
	}
	if isListed || t.IsQualified {
		return cases, nil
	}
	added := counsel.Case{ID: c.config.NewID(), DonationID: t.ID, DonorID: t.DonorID, SiteID: t.SiteID,
		Reason: counsel.NotQualified, Status: counsel.Open, OpenedAt: now.UTC()}
	return append(cases, added), c.saveReported(ctx, added, "counsel.opened")
}

// saveReported keeps a case; action is what the audit log calls it, "" for nothing to say.
func (c *Center) saveReported(ctx context.Context, one counsel.Case, action string) error {
	if err := c.store.SaveCase(ctx, one); err != nil || action == "" {
		return err
	}
	_, err := c.audit.Record(ctx, audit.Entry{Who: bySystem, Role: bySystem, Action: action,
		Object: audit.Object{Noun: caseNoun, ID: one.ID}, Where: audit.Where{Site: one.SiteID}})
	return err
}

// counselIntake does so for what a station reported. What passed and was never
// reported before cannot be on the list.
func (c *Center) counselIntake(ctx context.Context, records []intake.Record, outcomes []intake.Outcome) error {
	var all []tested
	for i, o := range outcomes {
		r := records[i].Result
		if r == nil || o.Fate != intake.Corrected && (o.Fate != intake.Applied || r.HasPassed()) {
			continue
		}
		given := donor.Donation{ID: o.DonationID, DonorID: o.DonorID, SiteID: o.SiteID}
		all = append(all, tested{given, r.HasPassed(), o.FailsOtherwise})
	}
	return c.resultsReported(ctx, all)
}

// SaveResults keeps what a laboratory reported. No device is told: results are
// asked for by whom they belong to.
func (c *Center) SaveResults(ctx context.Context, all ...result.Result) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		reported, err := c.testedOf(ctx, all)
		if err != nil {
			return err
		}
		if err := c.store.SaveResults(ctx, all...); err != nil {
			return err
		}
		return c.resultsReported(ctx, reported)
	})
}

// testedOf compares results with those that are kept until now.
func (c *Center) testedOf(ctx context.Context, all []result.Result) ([]tested, error) {
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = r.DonationID
	}
	slices.Sort(ids)
	given, err := c.store.DonationsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	before, err := c.store.Results(ctx, ids)
	if err != nil {
		return nil, err
	}
	reported := make([]tested, len(all))
	for i, r := range all {
		reported[i] = tested{Donation: given[r.DonationID], IsQualified: r.HasPassed()}
		if _, ok := before[r.DonationID]; !ok || r.HasPassed() {
			continue
		}
		if reported[i].FailsOtherwise, err = c.failsOtherwise(ctx, r); err != nil {
			return nil, err
		}
	}
	return reported, nil
}
