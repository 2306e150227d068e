package center

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"lianxin/backend/audit"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/sync"
)

// IntakePart is how many records of a station one transaction takes in: what waits
// for it, and what is done again after a stop, is bounded by it.
const IntakePart = 500

// Bringer is who brought records: a device, or somebody at the center's machine.
type Bringer struct {
	ID   string
	Role string // as the audit log names it
}

// AtMachine is who runs a command on the center's machine.
func AtMachine(who string) Bringer { return Bringer{who, atMachine} }

// IntakeChecker returns what makes records of a station's rows, today.
func (c *Center) IntakeChecker(ctx context.Context, station site.StationID) (intake.Checker, error) {
	sites, err := c.store.Sites(ctx)
	if err != nil {
		return intake.Checker{}, err
	}
	byName := make(map[string]site.Site, 2*len(sites))
	for _, s := range sites {
		byName[s.ID], byName[s.Name.ZH] = s, s
	}
	return intake.Checker{Station: station, Today: c.Today(),
		Site: func(name string) (site.Site, bool) { s, ok := byName[name]; return s, ok }}, nil
}

// TakeIn applies checked records of a station, IntakePart at the most, in one
// transaction, brings the gate list up to date and tells the kiosks. also hears
// what became of them, in the same transaction; nil for nothing.
func (c *Center) TakeIn(ctx context.Context, station site.StationID, records []intake.Record, by Bringer, also func(ctx context.Context, outcomes []intake.Outcome) error) ([]intake.Outcome, error) {
	if err := c.freshPacks(ctx); err != nil {
		return nil, err
	}
	rules, err := c.packs.Selection(c.Today())
	if err != nil {
		return nil, err
	}
	var done intake.Done
	err = c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		if err := c.takeTurn(ctx, turnOfPeople); err != nil {
			return nil, err
		}
		var err error
		if done, err = c.intakeApplier(string(station), by.ID).Apply(ctx, string(station), records); err != nil {
			return nil, err
		}
		if err := c.creditIntake(ctx, done); err != nil {
			return nil, err
		}
		if err := c.counselIntake(ctx, records, done.Outcomes); err != nil {
			return nil, err
		}
		if err := c.revokeCorrected(ctx, done.Outcomes); err != nil {
			return nil, err
		}
		held, err := c.refreshDonors(ctx, rules, slices.Sorted(maps.Keys(done.Donors)))
		if err != nil {
			return nil, err
		}
		if err := c.recordIntake(ctx, station, done.Outcomes, by); err != nil {
			return nil, err
		}
		if also != nil {
			err = also(ctx, done.Outcomes)
		}
		return append(donorMarks(done.Donors), gateMarks(held)...), err
	})
	return done.Outcomes, err
}

func (c *Center) intakeApplier(station, by string) intake.Applier {
	gateKey := c.gateKey()
	return intake.Applier{Store: c.store, NewID: c.config.NewID, Now: c.config.Now(), By: by,
		Key: func(doc identity.Document) string { return screening.Key(gateKey, doc) },
		IsOurs: func(ctx context.Context, siteID string) (bool, error) {
			at, err := c.store.Site(ctx, siteID)
			return string(at.Station) == station, unlessMissing(err)
		},
		Digest: func(text string) string { return c.keyring.Index("intake-record", text) }}
}

// correctedRecord is why points are taken back: the station has corrected the record
// they were given for.
const correctedRecord = "donation.corrected"

// creditIntake gives donors the points for what was applied for the first time, moves
// those of a donation that was corrected to whose it is, and counts anew which donation of a
// person is which.
func (c *Center) creditIntake(ctx context.Context, done intake.Done) error {
	histories, err := c.store.DonationsOfAll(ctx, slices.Sorted(maps.Keys(done.Donors)))
	if err != nil {
		return err
	}
	var credits []point.Credit
	var corrections []point.Due
	changed := noChanges()
	for _, o := range done.Outcomes {
		if o.RecordID == "" { // a result by itself changes nothing of what was given
			continue
		}
		if o.Fate == intake.Corrected {
			changed.since(o.Before)
		}
		given, isTaken := taken(o, histories[o.DonorID])
		if !isTaken || changed.credited[given.ID] {
			continue
		}
		changed.since(given)
		whose := done.Donors[o.DonorID].Donor
		if o.Fate == intake.Applied {
			credit, err := c.creditAlone(whose, given, histories[o.DonorID])
			if err != nil {
				return err
			}
			credits = append(credits, credit)
			continue
		}
		due, err := c.creditFor(whose, given, histories[o.DonorID], c.Today())
		if err != nil {
			return err
		}
		changed.credited[given.ID] = true
		corrections = append(corrections, point.Due{Credit: due})
	}
	if err := c.ledger().Give(ctx, c.config.Now(), credits...); err != nil {
		return err
	}
	moved, err := c.recounted(ctx, histories, changed)
	if err != nil {
		return err
	}
	return c.ledger().Correct(ctx, c.config.Now(), correctedRecord, append(corrections, moved...)...)
}

