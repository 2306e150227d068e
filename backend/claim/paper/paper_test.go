package paper

import (
	"encoding/json"
	"flag"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/payout"
	"lianxin/backend/receipt"
	"lianxin/backend/relief"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// goldenHeader stands at the top of every golden file.
const goldenHeader = `# The words of a paper in reading order, as pdftotext -raw finds them. It cannot see
# sizes, positions, lines, the QR code. Look at the picture before accepting a change.
`

// sample are the facts of a made-up claim of a status.
func sample(status claim.Status, language lang.Tag) Facts {
	at := time.Date(2026, 11, 23, 9, 41, 0, 0, calendar.Beijing)
	insurance := int64(1000)
	c := claim.Claim{ID: "claim-1", Number: "110105-2026-00001", District: "110105", Status: status, Version: 7, SubmittedAt: at.AddDate(0, 0, -3), EnteredAt: at,
		Content: claim.Content{Channel: claim.OnSite, Relation: relief.Child, Insurance: &insurance,
			Donor:    claim.Donor{Party: claim.Party{Name: "王大𬭎", Kind: identity.ResidentID, Number: "110199198001010016"}, Certificate: "TEST-1"},
			Patient:  claim.Party{Name: "王小𠮷", Kind: identity.ResidentID, Number: "110199199201010015"},
			Hospital: claim.Hospital{Name: "测试医院", Admitted: calendar.New(2026, 11, 2), Left: calendar.New(2026, 11, 11)},
			Lines: []claim.Line{{Invoice: "TEST-17", Component: relief.RedCells, Quantity: "2", AmountFen: 42000, On: calendar.New(2026, 11, 3)},
				{Invoice: "TEST-17", Component: relief.FrozenPlasma, Quantity: "1", AmountFen: 4000, On: calendar.New(2026, 11, 4)}},
			Payee: claim.Payee{Kind: claim.BankAccount, Holder: "王大𬭎", Account: "6200000000000001234", Bank: "测试银行朝阳支行"}},
		Attachments: []claim.Attachment{{ID: "a", Kind: claim.Invoice}, {ID: "b", Kind: claim.Invoice}, {ID: "c", Kind: claim.Certificate}},
		Decision:    claim.Decision{AmountFen: 41000, By: "reviewer-1", At: at.AddDate(0, 0, -1)}}
	if status == claim.Rejected {
		c.Decision.AmountFen, c.Decision.Reason, c.Decision.Note = 0, "used-up", "可抵用的血量已用于此前的申请。"
	}
	source := relief.Source{Of: "donation-1", Share: relief.Family}
	return Facts{Claim: c, Handling: claim.BuiltIn(), Language: language, At: at,
		Issuer: receipt.Issuer{Name: lang.Text{ZH: "北京市红十字血液中心", EN: "Beijing Red Cross Blood Center"}, Phone: "010-0000-0000"},
		Assessment: relief.Assessment{
			Lines: []relief.LineShare{{ID: "0", NeededML: 400, CoveredML: 400, BilledFen: 42000, AcceptedFen: 42000, InsuranceFen: 1000, PayableFen: 41000, Draws: []relief.Draw{{Source: source, Rule: "family", ML: 400, Fen: 41000}}},
				{ID: "1", NeededML: 100, BilledFen: 4000, Short: relief.UsedUp}},
			Entitlements: []relief.Entitlement{{Source: source, GivenOn: calendar.New(2025, 9, 23)}},
			Bases:        []relief.Basis{{Rule: "family", Title: lang.Text{ZH: "配偶和直系亲属等量用血", EN: "Equal volume for spouse and lineal relatives"}, Clause: "北京市人民政府令第214号 第十条"}}},
		Payment: payout.Payment{ID: "claim-1.p1", Number: payout.NumberOf("claim-1.p1"), Method: payout.BankFile, Status: payout.Paid, AmountFen: 41000, Payee: c.Payee,
			PaidOn: calendar.New(2026, 11, 22), Reference: "S-20261122-77"}}
}

var papers = map[string]struct {
	kind   receipt.ClaimKind
	status claim.Status
}{
	"acceptance": {receipt.ClaimAcceptance, claim.Submitted}, "approved": {receipt.ClaimDecision, claim.Approved},
	"rejected": {receipt.ClaimDecision, claim.Rejected}, "payment": {receipt.ClaimPayment, claim.Paid},
}

// printed is the PDF of a paper, in a file.
func printed(t *testing.T, name string, language lang.Tag, layout receipt.Layout) string {
	t.Helper()
	p := papers[name]
	s, err := Write(p.kind, sample(p.status, language))
	if err != nil {
		t.Fatal(err)
	}
	s.Claim.Code, s.Claim.Written = receipt.Code{Payload: "https://center.example.invalid/verify#4F2A91C07B3ED815QRSTVWXY", Caption: lang.Text{ZH: "扫码核验真伪", EN: "Scan to check"}}, "4F2A 91C0"
	pdf, err := receipt.Render(s, layout)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func TestPapersAsText(t *testing.T) {
	for name := range papers {
		for _, language := range []lang.Tag{lang.Chinese, lang.English} {
			t.Run(name+"-"+string(language), func(t *testing.T) {
				got := goldenHeader + strings.ReplaceAll(tool(t, "pdftotext", "-raw", printed(t, name, language, receipt.A4), "-"), "\f", "--- end of page ---\n")
				file := filepath.Join("testdata", name+"-"+string(language)+".txt")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil || got != string(want) {
					t.Errorf("%v; differs from %s:\n%s", err, file, got)
				}
				if strings.Contains(got, "110199198001010016") || strings.Contains(got, "6200000000000001234") {
					t.Error("a whole number is on paper")
				}
			})
		}
	}
}

// Every paper fits its sheets, and nothing leaves the margins, on each layout.
func TestPapersAsPictures(t *testing.T) {
	for name := range papers {
		for _, layout := range receipt.Layouts() {
			for _, language := range []lang.Tag{lang.Chinese, lang.English} {
				base := filepath.Join(t.TempDir(), "page")
				tool(t, "pdftoppm", "-r", "60", "-gray", "-png", "-singlefile", printed(t, name, language, layout), base)
				file, err := os.Open(base + ".png")
				if err != nil {
					t.Fatal(err)
				}
				img, _, err := image.Decode(file)
				if err := file.Close(); err != nil {
					t.Fatal(err)
				}
				if err != nil {
					t.Fatal(err)
				}
				if share := inked(img); share < 0.01 || share > 0.3 {
					t.Errorf("%s on %s in %s: %.1f %% of the paper is inked", name, layout, language, share*100)
				}
			}
		}
	}
}

// inked is which part of a picture is dark; ink within 3 mm of an edge makes all of it so.
func inked(img image.Image) float64 {
	bounds, edge, dark := img.Bounds(), 7, 0
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			if grey, _, _, _ := img.At(x, y).RGBA(); grey > 0x8000 {
				continue
			}
			if dark++; x < edge || y < edge || x >= bounds.Dx()-edge || y >= bounds.Dy()-edge {
				return 1
			}
		}
	}
	return float64(dark) / float64(bounds.Dx()*bounds.Dy())
}

