package claim

import (
	"testing"

	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// What a donor files is about their own donations, whatever they say.
func TestFiled(t *testing.T) {
	document := func(number string) identity.Document {
		doc, err := identity.Parse(identity.ResidentID, number)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	own := []identity.Document{document("110199196402140015"), document("110199199002280020")}
	before := whole().Content
	before.Letters = []Letter{{Outgoing: true, Tracking: "T-1"}}
	for what, c := range map[string]struct{ said, kept, code string }{
		"nothing":     {"", own[0].Text(), ""},
		"spaces":      {"  ", own[0].Text(), ""},
		"the second":  {" 110199 199002280020 ", own[1].Text(), ""},
		"another's":   {"11019919850505001X", "", "claim.own_only"},
		"half of one": {"1101991964", "", "claim.own_only"},
	} {
		said := whole().Content
		said.Donor.Number, said.Donor.Name, said.Letters = c.said, "别人", nil
		kept, err := said.Filed("测试王𬭎", own, before)
		wantCode(t, what, err, c.code)
		if c.code == "" && (kept.Donor.Number != c.kept || kept.Donor.Name != "测试王𬭎" || kept.Channel != Online || len(kept.Letters) != 1) {
			t.Errorf("%s: %+v", what, kept.Donor)
		}
	}
}

// A claim of a donor has the donor's mark, one of staff none; staff cannot make it another's.
func TestAFiledClaimStaysTheDonors(t *testing.T) {
	c := whole()
	isMarked := func() (n int) {
		for _, m := range c.Marks() {
			if m.Kind == ByApplicant {
				n++
			}
		}
		return n
	}
	next := c.Content
	next.Donor.Number = "110199199002280020"
	wantCode(t, "staff's own", c.staysOf(next, "clerk-1"), "")
	if isMarked() != 0 {
		t.Error("staff's is marked")
	}
	c.CreatedBy = Applicant("donor-1")
	wantCode(t, "a donor's", c.staysOf(next, "clerk-1"), "claim.own_only")
	wantCode(t, "with the same donor", c.staysOf(c.Content, "clerk-1"), "")
	wantCode(t, "by the donor, who was asked before", c.staysOf(next, Applicant("donor-1")), "")
	if id, ok := ApplicantOf(c.CreatedBy); isMarked() != 1 || !ok || id != "donor-1" {
		t.Errorf("%d marks, %q", isMarked(), id)
	}
}

// What a relative gave plays no part in what a donor is told.
func TestByDonorAlone(t *testing.T) {
	c := whole()
	c.Reservation = "held"
	if alone := c.ByDonorAlone(); alone.Patient.Number != "" || alone.Reservation != "" || alone.Donor != c.Donor {
		t.Errorf("%+v", alone)
	}
	c.Relation = relief.Self
	if alone := c.ByDonorAlone(); alone.Treated().Number != c.Donor.Number {
		t.Error("who gave for themselves is not there")
	}
}
