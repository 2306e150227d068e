package claim

import (
	"slices"
	"testing"
)

func kinds(found []Finding) []FindingKind {
	list := make([]FindingKind, len(found))
	for i, f := range found {
		list[i] = f.Kind
	}
	return list
}

func TestClaimsThatLookAlike(t *testing.T) {
	picture := Attachment{ID: "mine", SHA256: "aa", Print: "0123456789abcdef"}
	for name, c := range map[string]struct {
		change func(*Claim)
		want   []FindingKind
	}{
		"filed twice": {func(*Claim) {}, []FindingKind{SameFile, SameInvoice, SameBill, SameLine, SameStay}},
		"another year of the same patient": {func(c *Claim) {
			c.Hospital.Admitted, c.Hospital.Left, c.Attachments = c.Hospital.Admitted.AddYears(-1), c.Hospital.Left.AddYears(-1), nil
			for i := range c.Lines {
				c.Lines[i].Invoice, c.Lines[i].On = "other", c.Lines[i].On.AddYears(-1)
			}
		}, []FindingKind{}},
		"somebody else with the same invoice": {func(c *Claim) {
			c.Patient.Number, c.Attachments, c.Lines = "110199198001010032", nil, []Line{{Invoice: "test-00000017"}}
		}, []FindingKind{SameInvoice}},
		"somebody else with the same bill": {func(c *Claim) {
			c.Patient.Number, c.Attachments = "110199198001010032", nil
			slices.Reverse(c.Lines)
			for i := range c.Lines {
				c.Lines[i].Invoice = "other"
			}
		}, []FindingKind{SameBill}},
		"one line again, at another price": {func(c *Claim) {
			c.Attachments, c.Lines = nil, c.Lines[:1]
			c.Lines[0].Invoice, c.Lines[0].AmountFen = "other", 1
		}, []FindingKind{SameLine, SameStay}},
		"a photograph saved again": {func(c *Claim) {
			c.Patient.Number, c.Lines, c.Attachments = "110199198001010032", nil, []Attachment{{ID: "theirs", SHA256: "bb", Print: "0123456789abcdec"}}
		}, []FindingKind{NearPicture}},
		"another photograph": {func(c *Claim) {
			c.Patient.Number, c.Lines, c.Attachments = "110199198001010032", nil, []Attachment{{ID: "theirs", SHA256: "bb", Print: "fedcba9876543210"}}
		}, []FindingKind{}},
	} {
		mine, other := whole(), whole()
		mine.Attachments, other.Attachments = []Attachment{picture}, []Attachment{picture}
		other.Lines = slices.Clone(other.Lines)
		other.ID = "claim-2"
		c.change(&other)
		if got := kinds(mine.Alike(other)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if got := kinds(other.Alike(mine)); !slices.Equal(got, c.want) {
			t.Errorf("%s, from the other side: %v", name, got)
		}
		if len(c.want) > 0 && !shares(mine, other) {
			t.Errorf("%s: no mark leads from one to the other", name)
		}
	}
}

func shares(a, b Claim) bool {
	return slices.ContainsFunc(a.DoubleMarks(), func(m Mark) bool { return slices.Contains(b.DoubleMarks(), m) })
}

func TestFindingsSayWhere(t *testing.T) {
	mine, other := whole(), whole()
	other.Lines = []Line{{Invoice: "x"}, mine.Lines[1]}
	for _, f := range mine.Alike(other) {
		if (f.Kind == SameLine || f.Kind == SameInvoice) && !slices.Contains(f.Pairs, Pair{"lines[1]", "lines[1]"}) && !slices.Contains(f.Pairs, Pair{"lines[0]", "lines[1]"}) {
			t.Errorf("%+v", f)
		}
	}
}

// Whatever people type, they find the claim.
func TestAClaimIsFoundByWhatPeopleType(t *testing.T) {
	c := whole()
	c.Letters = []Letter{{Tracking: "SF 123-456"}}
	marks := c.Marks()
	for _, text := range []string{"110199196402140015", "110199 1990 0228 0020", "测试王𬭎", " 测试王丙 ", "test-0001", "ｔｅｓｔ０００１", "TEST 0000 0017", "6200000000000000001", "sf123456"} {
		if !slices.ContainsFunc(SearchMarks(text), func(m Mark) bool { return slices.Contains(marks, m) }) {
			t.Errorf("%q finds nothing", text)
		}
	}
	if slices.ContainsFunc(SearchMarks("测试王"), func(m Mark) bool { return slices.Contains(marks, m) }) {
		t.Error("half a name finds somebody")
	}
}