func TestPapersAClaimDoesNotHave(t *testing.T) {
	for _, c := range []struct {
		kind   receipt.ClaimKind
		status claim.Status
	}{{receipt.ClaimAcceptance, claim.Draft}, {receipt.ClaimDecision, claim.InReview}, {receipt.ClaimDecision, claim.SecondReview}, {receipt.ClaimDecision, claim.Returned},
		{receipt.ClaimPayment, claim.Approved}, {receipt.ClaimPayment, claim.Failed}, {"other", claim.Paid}} {
		if _, err := Write(c.kind, sample(c.status, lang.Chinese)); fault.CodeOf(err) != "claim.no_paper" {
			t.Errorf("%s of %s: %v", c.kind, c.status, err)
		}
	}
}

// What a paper says is the same whenever it is issued, and another thing when the claim is.
func TestSays(t *testing.T) {
	digest := func(change func(*Facts)) string {
		f := sample(claim.Approved, lang.Chinese)
		change(&f)
		s, err := Write(receipt.ClaimDecision, f)
		if err != nil {
			t.Fatal(err)
		}
		says, err := Says(s)
		if err != nil {
			t.Fatal(err)
		}
		return says
	}
	is := digest(func(*Facts) {})
	if later := digest(func(f *Facts) { f.At = f.At.AddDate(0, 0, 9) }); later != is {
		t.Error("a later copy says something else")
	}
	if other := digest(func(f *Facts) { f.Claim.Decision.AmountFen++ }); other == is {
		t.Error("another amount says the same")
	}
}