// taken is the donation that a record made or corrected, of the history of whose it then was. There is
// none of what was refused, nor of a record that came once more in the same batch as another's, who may be one
// person with whose it was: it is counted as whose it is.
func taken(o intake.Outcome, history []donor.Donation) (donor.Donation, bool) {
	i := slices.IndexFunc(history, func(d donor.Donation) bool { return d.ID == o.DonationID && d.DonorID == o.DonorID })
	if i < 0 || o.Fate != intake.Applied && o.Fate != intake.Corrected {
		return donor.Donation{}, false
	}
	return history[i], true
}

// revokeCorrected takes back the papers of donations that were something else: what
// they say may not be so any more.
func (c *Center) revokeCorrected(ctx context.Context, outcomes []intake.Outcome) error {
	var corrected []string
	for _, o := range outcomes {
		if o.Fate == intake.Corrected {
			corrected = append(corrected, o.DonationID)
		}
	}
	_, err := c.store.RevokePapers(ctx, c.config.Now(), corrected...)
	return err
}

// donorMarks tell the kiosks of the sites donors go to, and those they went to before.
func donorMarks(moved map[string]intake.Moved) []sync.Mark {
	marks := make([]sync.Mark, 0, len(moved))
	for id, m := range moved {
		if m.Before != "" && m.Before != m.Donor.SiteID {
			marks = append(marks, sync.Mark{Scope: m.Before, Noun: sync.Donor, ID: id, Deleted: true})
		}
		if m.Donor.SiteID != "" {
			marks = append(marks, sync.Mark{Scope: m.Donor.SiteID, Noun: sync.Donor, ID: id})
		}
	}
	slices.SortFunc(marks, func(a, b sync.Mark) int { return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.ID, b.ID)) })
	return marks
}

// refreshDonors brings the gate list up to date for donors and for everybody who is
// the same person as one of them.
func (c *Center) refreshDonors(ctx context.Context, rules *policy.Pack, ids []string) ([]screening.Changed, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := c.store.Together(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID, err := c.store.DonorsByIDs(ctx, all)
	if err != nil {
		return nil, err
	}
	donors := slices.SortedFunc(maps.Values(byID), func(a, b donor.Donor) int { return cmp.Compare(a.ID, b.ID) })
	return c.gate.RefreshAll(ctx, c.store, rules, donors, c.Today())
}

// corrected are the members of a donation the audit log shows; the number on the
// bag leads to its donor, and stays out.
var corrected = []string{"SiteID", "Product", "VolumeML", "Units", "On", "Reaction"}

// recordIntake writes down who brought how many records, every correction, and of whom a
// station was told that their blood group is another one.
func (c *Center) recordIntake(ctx context.Context, station site.StationID, outcomes []intake.Outcome, by Bringer) error {
	counts := map[intake.Fate]int{}
	for _, o := range outcomes {
		counts[o.Fate]++
		if o.Code == intake.GroupDiffers {
			entry := audit.Entry{Who: by.ID, Role: by.Role, Action: o.Code, Object: audit.Object{Noun: "donor", ID: o.DonorID}, Where: audit.Where{Site: o.SiteID}}
			if _, err := c.audit.Record(ctx, entry); err != nil {
				return err
			}
		}
		if o.Fate != intake.Corrected {
			continue
		}
		before, err := audit.Redact(o.Before, corrected...)
		if err != nil {
			return err
		}
		entry := audit.Entry{Who: by.ID, Role: by.Role, Action: "donation.correct", Object: audit.Object{Noun: "donation", ID: o.DonationID}, Before: before}
		if _, err := c.audit.Record(ctx, entry); err != nil {
			return err
		}
	}
	if counts[intake.Applied]+counts[intake.Corrected] == 0 {
		return nil
	}
	said, err := json.Marshal(counts)
	if err != nil {
		return fmt.Errorf("count fates: %w", err)
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.ID, Role: by.Role, Action: "intake.apply", Object: audit.Object{Noun: "station", ID: string(station)}, After: string(said)})
	return err
}
