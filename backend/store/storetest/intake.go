package storetest

import (
	"context"
	"fmt"
	"testing"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/intake"
	"lianxin/backend/result"
)

// Donation returns a donation of Donor(n).
func Donation(n int) donor.Donation {
	return donor.Donation{ID: fmt.Sprintf("donation-%06d", n), DonorID: Donor(n).ID, SiteID: Site, DIN: donation.DIN(fmt.Sprintf("Z900026%06d", n)),
		Product: donation.WholeBlood, VolumeML: 400, On: Today.AddDays(-n)}
}

// Result returns what was found in Donation(n).
func Result(n int) result.Result {
	return result.Result{DonationID: Donation(n).ID, Qualified: true, Group: donation.Group{ABO: "A", RhD: "+"}, ReportedOn: Today,
		Markers: result.Markers{HIV: "TESTREADING", ALT: 12.5}}
}

func saveDonations(t *testing.T, s Subject, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		must(t, s.SaveDonor(t.Context(), Donor(n)))
		must(t, s.SaveDonations(t.Context(), Donation(n)))
	}
}

func results(t *testing.T, s Subject) {
	ctx := t.Context()
	saveDonations(t, s, 1, 2, 3)
	must(t, s.SaveResults(ctx, Result(1), Result(2)))
	must(t, s.SaveResults(ctx))
	without := func(r result.Result) result.Result { r.Markers = result.Markers{}; return r }
	equal(t, "found, without values", got(s.Results(ctx, []string{"donation-000001", "donation-000003"}))(t),
		map[string]result.Result{"donation-000001": without(Result(1))})
	equal(t, "values", got(s.Markers(ctx, result.LeaveToKeep(), "donation-000002"))(t), Result(2).Markers)
	_, err := s.Markers(ctx, result.LeaveToKeep(), "donation-000003")
	refused(t, "of what was never tested", err, "result.not_found")
	_, err = s.Markers(ctx, result.Leave{}, "donation-000002")
	refused(t, "without a leave", err, "result.no_leave")

	other := Result(2)
	other.Qualified, other.Markers = false, result.Markers{HIV: result.Reactive, HBV: result.Reactive, HCV: result.Reactive, Syphilis: result.Reactive, ALT: 999.5}
	must(t, s.SaveResults(ctx, other))
	equal(t, "replaced", got(s.Results(ctx, []string{"donation-000002"}))(t)["donation-000002"], without(other))
	if err := s.SaveResults(ctx, result.Result{DonationID: "nobody"}); err == nil {
		t.Error("a result of no donation is taken")
	}
	// Whatever was found and told, nobody sees it in the sizes.
	for _, table := range []string{"results", "result_markers"} {
		var sizes int
		must(t, s.Raw.QueryRow("SELECT COUNT(DISTINCT length(sealed)) FROM "+table).Scan(&sizes))
		equal(t, "sizes in "+table, sizes, 1)
	}
}

func intakeRecords(t *testing.T, s Subject) {
	ctx := t.Context()
	k := intake.Known{RecordID: "r-1", Digest: "digest-1", DonorID: "donor-1", DonationID: "donation-1", At: At}
	must(t, s.SaveKnown(ctx, "miyun", k))
	equal(t, "known", got(s.Known(ctx, "miyun", []string{"r-1", "r-2"}))(t), map[string]intake.Known{"r-1": k})
	equal(t, "of another station", got(s.Known(ctx, "yanqing", []string{"r-1"}))(t), map[string]intake.Known{})
	k.Digest = "digest-2"
	must(t, s.SaveKnown(ctx, "miyun", k, intake.Known{RecordID: "r-2", At: At}))
	equal(t, "replaced", got(s.Known(ctx, "miyun", []string{"r-1"}))(t)["r-1"], k)

	first, r := intake.Superseded{ID: "s-1", Person: Person(1), Phone: "010-5550-000001", Donation: Donation(1), At: At, By: "device-1"}, Result(1)
	second := first
	second.ID, second.Result, second.At = "s-0", &r, At.Add(1e9)
	must(t, s.Supersede(ctx, second, first))
	equal(t, "replaced, oldest first", got(s.SupersededOf(ctx, Donation(1).ID))(t), []intake.Superseded{first, second})
	equal(t, "of another donation", got(s.SupersededOf(ctx, "nobody"))(t), []intake.Superseded{})
}

