package center

import (
	"context"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/audit"
	"lianxin/backend/device"
	"lianxin/backend/donor"
	"lianxin/backend/outbox"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
	"lianxin/backend/store"
	"lianxin/backend/sync"
)

// suggested is how many gifts a kiosk is told of: it leaves out what is not there.
const suggested = 24

// suggestionsFor says what somebody may like, of what they may have now.
func (c *Center) suggestionsFor(ctx context.Context, d donor.Donor, siteID string) (preference.Shown, error) {
	shown := preference.Shown{Gifts: []preference.Suggestion{}}
	person, err := c.store.Together(ctx, []string{d.ID})
	if err != nil {
		return shown, err
	}
	if shown.On, err = c.store.WantsSuggestions(ctx, person); err != nil || !shown.On {
		return shown, err
	}
	made, err := c.store.RedemptionsOf(ctx, person, account.AllRedemptions)
	if err != nil {
		return shown, err
	}
	own := basketOf(made)
	own.SiteID = siteID // what is popular where they are now
	counts, err := c.store.CountsFor(ctx, own.Gifts, siteID)
	if err != nil {
		return shown, err
	}
	may, err := c.mayHave(ctx, made)
	if err == nil {
		shown.Gifts = preference.NewModel(counts).Suggest(own, may, suggested)
	}
	return shown, err
}

// mayHave tells of each gift whether somebody may redeem it now: in the catalogue and
// its window, not sold out everywhere, within the limit of the year.
func (c *Center) mayHave(ctx context.Context, made []redemption.Redemption) (func(gift string) bool, error) {
	gifts, stocks, err := c.Gifts(ctx)
	if err != nil {
		return nil, err
	}
	left, had := map[string]int{}, map[string]int{}
	for _, s := range stocks {
		left[s.GiftID] += s.Left
	}
	today := c.Today()
	for _, r := range made {
		if r.Status.TakesStock() && r.Year == today.Year() {
			had[r.GiftID]++
		}
	}
	may := map[string]bool{}
	for _, g := range gifts {
		may[g.ID] = !g.Withdrawn && g.Refuses(today) == "" && left[g.ID] > 0 && (g.Limit == 0 || had[g.ID] < g.Limit)
	}
	return func(id string) bool { return may[id] }, nil
}

// basketOf is what somebody took, of redemptions the newest first.
func basketOf(made []redemption.Redemption) preference.Basket {
	var gifts []string
	site := ""
	for _, r := range made {
		if !r.Status.TakesStock() {
			continue
		}
		gifts = append(gifts, r.GiftID)
		if site == "" {
			site = r.SiteID
		}
	}
	return preference.NewBasket(site, gifts)
}

// applySwitch carries out that somebody wants suggestions or does not: nothing is
// suggested from now on, and what is theirs leaves the counts at the job's next look. It
// is not done here, for a push may hold what the job waits for.
func (c *Center) applySwitch(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
	in, err := preference.ReadSwitched(op.Payload)
	if err != nil {
		return nil, err
	}
	by, err := c.author(ctx, from, op)
	if err != nil {
		return nil, err
	}
	d, err := c.accountOf(ctx, account.Request{DonorKey: in.DonorKey})
	if err != nil {
		return nil, err
	}
	changed, err := c.store.SaveSwitch(ctx, d.ID, in.On, in.At)
	if err != nil || !changed {
		return nil, err
	}
	action := "suggestions.off"
	if in.On {
		action = "suggestions.on"
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.ID, Role: atDevice, Action: action,
		Object: audit.Object{Noun: "donor", ID: d.ID}, Where: audit.Where{Site: by.SiteID}})
	return nil, err
}

// recount counts donors as they are now in place of what was counted of them. Several
// who are one person are counted once, under whom they are counted with. Whoever calls
// it has locked the job: two who count the same person at once would take the old basket
// out twice.
func (c *Center) recount(ctx context.Context, donorIDs []string) error {
	now, err := c.basketsNow(ctx, donorIDs)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(now))
	for id := range now {
		ids = append(ids, id)
	}
	before, err := c.store.Baskets(ctx, ids)
	if err != nil {
		return err
	}
	changes, changed := preference.Counts{}, map[string]preference.Basket{}
	for id, basket := range now {
		if !basket.Equal(before[id]) {
			changes.Replace(before[id], basket)
			changed[id] = basket
		}
	}
	if err := c.store.ChangeCounts(ctx, changes); err != nil {
		return err
	}
	if err := c.store.SaveBaskets(ctx, changed); err != nil {
		return err
	}
	return c.store.NoteCounted(ctx, ids)
}