// A bill longer than a paper says how many lines it leaves out.
func TestLongBills(t *testing.T) {
	f := sample(claim.Approved, lang.Chinese)
	for range 98 {
		f.Claim.Lines, f.Assessment.Lines = append(f.Claim.Lines, f.Claim.Lines[0]), append(f.Assessment.Lines, f.Assessment.Lines[0])
	}
	s, err := Write(receipt.ClaimDecision, f)
	if err != nil || len(s.Claim.Lines) != linesShown+1 || !strings.Contains(s.Claim.Lines[linesShown].What.ZH, "60") {
		t.Errorf("%v, %d", err, len(s.Claim.Lines))
	}
	s.Claim.Code = receipt.Code{Payload: "x"}
	if _, err := receipt.Render(s, receipt.A4); err != nil {
		t.Error(err)
	}
}

// A donor who files from a phone reads their own papers: nothing in them tells what the
// relative gave who is named as the patient.
func TestADonorsOwnPaperIsDiscreet(t *testing.T) {
	written := func(f Facts) string {
		s, err := Write(receipt.ClaimDecision, f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(s.Claim)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	given := func(f Facts, mine, theirs relief.Short) Facts {
		f.Claim.CreatedBy = claim.Applicant("donor-1")
		f.Assessment.Entitlements = []relief.Entitlement{
			{Source: relief.Source{Of: "mine", Share: relief.Family}, Relation: f.Claim.Relation, GivenOn: calendar.New(2026, 1, 2)},
			{Source: relief.Source{Of: "theirs", Share: relief.Own}, Relation: relief.Self, GivenOn: calendar.New(2026, 3, 4)}}
		for i := range f.Assessment.Lines {
			f.Assessment.Lines[i].Short = []relief.Short{mine, theirs}[i%2]
			f.Assessment.Lines[i].Draws = []relief.Draw{{Source: relief.Source{Of: "mine", Share: relief.Family}, Rule: "family", ML: 300}, {Source: relief.Source{Of: "theirs", Share: relief.Own}, Rule: "own", ML: 777}}
		}
		return f
	}
	text := written(given(sample(claim.Approved, lang.English), "", relief.UsedUp))
	if !strings.Contains(text, "2026-01-02") || strings.Contains(text, "2026-03-04") || strings.Contains(text, "777") || strings.Contains(text, "covered") {
		t.Error(text)
	}
	if one, other := written(given(sample(claim.Rejected, lang.English), "", "")), written(given(sample(claim.Rejected, lang.English), relief.UsedUp, relief.NobodyGave)); one != other {
		t.Errorf("rejected it tells apart\n%s\n%s", one, other)
	}
	self := sample(claim.Approved, lang.English)
	self.Claim.Relation, self.Claim.CreatedBy = relief.Self, claim.Applicant("donor-1")
	if !strings.Contains(written(self), "covered") {
		t.Error("of their own donations everything stands there")
	}
}
