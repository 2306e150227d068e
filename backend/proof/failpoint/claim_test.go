package failpoint

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/calendar"
	product "lianxin/backend/center"
	"lianxin/backend/claim"
	"lianxin/backend/consent"
	"lianxin/backend/relief"
	"lianxin/backend/staff"
)

const district = "110105"

// contentOf is a whole claim of a donor for their own treatment.
func (w *world) contentOf(place int) claim.Content {
	insurance, today := int64(0), calendar.Of(time.Now())
	p := w.someone(place)
	party := claim.Party{Name: p.Name, Kind: p.Document.Kind, Number: p.Document.Text(), Phone: "010-55500001"}
	stroke := make(consent.Stroke, 60)
	for i := range stroke {
		stroke[i] = consent.Point{X: 1000 + i*90, Y: 4000 + i%7*300, T: i * 16}
	}
	return claim.Content{Channel: claim.OnSite, Relation: relief.Self, Donor: claim.Donor{Party: party, Certificate: fmt.Sprintf("TEST-%d-%d", w.walks, place)},
		Hospital:   claim.Hospital{Name: "测试医院", Admitted: today.AddDays(-20), Left: today.AddDays(-10)},
		Lines:      []claim.Line{{Invoice: fmt.Sprintf("TEST-%d-%d", w.walks, place), Component: relief.RedCells, Quantity: "2", AmountFen: 42000, On: today.AddDays(-15)}},
		Insurance:  &insurance,
		Payee:      claim.Payee{Kind: claim.BankAccount, Holder: party.Name, Account: fmt.Sprintf("62000000%08d%d", w.walks, place), Bank: "测试银行"},
		Commitment: claim.Commitment{Way: claim.SignedHere, On: today, Strokes: []consent.Stroke{stroke}}}
}

// pageOf is a photograph of a page, and how it is kept.
func (w *world) pageOf(n int) (handed, kept []byte) {
	w.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 240, 240))
	for y := range 240 {
		for x := range 240 {
			img.SetGray(x, y, color.Gray{uint8((x*(n+3) + y*(n*n+7) + w.walks) % 256)}) //nolint:gosec // below 256
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		w.t.Fatal(err)
	}
	took, err := attachment.Take(out.Bytes())
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Bytes(), took.Content
}

// onFile puts who claims on file as a donor.
func (w *world) onFile(place int) {
	w.t.Helper()
	w.inCenter(func(ctx context.Context, c *product.Center) error {
		_, err := w.gave(ctx, c, w.someone(place))
		return err
	})
}

// fileWay files a claim with every page at a desk with a line, and takes it to where it is paid.
func (w *world) fileWay(Process) {
	w.t.Helper()
	w.onFile(0)
	w.light()
	w.releases("claim", w.contentOf(0))
}

// releases takes a claim from filing to where finance has released it.
func (w *world) releases(name string, content claim.Content) string {
	w.t.Helper()
	id := fmt.Sprintf("%s-%d", name, w.walks)
	said := filed{steps: []claim.Step{claim.Create}, files: map[string][]byte{}, openID: openIDOf(content)}
	var c api.ClaimOpened
	w.tell(staff.DistrictClerk, http.MethodPost, "/claims", api.ClaimNew{ID: id, District: district, Content: content}, &c)
	for i, kind := range c.Documents {
		page := fmt.Sprintf("page-%d", i)
		handed, kept := w.pageOf(i)
		w.tell(staff.DistrictClerk, http.MethodPut, "/claims/"+id+"/attachments/"+page, api.ClaimHanded{Kind: kind, Content: handed}, &c)
		said.files[page] = kept
		said.steps = append(said.steps, claim.Attach)
	}
	for _, s := range []struct {
		step claim.Step
		by   staff.Role
		is   claim.Status
	}{{claim.Submit, staff.DistrictClerk, claim.Submitted}, {claim.Take, staff.Reviewer, claim.InReview}, {claim.Approve, staff.Reviewer, claim.Approved},
		{claim.Release, staff.Finance, claim.ToPay}} {
		act := api.ClaimAct{Version: c.Version}
		if s.step == claim.Approve {
			act.AmountFen = c.Assessment.Totals.PayableFen
		}
		w.tell(s.by, http.MethodPost, "/claims/"+id+"/"+string(s.step), act, &c, "claim.changed", "claim.step")
		w.tell(s.by, http.MethodGet, "/claims/"+id, nil, &c)
		if c.Status != s.is {
			w.t.Fatalf("after %s the claim is %s", s.step, c.Status)
		}
		said.steps, said.status = append(said.steps, s.step), c.Status
	}
	w.told.claims[id] = said
	return id
}

func openIDOf(c claim.Content) string {
	if c.Payee.Kind != claim.WeChat {
		return ""
	}
	return c.Payee.Account
}

// isPaid notes that a claim was said to be paid.
func (w *world) isPaid(id string) {
	w.t.Helper()
	var c api.ClaimOpened
	w.tell(staff.Finance, http.MethodGet, "/claims/"+id, nil, &c)
	if c.Status != claim.Paid {
		w.t.Fatalf("claim %s is %s", id, c.Status)
	}
	said := w.told.claims[id]
	said.status, said.steps = claim.Paid, append(slices.Clone(said.steps), claim.Confirm)
	w.told.claims[id] = said
}
