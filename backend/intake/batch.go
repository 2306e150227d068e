package intake

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/result"
)

// batch is what records are applied to: all they concern is read at once, changed
// in memory, and written at once.
type batch struct {
	Applier
	station string

	known     map[string]Known          // by record
	donors    map[string]donor.Donor    // by ID
	keys      map[string]string         // donor IDs by key
	donations map[string]donor.Donation // by ID
	numbers   map[donation.DIN]string   // donation IDs by number
	results   map[string]result.Result  // by donation
	last      map[string]calendar.Date  // of each donor, the day of the newest donation
	given     map[string][]string       // of each donor who was known, the donations
	sites     map[string]string         // of each donor, the site before
	fresh     map[string]bool           // donors who were not known
	told      map[string]bool           // donors of whom something was told by which the same person is noticed
	earlier   map[string]string         // key of the earlier document by donor
	reports   map[donation.DIN]bool     // numbers of donations whose result comes by itself
	moving    map[string]bool           // donations whose number this batch gives to others, see renumber

	changedDonors, changedDonations, changedResults, changedKnown map[string]bool
	superseded                                                    []Superseded
}

// load reads everything the records concern.
func (a Applier) load(ctx context.Context, stationID string, records []Record) (*batch, error) {
	b := &batch{Applier: a, station: stationID, keys: map[string]string{}, numbers: map[donation.DIN]string{}, last: map[string]calendar.Date{},
		sites: map[string]string{}, fresh: map[string]bool{}, earlier: map[string]string{}, reports: map[donation.DIN]bool{},
		given: map[string][]string{}, told: map[string]bool{},
		changedDonors: map[string]bool{}, changedDonations: map[string]bool{}, changedResults: map[string]bool{}, changedKnown: map[string]bool{}}
	names, keys, numbers := []string{}, []string{}, []donation.DIN{}
	for _, r := range records {
		numbers = append(numbers, r.Donation.DIN)
		if r.IsReport() {
			b.reports[r.Donation.DIN] = true
			continue
		}
		names, keys = append(names, r.ID), append(keys, a.Key(r.Person.Document))
		if r.Earlier != nil {
			keys = append(keys, a.Key(*r.Earlier))
		}
	}
	var err error
	if b.known, err = a.Store.Known(ctx, stationID, names); err != nil {
		return nil, err
	}
	if err := b.loadDonations(ctx, numbers); err != nil {
		return nil, err
	}
	if err := b.loadDonors(ctx, keys); err != nil {
		return nil, err
	}
	b.moving = b.renumber(records)
	return b, nil
}

// loadDonations reads the donations with one of the numbers, and those the station
// reported under one of the names.
func (b *batch) loadDonations(ctx context.Context, numbers []donation.DIN) error {
	byNumber, err := b.Store.DonationsByDIN(ctx, numbers)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(b.known))
	for _, k := range b.known {
		ids = append(ids, k.DonationID)
	}
	if b.donations, err = b.Store.DonationsByIDs(ctx, ids); err != nil {
		return err
	}
	for number, d := range byNumber {
		b.donations[d.ID], b.numbers[number] = d, d.ID
		if b.reports[number] {
			ids = append(ids, d.ID)
		}
	}
	b.results, err = b.Store.Results(ctx, ids)
	return err
}

func (b *batch) loadDonors(ctx context.Context, keys []string) error {
	byKey, err := b.Store.DonorsByKeys(ctx, keys)
	if err != nil {
		return err
	}
	var ids []string
	for _, k := range b.known {
		ids = append(ids, k.DonorID)
	}
	for number := range b.reports {
		if id, ok := b.numbers[number]; ok {
			ids = append(ids, b.donations[id].DonorID)
		}
	}
	if b.donors, err = b.Store.DonorsByIDs(ctx, ids); err != nil {
		return err
	}
	for _, d := range byKey {
		b.donors[d.ID] = d
	}
	for id, d := range b.donors {
		b.keys[d.Key], b.sites[id] = id, d.SiteID
	}
	given, err := b.Store.DonationsOfAll(ctx, slices.Sorted(maps.Keys(b.donors)))
	for id, all := range given {
		b.last[id] = all[0].On
		for _, d := range all {
			if d.DonorID == id { // not of somebody who is the same person
				b.given[id] = append(b.given[id], d.ID)
				if _, ok := b.donations[d.ID]; !ok {
					b.donations[d.ID] = d
				}
			}
		}
	}
	return err
}

func (b *batch) hasResult(donationID string) bool {
	_, ok := b.results[donationID]
	return ok
}

