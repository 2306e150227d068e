package center

import (
	"net/http"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/donor"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
	"lianxin/backend/result"
	"lianxin/backend/site"
)

func (b *bench) issues(k *kiosk, in api.PaperAsk) (p paper.Paper, code string) {
	b.t.Helper()
	_, code = b.ask(http.MethodPost, "/sync/papers", k.bearer(), in, &p)
	return p, code
}

func (b *bench) isGenuine(c paper.Claim) bool {
	b.t.Helper()
	var out api.PaperChecked
	b.want("check", http.MethodPost, "/papers/check", "", c, &out, "")
	return out.Genuine
}

func TestPapersAreIssuedOnceAndChecked(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		d := b.gave(donorOf("902"), result.Markers{HIV: result.Reactive})
		given := b.history(d.ID)
		slip := api.PaperAsk{Kind: paper.ResultSlip, Language: lang.Chinese, DonationID: given[0].ID, DonorKey: d.Key}
		first, code := b.issues(k, slip)
		if code != "" || first.Result != result.Contact || first.Group != "" || first.Donor.Name == d.Person.Name || first.Given.DINEnd != "4321" ||
			first.Check != testURL+"/verify#"+first.Code || strings.ContainsAny(first.Code, "OIL") {
			t.Fatalf("%+v, %q", first, code)
		}
		if again, code := b.issues(k, slip); code != "" || again != first {
			t.Errorf("printed again it is another one: %+v, %q", again, code)
		}
		certificate := api.PaperAsk{Kind: paper.Certificate, Language: lang.English, DonationID: given[1].ID, DonorKey: d.Key, Name: " " + d.Person.Name}
		proof, code := b.issues(k, certificate)
		if code != "" || proof.Donor.Name != d.Person.Name || proof.Given.VolumeML != 400 || proof.Result != "" || strings.Contains(proof.Donor.Number, d.Person.Document.Number) {
			t.Errorf("%+v, %q", proof, code)
		}
		for name, c := range map[string]struct {
			claim paper.Claim
			want  bool
		}{
			"the code":            {paper.Claim{Code: proof.Code}, true},
			"as somebody types":   {paper.Claim{Code: strings.ToLower(proof.Code[:4] + " " + proof.Code[4:])}, true},
			"all it says":         {paper.Claim{Code: proof.Code, On: proof.Given.On, Amount: 400, NumberEnd: d.Person.Document.Number[14:]}, true},
			"another day":         {paper.Claim{Code: proof.Code, On: proof.Given.On.AddDays(1)}, false},
			"more than was given": {paper.Claim{Code: proof.Code, Amount: 800}, false},
			"another person":      {paper.Claim{Code: proof.Code, NumberEnd: "0000"}, false},
			"unknown":             {paper.Claim{Code: strings.Repeat("A", 24)}, false},
			"garbled":             {paper.Claim{Code: "' OR 1=1 --"}, false},
			"nothing":             {paper.Claim{}, false},
		} {
			if got := b.isGenuine(c.claim); got != c.want {
				t.Errorf("%s: %t", name, got)
			}
		}
		if err := b.RevokePaper(t.Context(), proof.Code, "terminal"); err != nil || b.isGenuine(paper.Claim{Code: proof.Code}) {
			t.Errorf("taken back, and still genuine: %v", err)
		}
		if _, code := b.issues(k, api.PaperAsk{Kind: paper.Certificate, Language: lang.Chinese, DonationID: given[1].ID, DonorKey: d.Key, Name: "别人"}); code != "paper.name_differs" {
			t.Errorf("another name: %q", code)
		}
		other := b.gaveWith(donorOf("904"), result.Markers{}, func(d *donor.Donor) { d.Card = "" })
		if _, code := b.issues(k, api.PaperAsk{Kind: paper.ResultSlip, Language: lang.Chinese, DonationID: given[0].ID, DonorKey: other.Key}); code != "paper.not_found" {
			t.Errorf("somebody else's donation: %q", code)
		}
		if strings.Contains(b.log.String(), first.Code) || strings.Contains(b.log.String(), proof.Code) {
			t.Error("the log has a code")
		}
	})
}

// A correction makes every paper that says something else worthless.
func TestACorrectionTakesPapersBack(t *testing.T) {
	b := newBench(t)
	k, who := b.newKiosk("site-1", b.serve()), donorOf("001")
	if err := b.SaveSite(t.Context(), site.Site{ID: "site-1", Station: site.Miyun, District: "110118"}); err != nil {
		t.Fatal(err)
	}
	record := b.reported(1, who)
	b.takes(record)
	d := b.found(who)
	ask := api.PaperAsk{Kind: paper.Certificate, Language: lang.Chinese, DonationID: b.history(d.ID)[0].ID, DonorKey: d.Key, Name: who.Name}
	before, _ := b.issues(k, ask)
	if before.Issuer.ZH == "" || !b.isGenuine(paper.Claim{Code: before.Code}) {
		t.Fatalf("%+v", before)
	}
	record.Donation.VolumeML = 200
	b.takes(record)
	after, code := b.issues(k, ask)
	if code != "" || after.Given.VolumeML != 200 || after.Code == before.Code || b.isGenuine(paper.Claim{Code: before.Code}) || !b.isGenuine(paper.Claim{Code: after.Code, On: after.Given.On}) {
		t.Errorf("%+v, %q", after, code)
	}
}

// After a code the slip of that one donation may be printed, and no certificate.
func TestPapersAfterACode(t *testing.T) {
	b := newBench(t)
	phones, k := b.phones(), b.newKiosk("site-1", b.serve())
	d := b.gave(donorOf("902"), result.Markers{})
	given := b.history(d.ID)
	asked, _ := b.asksFor(k, d.Key, string(given[1].DIN))
	b.sendsCodes()
	slip := api.PaperAsk{Kind: paper.ResultSlip, Language: lang.Chinese, DonationID: given[1].ID, Request: asked.Request}
	if _, code := b.issues(k, slip); code != "paper.not_found" {
		t.Errorf("before the code: %q", code)
	}
	if _, code := b.opens(k, asked.Request, phones.sent[0].Params["code"]); code != "" {
		t.Fatal(code)
	}
	if p, code := b.issues(k, slip); code != "" || p.Result != result.Qualified || p.Group != "O+" {
		t.Errorf("%+v, %q", p, code)
	}
	other := slip
	other.DonationID = given[0].ID
	if _, code := b.issues(k, other); code != "paper.not_found" {
		t.Errorf("another donation: %q", code)
	}
	slip.Kind = paper.Certificate
	if _, code := b.issues(k, slip); code != "paper.card_only" {
		t.Errorf("a certificate: %q", code)
	}
}
