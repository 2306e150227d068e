package claim

import (
	"slices"
	"testing"

	"lianxin/backend/consent"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

func TestAWholeClaimMissesNothing(t *testing.T) {
	if got := whole().Missing(today, nil); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// What is missing is said where it is missing, by a code with words of its own.
func TestMissing(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*Claim)
		want  []string
	}{
		"no channel":                {func(c *Claim) { c.Channel = "" }, []string{"channel claim.channel_missing"}},
		"no name":                   {func(c *Claim) { c.Donor.Name = "" }, []string{"donor.name claim.name_missing", "payee.holder claim.payee_stranger"}},
		"no certificate":            {func(c *Claim) { c.Donor.Certificate = "" }, []string{"donor.certificate claim.certificate_missing"}},
		"a wrong digit":             {func(c *Claim) { c.Patient.Number = "110199199002280029" }, []string{"patient.document_number identity.check_digit"}},
		"born tomorrow":             {func(c *Claim) { c.Patient.Number = "11019920300228002X" }, []string{"patient.document_number identity.future_birth"}},
		"half a phone":              {func(c *Claim) { c.Donor.Phone = "55" }, []string{"donor.phone claim.phone_missing"}},
		"no relation":               {func(c *Claim) { c.Relation = "" }, []string{"relation claim.relation_missing"}},
		"a friend":                  {func(c *Claim) { c.Relation = "friend" }, []string{"relation claim.relation_missing"}},
		"their own child":           {func(c *Claim) { c.Patient = c.Donor.Party }, []string{"patient.document_number claim.patient_is_donor"}},
		"an agent without a number": {func(c *Claim) { c.Agent = &Party{Name: "测试李", Phone: "13900000000"} }, []string{"agent.document_number claim.document_missing"}},
		"no hospital":               {func(c *Claim) { c.Hospital.Name = "" }, []string{"hospital.name claim.hospital_missing"}},
		"left before they came":     {func(c *Claim) { c.Hospital.Left = c.Hospital.Admitted.AddDays(-1); c.Lines = c.Lines[:1] }, []string{"hospital.left claim.treatment_order", "lines[0].on claim.line_outside"}},
		"treated tomorrow":          {func(c *Claim) { c.Hospital.Left = today.AddDays(1) }, []string{"hospital.left claim.date_future"}},
		"no lines":                  {func(c *Claim) { c.Lines = nil }, []string{"lines claim.lines_missing"}},
		"an empty line": {func(c *Claim) { c.Lines[1] = Line{} }, []string{"lines[1].component claim.component_missing", "lines[1].quantity claim.quantity_missing",
			"lines[1].amount_fen claim.price_missing", "lines[1].invoice claim.invoice_missing", "lines[1].on claim.line_date_missing"}},
		"a day at home":          {func(c *Claim) { c.Lines[0].On = today }, []string{"lines[0].on claim.line_outside"}},
		"insurance not asked":    {func(c *Claim) { c.Insurance = nil }, []string{"insurance_fen claim.insurance_missing"}},
		"insurance paid it all":  {func(c *Claim) { all := c.BilledFen(); c.Insurance = &all }, []string{"insurance_fen claim.insurance_covers_all"}},
		"a stranger is paid":     {func(c *Claim) { c.Payee.Holder = "测试赵" }, []string{"payee.holder claim.payee_stranger"}},
		"letters in an account":  {func(c *Claim) { c.Payee.Account = "62000O0000" }, []string{"payee.account claim.account_wrong"}},
		"no bank":                {func(c *Claim) { c.Payee.Bank = "" }, []string{"payee.bank claim.bank_missing"}},
		"no payee at all":        {func(c *Claim) { c.Payee = Payee{} }, []string{"payee.holder claim.payee_missing", "payee.kind claim.payee_kind_missing"}},
		"no commitment":          {func(c *Claim) { c.Commitment = Commitment{} }, []string{"commitment.way claim.commitment_missing"}},
		"a dot for a signature":  {func(c *Claim) { c.Commitment.Strokes = []consent.Stroke{{{X: 1, Y: 1}}} }, []string{"commitment.strokes consent.signature_too_short"}},
		"a commitment not shown": {func(c *Claim) { c.Commitment.Way = Scanned }, []string{"attachments.commitment claim.paper_commitment"}},
		"a letter that is not":   {func(c *Claim) { c.Channel, c.Letters = Mail, []Letter{{Outgoing: true, On: today}} }, []string{"letters claim.letter_missing"}},
	} {
		spoilt := whole()
		spoilt.Lines = slices.Clone(spoilt.Lines)
		c.spoil(&spoilt)
		var got []string
		for _, p := range spoilt.Missing(today, nil) {
			got = append(got, p.Location+" "+p.Code)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

func TestDocumentsThatAreAskedForMustBeShown(t *testing.T) {
	c := whole()
	c.Attachments = []Attachment{{ID: "a", Kind: Invoice}}
	got := c.Missing(today, []DocumentKind{Invoice, ProofOfRelation, CommitmentPaper})
	if len(got) != 1 || got[0].Location != "attachments.proof-of-relation" || got[0].Code != "claim.paper_proof_of_relation" {
		t.Errorf("%+v", got)
	}
}

// Of a donor's own blood there is no other patient, whatever a form still holds of one.
func TestTheDonorIsThePatient(t *testing.T) {
	c := whole()
	c.Relation = relief.Self
	c.Content = c.Content.Trimmed()
	if c.Patient != (Party{}) || c.Treated().Name != c.Donor.Name || len(c.Missing(today, nil)) != 0 {
		t.Errorf("%+v, %+v", c.Patient, c.Missing(today, nil))
	}
}

func TestWhatWasTypedIsKeptAsItIsPrinted(t *testing.T) {
	c := Content{Donor: Donor{Party: Party{Name: " 测试王 ", Kind: identity.ResidentID, Number: "11010519491231002 x"}, Certificate: " 京A-0 1 "}, Payee: Payee{Account: "6200 0000 0000"}}.Trimmed()
	if c.Donor.Number != "11010519491231002X" || c.Donor.Name != "测试王" || c.Donor.Certificate != "京A-0 1" || c.Payee.Account != "620000000000" {
		t.Errorf("%+v", c)
	}
}

func TestAmounts(t *testing.T) {
	c := whole()
	if c.BilledFen() != 92000 || c.ClaimableFen() != 62000 {
		t.Errorf("billed %d, claimable %d", c.BilledFen(), c.ClaimableFen())
	}
	more := int64(100000)
	c.Insurance = &more
	if c.ClaimableFen() != 0 {
		t.Errorf("insurance paid more than was billed: %d", c.ClaimableFen())
	}
	bill := whole().ReliefBill()
	if err := bill.Check(today); err != nil || bill.Lines[1].Quantity != 20000 || bill.Lines[1].Fee != relief.BloodFee || bill.InsuranceFen != 30000 {
		t.Errorf("%+v, %v", bill, err)
	}
}