func donorsInBulk(t *testing.T, s Subject) {
	ctx := t.Context()
	must(t, s.SaveDonors(ctx, Donor(1), Donor(2), Donor(3)))
	must(t, s.SaveDonors(ctx))
	equal(t, "by keys", got(s.DonorsByKeys(ctx, []string{DonorKey(2), DonorKey(9)}))(t), map[string]donor.Donor{DonorKey(2): Donor(2)})
	equal(t, "by ids", got(s.DonorsByIDs(ctx, []string{Donor(3).ID, "nobody"}))(t), map[string]donor.Donor{Donor(3).ID: Donor(3)})
	must(t, s.SaveDonations(ctx, Donation(1), Donation(2)))
	changed := Donation(2)
	changed.VolumeML, changed.Reaction, changed.DonorID = 200, true, Donor(3).ID
	must(t, s.SaveDonations(ctx, changed))
	equal(t, "by numbers", got(s.DonationsByDIN(ctx, []donation.DIN{changed.DIN, "Z900026999999"}))(t), map[donation.DIN]donor.Donation{changed.DIN: changed})
	equal(t, "by ids", got(s.DonationsByIDs(ctx, []string{Donation(1).ID, "nobody"}))(t), map[string]donor.Donation{Donation(1).ID: Donation(1)})
}

func alike(t *testing.T, s Subject) {
	ctx := t.Context()
	with := func(n int, phone, name string) donor.Donor {
		d := Donor(n)
		d.Phone, d.Person.Name = phone, name
		return d
	}
	one, written, other, none := with(1, "138 0000 0001", "测试 甲"), with(2, "+86-13800000001", "测试甲"), with(3, "13800000002", "测试甲"), with(4, "", "测试甲")
	must(t, s.SaveDonors(ctx, one, written, other, none, with(5, "", "测试甲")))
	equal(t, "alike", got(s.Alike(ctx, []donor.Donor{one, other, none}))(t), map[string][]string{one.ID: {written.ID}})
	must(t, s.SaveDonor(ctx, with(2, "13800000009", "测试甲")))
	equal(t, "not since the phone is another", got(s.Alike(ctx, []donor.Donor{one}))(t), map[string][]string{})
}

