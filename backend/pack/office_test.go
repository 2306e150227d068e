package pack

import (
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/payout"
)

// later is a pack of an office under another version and day, with some words changed.
func later(t *testing.T, kind Kind, text []byte, id, day string, changes ...string) Pack {
	t.Helper()
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(string(text), changes[i]) {
			t.Fatalf("%q is not in %s", changes[i], id)
		}
	}
	changes = append(changes, "2026-01-01", day, `version: "2026.1"`, `version: "2027.1"`)
	return Pack{ID: id, Version: "2027.1", Kind: kind, From: calendar.MustParse(day), Content: []byte(strings.NewReplacer(changes...).Replace(string(text)))}
}

// A center sets its own limits from a day on: nothing of it is in the program alone.
func TestLimitsOfACenter(t *testing.T) {
	s, refused := filled(t,
		later(t, Claims, claim.BuiltIn().Text, "claim-handling", "2027-02-01", "second_approval_above_yuan: 5000", "second_approval_above_yuan: 3000",
			"approved_yuan: 5000", "approved_yuan: 3000", "approved_yuan: 5001", "approved_yuan: 3001"),
		later(t, Hospitals, hospital.BuiltIn().Text, "hospital-handling", "2027-02-01", "correct_days: 30", "correct_days: 7", "confirmed_days_ago: 30", "confirmed_days_ago: 7",
			"confirmed_days_ago: 31", "confirmed_days_ago: 8"))
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for day, want := range map[string][2]int64{"2025-01-01": {500_000, 30}, "2027-01-31": {500_000, 30}, "2027-02-01": {300_000, 7}} {
		on := calendar.MustParse(day)
		if got := [2]int64{s.Claims(on).SecondApprovalFen, int64(s.Hospitals(on).CorrectDays)}; got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
}

// A bank's own columns come beside those the program has, or in their place; of one bank
// one version holds.
func TestBanksOfACenter(t *testing.T) {
	csv, _ := payout.BuiltIn().Bank("bank-csv")
	s, refused := filled(t,
		later(t, Bank, csv.Text, "bank-own", "2027-02-01", "id: bank-csv", "id: bank-own", "gb18030", "utf-8"),
		later(t, Bank, csv.Text, "bank-csv", "2027-03-01", "title: 用途, text", "title: 事由, text"))
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	for day, want := range map[string]string{"2027-01-31": "bank-csv 用途 bank-xlsx 备注", "2027-02-28": "bank-csv 用途 bank-own 用途 bank-xlsx 备注", "2027-03-01": "bank-csv 事由 bank-own 用途 bank-xlsx 备注"} {
		var got []string
		for _, f := range s.Banks(calendar.MustParse(day)) {
			got = append(got, f.ID, f.Titles()[5])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", day, got, want)
		}
	}
	inForce := map[string]string{}
	for _, l := range s.Listed(calendar.MustParse("2027-03-01")) {
		if l.Kind == Bank && l.InForce {
			inForce[l.ID] += l.Version
		}
	}
	if len(inForce) != 3 || inForce["bank-csv"] != "2027.1" || inForce["bank-own"] != "2027.1" || inForce["bank-xlsx"] != "2026.1" {
		t.Errorf("listed: %v", inForce)
	}
}

// Which loader reads an office's pack is told by its id, and a mistake by file and line.
func TestPacksOfAnOfficeAreExamined(t *testing.T) {
	for path, kind := range map[string]Kind{"../claim/packs/handling": Claims, "../hospital/packs/handling": Hospitals, "../payout/packs/bank-csv": Bank, "../payout/packs/bank-xlsx": Bank} {
		if c, err := CheckPath(path); err != nil || c.Kind != kind {
			t.Errorf("%s: %s, %v", path, c.Kind, err)
		}
	}
	wrong := later(t, Claims, claim.BuiltIn().Text, "claim-handling", "2027-02-01", "second_approval_above_yuan: 5000", "second_approval_above_yuan: 3000")
	if err := Check(wrong); len(fault.From(err).Places) == 0 || fault.From(err).Places[0].Code != "pack.example_failed" {
		t.Errorf("an example that comes out otherwise: %v", err)
	}
}
