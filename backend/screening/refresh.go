package screening

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/policy"
)

// Publisher keeps the list of people who are held back up to date at the center.
type Publisher struct {
	Donors donor.Store
	Gate   Store
	// Mark tells the change feed; deleted means the entry is no more.
	Mark func(ctx context.Context, key string, deleted bool) error
}

// Refresh computes the entry of a donor anew, after a donation or a deferral.
func (p Publisher) Refresh(ctx context.Context, pack *policy.Pack, donorID string, today calendar.Date) error {
	return p.Donors.InTx(ctx, func(ctx context.Context) error {
		who, err := p.Donors.Donor(ctx, donorID)
		if err != nil {
			return err
		}
		entry, err := p.entry(ctx, pack, who, today)
		if err != nil {
			return err
		}
		return p.publish(ctx, entry)
	})
}

// entry is what is to be published of a donor.
func (p Publisher) entry(ctx context.Context, pack *policy.Pack, who donor.Donor, today calendar.Date) (Entry, error) {
	history, deferrals, err := Past(ctx, p.Donors, who.ID)
	if err != nil {
		return Entry{}, err
	}
	entry := Entry{Key: who.Key, Holds: policy.Holds(pack, history, deferrals, today)}
	// Only near the general limit does it matter that somebody gave before;
	// everybody else's earlier donations are nobody's business.
	if age := who.Person.Born.AgeOn(today); age >= extendedFrom && age <= extendedTo {
		entry.RepeatWithoutReaction = history.RepeatWithoutReaction()
	}
	return entry, nil
}

// Ages, in years, for which the list says whether a person gave before: one year
// more than the rule's 55 to 60 on either side, so that a birthday between two
// refreshes changes nothing.
const (
	extendedFrom = 54
	extendedTo   = 60
)

// Past is a donor's donations and deferrals as the rules read them.
func Past(ctx context.Context, donors donor.Store, donorID string) (policy.History, []policy.Deferral, error) {
	donations, err := donors.DonationsOf(ctx, donorID)
	if err != nil {
		return policy.History{}, nil, err
	}
	recorded, err := donors.DeferralsOf(ctx, donorID)
	if err != nil {
		return policy.History{}, nil, err
	}
	var history policy.History
	for _, d := range donations {
		history = append(history, policy.Donation{Product: d.Product, On: d.On, VolumeML: d.VolumeML, Units: d.Units, Reaction: d.Reaction})
	}
	var deferrals []policy.Deferral
	for _, d := range recorded {
		deferrals = append(deferrals, policy.Deferral{RuleID: d.RuleID, From: d.From, Until: d.Until, Products: d.Products})
	}
	return history, deferrals, nil
}

// publish writes the entry and tells the feed, only when something changed.
func (p Publisher) publish(ctx context.Context, entry Entry) error {
	old, had, err := p.Gate.Entry(ctx, entry.Key)
	if err != nil {
		return err
	}
	switch {
	case entry.IsEmpty() && !had, had && old.Equal(entry):
		return nil
	case entry.IsEmpty():
		if err := p.Gate.DeleteEntry(ctx, entry.Key); err != nil {
			return err
		}
	default:
		if err := p.Gate.SaveEntry(ctx, entry); err != nil {
			return err
		}
	}
	if err := p.Mark(ctx, entry.Key, entry.IsEmpty()); err != nil {
		return fmt.Errorf("publish gate entry: %w", err)
	}
	return nil
}
