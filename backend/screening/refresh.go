package screening

import (
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/policy"
)

// Publisher keeps the list of people who are held back up to date at the center.
type Publisher struct {
	Gate Store
}

// Changed is an entry of the list that is another one now, or is gone. Whoever
// changed the list tells the feed.
type Changed struct {
	Key  string
	Gone bool
}

// entryOf is what is to be published of a donor.
func entryOf(pack *policy.Pack, who donor.Donor, history policy.History, deferrals []policy.Deferral, today calendar.Date) Entry {
	entry := Entry{Key: who.Key, Holds: policy.Holds(pack, history, deferrals, today)}
	// Only near the general limit does it matter that somebody gave before;
	// everybody else's earlier donations are nobody's business.
	if age := who.Person.Born.AgeOn(today); age >= extendedFrom && age <= extendedTo {
		entry.RepeatWithoutReaction = history.RepeatWithoutReaction()
	}
	return entry
}

// Ages, in years, for which the list says whether a person gave before: one year
// more than the rule's 55 to 60 on either side, so that a birthday between two
// refreshes changes nothing.
const (
	extendedFrom = 54
	extendedTo   = 60
)

func historyOf(donations []donor.Donation) policy.History {
	var history policy.History
	for _, d := range donations {
		history = append(history, policy.Donation{Product: d.Product, On: d.On, VolumeML: d.VolumeML, Units: d.Units, Reaction: d.Reaction})
	}
	return history
}

func deferralsOf(recorded []donor.Deferral) []policy.Deferral {
	var deferrals []policy.Deferral
	for _, d := range recorded {
		deferrals = append(deferrals, policy.Deferral{RuleID: d.RuleID, From: d.From, Until: d.Until, Products: d.Products})
	}
	return deferrals
}

// isNews tells whether an entry says something else than the old one.
func isNews(entry, old Entry, had bool) bool {
	return had && !old.Equal(entry) || !had && !entry.IsEmpty()
}

// Crowd reads and writes for many donors at once.
type Crowd interface {
	// DonorsAfter returns up to limit donors after an ID, by ID.
	DonorsAfter(ctx context.Context, id string, limit int) ([]donor.Donor, error)
	DonationsOfAll(ctx context.Context, donorIDs []string) (map[string][]donor.Donation, error)
	DeferralsOfAll(ctx context.Context, donorIDs []string) (map[string][]donor.Deferral, error)
	GateEntries(ctx context.Context, keys []string) ([]Entry, error)
	SaveEntries(ctx context.Context, all ...Entry) error
}

// RefreshAfter computes the entries of up to limit donors after an ID anew, for a
// day or for a pack that came into force. last is the ID to go on after; fewer
// seen than limit means that it was the last part. ctx carries a transaction.
func (p Publisher) RefreshAfter(ctx context.Context, crowd Crowd, pack *policy.Pack, after string, limit int, today calendar.Date) (last string, seen int, changed []Changed, err error) {
	donors, err := crowd.DonorsAfter(ctx, after, limit)
	if err != nil || len(donors) == 0 {
		return after, 0, nil, err
	}
	changed, err = p.RefreshAll(ctx, crowd, pack, donors, today)
	return donors[len(donors)-1].ID, len(donors), changed, err
}

// RefreshAll computes the entries of donors anew. ctx carries a transaction.
func (p Publisher) RefreshAll(ctx context.Context, crowd Crowd, pack *policy.Pack, donors []donor.Donor, today calendar.Date) (changed []Changed, err error) {
	ids, keys := make([]string, len(donors)), make([]string, len(donors))
	for i, d := range donors {
		ids[i], keys[i] = d.ID, d.Key
	}
	donations, err := crowd.DonationsOfAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	deferrals, err := crowd.DeferralsOfAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	entries, err := crowd.GateEntries(ctx, keys)
	if err != nil {
		return nil, err
	}
	old := make(map[string]Entry, len(entries))
	for _, e := range entries {
		old[e.Key] = e
	}
	var news []Entry
	for _, d := range donors {
		before, had := old[d.Key]
		entry := entryOf(pack, d, historyOf(donations[d.ID]), deferralsOf(deferrals[d.ID]), today)
		switch {
		case !isNews(entry, before, had):
			continue
		case entry.IsEmpty():
			err = p.Gate.DeleteEntry(ctx, entry.Key)
		default:
			news = append(news, entry)
		}
		if err != nil {
			return nil, err
		}
		changed = append(changed, Changed{entry.Key, entry.IsEmpty()})
	}
	return changed, crowd.SaveEntries(ctx, news...)
}