// basketsNow are the baskets of donors and of whom they are counted with.
func (c *Center) basketsNow(ctx context.Context, donorIDs []string) (map[string]preference.Basket, error) {
	now := map[string]preference.Basket{}
	for _, id := range donorIDs {
		if _, done := now[id]; done {
			continue
		}
		d, err := c.store.Donor(ctx, id)
		if err != nil {
			return nil, err
		}
		person, err := c.store.Together(ctx, []string{id})
		if err != nil {
			return nil, err
		}
		for _, other := range person {
			now[other] = preference.Basket{}
		}
		wants, err := c.store.WantsSuggestions(ctx, person)
		if err != nil {
			return nil, err
		}
		if !wants {
			continue
		}
		made, err := c.store.RedemptionsOf(ctx, person, account.AllRedemptions)
		if err != nil {
			return nil, err
		}
		now[d.Head()] = basketOf(made)
	}
	return now, nil
}

// preferenceJob counts everybody once a day, and meanwhile who asked for something
// lately: a cancelled gift or one decided late is counted the next day.
const preferenceJob = "preference.count"

const (
	preferencePart  = 200
	preferenceLease = 2 * time.Minute
	// preferenceEvery is how often who asked lately is counted, preferenceLately how far
	// back that looks: a hold is confirmed or lapsed long before.
	preferenceEvery  = 10 * time.Minute
	preferenceLately = time.Hour
)

// refreshPreferences does what is due, part by part, unless another instance is at it.
func (c *Center) refreshPreferences(ctx context.Context) error {
	for {
		more, err := c.refreshPreferencesPart(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// refreshPreferencesPart counts the next people, place and counts together.
func (c *Center) refreshPreferencesPart(ctx context.Context) (more bool, err error) {
	finished := false
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		job, err := c.store.LockJob(ctx, preferenceJob)
		if err != nil {
			return err
		}
		if !c.begins(&job) {
			return nil
		}
		now := c.config.Now()
		ids, err := c.redeemers(ctx, job.Input == everybody, now, job.Place)
		if err != nil {
			return err
		}
		if err := c.recount(ctx, ids); err != nil {
			return err
		}
		job.Holder, job.HeldUntil = c.instance, now.Add(preferenceLease)
		if more = len(ids) == preferencePart; more {
			job.Place = ids[len(ids)-1]
			return c.store.SaveJob(ctx, job)
		}
		finished = job.Input == everybody
		job.FinishedAt, job.HeldUntil, job.Day, job.Input, job.Place = now, now, c.Today(), 0, ""
		return c.store.SaveJob(ctx, job)
	})
	if err == nil && finished {
		err = c.evaluatePreferences(ctx)
	}
	return more && err == nil, err
}

// everybody is the Input of a job that counts everybody.
const everybody = 1

// begins tells whether there is something to count now, and for this instance: everybody
// on a new day or after a pause, who asked lately otherwise.
func (c *Center) begins(job *store.Job) bool {
	now, today := c.config.Now(), c.Today()
	switch {
	case job.Day == today.AddDays(1), job.Holder != c.instance && now.Before(job.HeldUntil):
		return false
	case job.Input == everybody:
		return true
	case job.Day != today || now.Sub(job.FinishedAt) > preferenceLately:
		job.Input, job.Place, job.StartedAt = everybody, "", now
		return true
	}
	return job.Place != "" || !now.Before(job.FinishedAt.Add(preferenceEvery))
}

func (c *Center) redeemers(ctx context.Context, all bool, now time.Time, after string) ([]string, error) {
	if all {
		return c.store.RedeemersAfter(ctx, after, preferencePart)
	}
	return c.store.RedeemersSince(ctx, now.Add(-preferenceLately-preferenceEvery), after, preferencePart)
}

// evaluationSetting keeps how good suggestions were when everybody was counted last.
const evaluationSetting = "preference.evaluation"

// evaluated is how many people suggestions are judged on, and suggestedAtOnce how long
// a list is judged.
const (
	evaluated       = 2000
	suggestedAtOnce = 10
)

// evaluatePreferences judges suggestions on the latest gift of people with several.
func (c *Center) evaluatePreferences(ctx context.Context) error {
	baskets, err := c.store.SomeBaskets(ctx, evaluated)
	if err != nil {
		return err
	}
	gifts, err := c.store.Gifts(ctx)
	if err != nil {
		return err
	}
	e := preference.Evaluate(baskets, suggestedAtOnce, len(gifts))
	return c.store.SaveSetting(ctx, evaluationSetting, e)
}

// EvaluatePreferences counts everybody, judges suggestions and returns how good they are.
func (c *Center) EvaluatePreferences(ctx context.Context) (preference.Evaluation, error) {
	var e preference.Evaluation
	for after := ""; ; {
		ids, err := c.store.RedeemersAfter(ctx, after, preferencePart)
		if err != nil {
			return e, err
		}
		if len(ids) == 0 {
			break
		}
		err = c.store.InTx(ctx, func(ctx context.Context) error {
			if _, err := c.store.LockJob(ctx, preferenceJob); err != nil {
				return err
			}
			return c.recount(ctx, ids)
		})
		if err != nil {
			return e, err
		}
		after = ids[len(ids)-1]
	}
	if err := c.evaluatePreferences(ctx); err != nil {
		return e, err
	}
	_, err := c.store.Setting(ctx, evaluationSetting, &e)
	return e, err
}
