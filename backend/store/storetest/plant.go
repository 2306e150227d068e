package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/audit"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/intake"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/staff"
)

// Visible is a text that Plant writes and that is no secret. A search that does
// not find it would find nothing else either.
const Visible = "测试站点visible"

// Plant writes a made-up person's data through every method that takes any, over
// and over so that pages are full and replaced, and returns the texts that must
// be found nowhere in the database's bytes.
func Plant(t *testing.T, s Subject) []string {
	t.Helper()
	ctx := t.Context()
	must(t, s.SaveSite(ctx, aSite("visible")))
	must(t, s.InsertDevice(ctx, Device(1)))
	for n := range 40 {
		plantDonor(t, s, n)
		plantVisit(t, s, n)
	}
	must(t, s.InsertMember(ctx, staff.Member{ID: "member-1", Login: "test.login", Name: "测试职员", Role: staff.Reception,
		PasswordHash: "TESTHASH", TOTPSecret: "TESTSECRET", Active: true, CreatedAt: At}))
	must(t, s.SaveSetting(ctx, "test.setting", Person(1)))
	must(t, s.InTx(ctx, func(ctx context.Context) error {
		_, err := audit.Log{Store: s.Store, Now: func() time.Time { return At }}.Record(ctx,
			audit.Entry{Who: "staff-1", Role: "admin", Action: "visit.read", Object: audit.Object{Noun: "visit", ID: Visit(1).ID}})
		return err
	}))
	// What all of a kind begin with.
	return []string{"测试王𬭎", "TESTPERSON N", "110000199002", Person(1).PassNumber, "010-5550-", "TESTBOOKING", "TESTCARD",
		"测试回答", "测试答卷", "QuestionnaireResponse", "made-up reason", `"strokes"`, `"exclusion"`, "TESTDIAGNOSIS", "TESTREADING", `"Qualified"`, "测试职员", "TESTHASH", "TESTSECRET"}
}

func plantDonor(t *testing.T, s Subject, n int) {
	t.Helper()
	ctx := t.Context()
	must(t, s.SaveDonor(ctx, Donor(n)))
	must(t, s.SaveDonor(ctx, Donor(n)))
	must(t, s.InsertDeferral(ctx, donor.Deferral{ID: fmt.Sprintf("deferral-%d", n), DonorID: Donor(n).ID, RuleID: "TESTDIAGNOSIS"}))
	must(t, s.SaveEntry(ctx, screening.Entry{Key: DonorKey(n), Holds: []policy.Hold{{Product: donation.WholeBlood, RuleID: "TESTDIAGNOSIS", From: Today}}}))
	must(t, s.SaveAppointment(ctx, Appointment(n)))
	must(t, s.SavePass(ctx, Pass(n, At)))
	r := Result(n)
	must(t, s.SaveDonations(ctx, Donation(n)))
	must(t, s.SaveResults(ctx, r))
	must(t, s.Supersede(ctx, intake.Superseded{ID: fmt.Sprintf("superseded-%d", n), Person: Person(n), Donation: Donation(n), Result: &r, At: At}))
}

func plantVisit(t *testing.T, s Subject, n int) {
	t.Helper()
	ctx, v := t.Context(), Visit(n)
	must(t, s.InTx(ctx, func(ctx context.Context) error {
		if err := s.InsertVisit(ctx, v); err != nil {
			return err
		}
		snapshot, err := json.Marshal(v.Person)
		if err != nil {
			return err
		}
		if err := s.SaveReceipt(ctx, fmt.Sprintf("receipt-%d", n), v.ID, At, snapshot); err != nil {
			return err
		}
		op, err := s.AppendOperation(ctx, Operation(t, n))
		if err != nil {
			return err
		}
		return s.ParkOperation(ctx, DeviceID, op)
	}))
}