// donorOf finds whom a record is of, by document, and makes who is new. What a correction
// says of somebody is what is right.
func (b *batch) donorOf(r Record, isCorrection bool) donor.Donor {
	key := b.Key(r.Person.Document)
	d, ok := b.donors[b.keys[key]]
	if !ok {
		d = donor.Donor{ID: b.NewID(), StationID: b.station, Key: key, Person: r.Person}
		b.keys[key], b.fresh[d.ID] = d.ID, true
	}
	before := d
	if isCorrection {
		d.Person.Name, d.Person.Born, d.Person.Sex = cmp.Or(r.Person.Name, d.Person.Name), r.Person.Born, r.Person.Sex
		d.Person.LatinName = cmp.Or(r.Person.LatinName, d.Person.LatinName)
	}
	if r.Donation.On.Before(b.last[d.ID]) {
		d.Phone = cmp.Or(d.Phone, r.Phone)
	} else { // where and how to find somebody is what was told last
		b.last[d.ID], d.SiteID, d.Phone = r.Donation.On, r.Donation.SiteID, cmp.Or(r.Phone, d.Phone)
	}
	d.ABO, d.RhD = cmp.Or(r.Group.ABO, d.ABO), cmp.Or(r.Group.RhD, d.RhD)
	if r.Earlier != nil {
		b.earlier[d.ID] = b.Key(*r.Earlier)
	}
	if b.fresh[d.ID] || d.Phone != before.Phone || d.Person != before.Person {
		b.told[d.ID] = true
	}
	b.donors[d.ID], b.changedDonors[d.ID] = d, true
	return d
}

// give records a donation and its result under an ID.
func (b *batch) give(r Record, d donor.Donor, id string) {
	if old, ok := b.donations[id]; ok {
		if b.numbers[old.DIN] == id { // another of this batch may have it by now
			delete(b.numbers, old.DIN)
		}
		b.changedDonors[old.DonorID] = true // the donation may be another's now
	}
	given := r.Donation
	given.ID, given.DonorID = id, d.ID
	b.donations[id], b.numbers[given.DIN], b.changedDonations[id] = given, id, true
	if r.Result != nil {
		found := *r.Result
		found.DonationID = id
		b.results[id], b.changedResults[id] = found, true
	}
}

func (b *batch) know(k Known) { b.known[k.RecordID], b.changedKnown[k.RecordID] = k, true }

// supersede keeps what a correction is about to replace, and returns the values in it.
func (b *batch) supersede(ctx context.Context, k Known) (result.Markers, error) {
	var values result.Markers
	old := Superseded{ID: b.NewID(), Person: b.donors[k.DonorID].Person, Phone: b.donors[k.DonorID].Phone,
		Donation: b.donations[k.DonationID], At: b.Now, By: b.By}
	if r, ok := b.results[k.DonationID]; ok {
		var err error
		if r, err = b.resultWithValues(ctx, r); err != nil {
			return values, err
		}
		old.Result, values = &r, r.Markers
	}
	b.superseded = append(b.superseded, old)
	return values, nil
}

// moved are the donors something changed of.
func (b *batch) moved() map[string]Moved {
	all := make(map[string]Moved, len(b.changedDonors))
	for id := range b.changedDonors {
		all[id] = Moved{b.donors[id], b.sites[id]}
	}
	return all
}

// save writes down what changed.
func (b *batch) save(ctx context.Context) error {
	if err := b.Store.SaveDonors(ctx, chosen(b.donors, b.changedDonors)...); err != nil {
		return err
	}
	if err := b.Store.SaveDonations(ctx, chosen(b.donations, b.changedDonations)...); err != nil {
		return err
	}
	if err := b.Store.SaveResults(ctx, chosen(b.results, b.changedResults)...); err != nil {
		return err
	}
	if err := b.Store.SaveKnown(ctx, b.station, chosen(b.known, b.changedKnown)...); err != nil {
		return err
	}
	if err := b.Store.Supersede(ctx, b.superseded...); err != nil {
		return err
	}
	return b.suspect(ctx)
}

// chosen are the values of some keys, in the keys' order: rows that are written in
// the order of their IDs are found together.
func chosen[V any](all map[string]V, keys map[string]bool) []V {
	values := make([]V, 0, len(keys))
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		values = append(values, all[key])
	}
	return values
}

// suspect puts who may be known already under another document on the list: those of whom
// something new was told are compared with everybody.
func (b *batch) suspect(ctx context.Context) error {
	var pairs []donor.Merge
	add := func(one, other string, why donor.MergeReason) {
		if b.fresh[one] && !b.fresh[other] || b.fresh[one] == b.fresh[other] && other < one {
			one, other = other, one // who was known first stands first
		}
		pairs = append(pairs, donor.Merge{ID: b.NewID(), DonorID: one, OtherID: other, Reason: why, Status: donor.MergeOpen, FoundAt: b.Now})
	}
	for _, id := range slices.Sorted(maps.Keys(b.earlier)) {
		if other, ok := b.keys[b.earlier[id]]; ok && b.donors[other].Head() != b.donors[id].Head() {
			add(id, other, donor.EarlierDocument)
		}
	}
	alike, err := b.Store.Alike(ctx, chosen(b.donors, b.told))
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(alike)) {
		for _, other := range alike[id] {
			if d, ok := b.donors[other]; !ok || d.Head() != b.donors[id].Head() {
				add(id, other, donor.SamePerson)
			}
		}
	}
	return b.Store.Suspect(ctx, pairs...)
}
