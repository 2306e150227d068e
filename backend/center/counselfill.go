package center

import "context"

// fillJob puts on the list whoever did not pass before there was a list. It is done
// once for a database, part by part, by one instance.
const fillJob = "counsel.fill"

// fillPart is how many results one transaction looks at.
const fillPart = 500

// fillCounsel does what is left of it.
func (c *Center) fillCounsel(ctx context.Context) error {
	for {
		more, err := c.fillCounselPart(ctx)
		if err != nil || !more {
			return err
		}
	}
}

func (c *Center) fillCounselPart(ctx context.Context) (more bool, err error) {
	if done, err := c.store.Job(ctx, fillJob); err != nil || !done.FinishedAt.IsZero() {
		return false, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		job, err := c.store.LockJob(ctx, fillJob)
		if err != nil || !job.FinishedAt.IsZero() { // another instance was faster
			return err
		}
		ids, err := c.store.ResultsAfter(ctx, job.Place, fillPart)
		if err != nil {
			return err
		}
		if job.StartedAt.IsZero() {
			job.StartedAt = c.config.Now()
		}
		if more = len(ids) > 0; !more {
			job.FinishedAt = c.config.Now()
			return c.store.SaveJob(ctx, job)
		}
		job.Place, job.Seen = ids[len(ids)-1], job.Seen+int64(len(ids))
		if err := c.fillCases(ctx, ids); err != nil {
			return err
		}
		return c.store.SaveJob(ctx, job)
	})
	return more && err == nil, err
}

// fillCases opens cases for those of some donations that did not pass and have none.
func (c *Center) fillCases(ctx context.Context, donationIDs []string) error {
	found, err := c.store.Results(ctx, donationIDs)
	if err != nil {
		return err
	}
	known, err := c.store.CasesOf(ctx, donationIDs)
	if err != nil {
		return err
	}
	given, err := c.store.DonationsByIDs(ctx, donationIDs)
	if err != nil {
		return err
	}
	var failed []tested
	for _, id := range donationIDs {
		if r, ok := found[id]; ok && !r.HasPassed() && len(known[id]) == 0 {
			failed = append(failed, tested{Donation: given[id]})
		}
	}
	return c.resultsReported(ctx, failed)
}