func merges(t *testing.T, s Subject) {
	ctx := t.Context()
	pair := donor.Merge{ID: "m-1", DonorID: Donor(1).ID, OtherID: Donor(2).ID, Reason: donor.SamePerson, Status: donor.MergeOpen, FoundAt: At}
	again := pair
	again.ID = "m-2"
	must(t, s.Suspect(ctx, pair))
	must(t, s.Suspect(ctx, again))
	must(t, s.Suspect(ctx))
	equal(t, "a pair stands on the list once", got(s.Merges(ctx, pairsOf(donor.MergeOpen)))(t), []donor.Merge{pair})
	pair.Status, pair.DecidedAt, pair.DecidedBy = donor.Merged, At.Add(1e9), "staff-1"
	must(t, s.InTx(ctx, func(ctx context.Context) error {
		equal(t, "found", got(s.LockMerge(ctx, "m-1"))(t).Status, donor.MergeOpen)
		return s.SaveMerge(ctx, pair)
	}))
	equal(t, "none open", got(s.Merges(ctx, pairsOf(donor.MergeOpen)))(t), []donor.Merge{})
	equal(t, "decided", got(s.Merges(ctx, pairsOf(donor.Merged)))(t), []donor.Merge{pair})
	equal(t, "within both", got(s.MergedAmong(ctx, []string{Donor(2).ID, Donor(1).ID}))(t), []donor.Merge{pair})
	equal(t, "within one of them", got(s.MergedAmong(ctx, []string{Donor(2).ID, Donor(3).ID}))(t), []donor.Merge{})
	_, err := s.LockMerge(ctx, "m-2")
	refused(t, "the second was never there", err, "merge.not_found")

	undone, later := pair, donor.Merge{ID: "m-0", DonorID: Donor(3).ID, OtherID: Donor(4).ID, Reason: donor.SamePerson, Status: donor.MergeOpen, FoundAt: At.Add(2e9)}
	undone.Status, undone.UndoneFor, undone.DecidedAt = donor.MergeUndone, "two cards: 测试甲", At.Add(3e9)
	must(t, s.Suspect(ctx, later))
	must(t, s.SaveMerge(ctx, undone))
	equal(t, "why it was undone", got(s.Merge(ctx, "m-1"))(t), undone)
	all := pairsOf(donor.MergeOpen, donor.MergeUndone)
	equal(t, "by when they were found", got(s.Merges(ctx, all))(t), []donor.Merge{undone, later})
	all.After = "m-1"
	equal(t, "after the first", got(s.Merges(ctx, all))(t), []donor.Merge{later})
	later.Status, later.DecidedAt = donor.NotTheSame, At.Add(4e9)
	must(t, s.SaveMerge(ctx, later))
	latest := donor.MergeQuery{Statuses: donor.Decided(), Limit: 10, Latest: true}
	equal(t, "decided last", got(s.Merges(ctx, latest))(t), []donor.Merge{later, undone})
	latest.After = "m-0"
	equal(t, "decided before that", got(s.Merges(ctx, latest))(t), []donor.Merge{undone})
}

func pairsOf(statuses ...donor.MergeStatus) donor.MergeQuery {
	return donor.MergeQuery{Statuses: statuses, Limit: 10}
}

// What belongs to whom stays; who is the same person is counted together.
func mergedHistory(t *testing.T, s Subject) {
	ctx := t.Context()
	saveDonations(t, s, 1, 2, 3, 4)
	must(t, s.InsertDeferral(ctx, donor.Deferral{ID: "f1", DonorID: Donor(3).ID, RuleID: "r", From: Today}))
	one, two, three, four := Donation(1), Donation(2), Donation(3), Donation(4)
	history := func() map[string][]donor.Donation {
		return got(s.DonationsOfAll(ctx, []string{one.DonorID, three.DonorID, four.DonorID}))(t)
	}
	apart := map[string][]donor.Donation{one.DonorID: {one}, three.DonorID: {three}, four.DonorID: {four}}
	equal(t, "before", history(), apart)

	must(t, s.MergeInto(ctx, one.DonorID, two.DonorID, three.DonorID))
	whole := []donor.Donation{one, two, three}
	equal(t, "together", history(), map[string][]donor.Donation{one.DonorID: whole, three.DonorID: whole, four.DonorID: {four}})
	equal(t, "asked of who was merged", got(s.DonationsOf(ctx, two.DonorID))(t), whole)
	equal(t, "deferrals too", len(got(s.DeferralsOf(ctx, one.DonorID))(t)), 1)
	equal(t, "whoever is asked for", len(got(s.Together(ctx, []string{three.DonorID}))(t)), 3)
	kept := got(s.Donor(ctx, two.DonorID))(t)
	equal(t, "whom they are counted with", kept.Head(), one.DonorID)
	must(t, s.SaveDonor(ctx, kept))
	equal(t, "still after saving", got(s.Donor(ctx, two.DonorID))(t), kept)

	must(t, s.MergeInto(ctx, "", two.DonorID, three.DonorID))
	equal(t, "taken back", history(), apart)
	refused(t, "nobody to merge", s.MergeInto(ctx, one.DonorID, "nobody"), "donor.not_found")
}
