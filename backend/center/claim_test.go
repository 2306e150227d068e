package center

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/relief"
	"lianxin/backend/result"
	"lianxin/backend/staff"
)

// office is a clerk, a reviewer and finance of one district, each with a token.
type office struct {
	*bench
	clerk, reviewer, finance string // bearer tokens
}

// newOffices brings people of several offices in. Tokens are fetched last: they are
// short-lived, and the codes of the phones need the clock to go on.
func newOffices(b *bench, scopes ...staff.Scope) []office {
	b.t.Helper()
	var people []login
	for i, scope := range scopes {
		for _, role := range []staff.Role{staff.DistrictClerk, staff.Reviewer, staff.Finance} {
			people = append(people, b.enter(b.hire(fmt.Sprintf("%s.%d", role, i), role, scope)))
		}
	}
	bearer := func(i int) string {
		access, code := b.exchange(people[i].SessionID, people[i].key)
		if code != "" {
			b.t.Fatal(code)
		}
		return access.AccessToken
	}
	offices := make([]office, len(scopes))
	for i := range scopes {
		offices[i] = office{b, bearer(3 * i), bearer(3*i + 1), bearer(3*i + 2)}
	}
	return offices
}

var (
	east       = staff.Scope{Districts: []string{"110105"}}
	west       = staff.Scope{Districts: []string{"110106"}}
	everywhere = staff.Scope{}
)

// do asks for something that works and returns the claim.
func (o office) do(what, method, path, bearer string, in any) (out api.ClaimOpened) {
	o.t.Helper()
	o.want(what, method, "/claims"+path, bearer, in, &out, "")
	return out
}

// files a whole claim with a page.
func (o office) files(id, district, digit string) api.ClaimOpened {
	o.t.Helper()
	o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: id, District: district, Content: claimContent(digit)})
	return o.do("attach", http.MethodPut, "/"+id+"/attachments/page-"+id, o.clerk, api.ClaimHanded{Kind: claim.Invoice, Content: photograph(digit)})
}

// shows hands in everything the rules ask for.
func (o office) shows(id string) (c api.ClaimOpened) {
	o.t.Helper()
	for i, kind := range o.do("look", http.MethodGet, "/"+id, o.clerk, nil).Documents {
		c = o.do("show", http.MethodPut, fmt.Sprintf("/%s/attachments/%s", id, kind), o.clerk, api.ClaimHanded{Kind: kind, Content: photograph(fmt.Sprint(i))})
	}
	return c
}

// A claim goes from a clerk to a reviewer and back, and is approved; every step is in its
// history and in the audit log.
func TestAClaimIsFiledReviewedAndApproved(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, east)[0]
		b.gave(donorOf("512"), result.Markers{})
		bare := claimContent("5")
		bare.Donor.Certificate, bare.Insurance = "", nil
		c := o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: "claim-1", District: "110105", Content: bare})
		if c.Number != "110105-2026-00001" || c.Status != claim.Draft || !c.MayChange || !slices.Equal(c.Steps, []claim.Step{claim.Submit, claim.Withdraw}) {
			t.Errorf("filed: %+v", c.ClaimListed)
		}
		var places []string
		for _, p := range c.Missing {
			places = append(places, p.Location+" "+p.Code)
		}
		if want := []string{"donor.certificate claim.certificate_missing", "insurance_fen claim.insurance_missing", "attachments.certificate claim.paper_certificate",
			"attachments.donor-identity claim.paper_donor_identity", "attachments.invoice claim.paper_invoice", "attachments.itemised-list claim.paper_itemised_list",
			"attachments.proof-of-use claim.paper_proof_of_use", "attachments.patient-identity claim.paper_patient_identity",
			"attachments.proof-of-relation claim.paper_proof_of_relation"}; !slices.Equal(places, want) {
			t.Errorf("missing %v", places)
		}
		act := func(c api.ClaimOpened) api.ClaimAct { return api.ClaimAct{Version: c.Version, Note: "请补充"} }
		o.want("submit what is not whole", http.MethodPost, "/claims/claim-1/submit", o.clerk, act(c), nil, "claim.incomplete")
		again := o.do("file again", http.MethodPost, "", o.clerk, api.ClaimNew{ID: "claim-1", District: "110105", Content: bare})
		if again.Version != c.Version {
			t.Errorf("told twice it is version %d", again.Version)
		}
		c = o.do("change", http.MethodPut, "/claim-1", o.clerk, api.ClaimChange{Version: c.Version, Content: claimContent("5")})
		c = o.shows("claim-1")
		if len(c.Missing) != 0 {
			t.Fatalf("still missing %+v", c.Missing)
		}
		o.want("change from before", http.MethodPut, "/claims/claim-1", o.clerk, api.ClaimChange{Version: c.Version - 1, Content: bare}, nil, "claim.changed")
		c = o.do("submit", http.MethodPost, "/claim-1/submit", o.clerk, act(c))
		c = o.do("take", http.MethodPost, "/claim-1/take", o.reviewer, act(c))
		c = o.do("return", http.MethodPost, "/claim-1/return", o.reviewer, act(c))
		c = o.do("submit", http.MethodPost, "/claim-1/submit", o.clerk, act(c))
		c = o.do("take", http.MethodPost, "/claim-1/take", o.reviewer, act(c))
		yes := act(c)
		yes.AmountFen = c.ClaimableFen + 1
		o.want("approve too much", http.MethodPost, "/claims/claim-1/approve", o.reviewer, yes, nil, "claim.amount")
		yes.AmountFen = c.ClaimableFen
		c = o.do("approve", http.MethodPost, "/claim-1/approve", o.reviewer, yes)
		if c.Status != claim.Approved || c.ApprovedFen != 41000 || c.Decision.ByName == "" || len(c.Steps) != 0 {
			t.Errorf("approved: %+v", c)
		}
		steps := []claim.Step{}
		for _, e := range c.History {
			if e.Step == claim.Attach {
				continue
			}
			steps = append(steps, e.Step)
			if e.By == "" {
				t.Errorf("nobody took %s", e.Step)
			}
		}
		if want := []claim.Step{claim.Create, claim.Change, claim.Submit, claim.Take, claim.Return, claim.Submit, claim.Take, claim.Approve}; !slices.Equal(steps, want) {
			t.Errorf("history %v", steps)
		}
		o.wantAudited("claim-1", "claim.create", "claim.change", "claim.submit", "claim.take", "claim.return", "claim.approve")
		c = o.do("finance looks", http.MethodGet, "/claim-1", o.finance, nil)
		if !slices.Equal(c.Steps, []claim.Step{claim.Return, claim.Release}) || c.MayChange {
			t.Errorf("finance is offered %v", c.Steps)
		}
		o.want("finance files", http.MethodPost, "/claims", o.finance, api.ClaimNew{ID: "x", District: "110105"}, nil, "token.scope")
	})
}

// Two offices claim the millilitres of one donor: what one has set aside the other is not
// offered, until the first is rejected.
func TestTwoOfficesAndOneDonor(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.gave(donorOf("512"), result.Markers{}) // 400 mL that passed, and 200 that did not
		offices := newOffices(b, east, west)
		there := claimContent("5")
		there.Lines[0].Invoice = "ANOTHER"
		ids, submitted := []string{"claim-east", "claim-west"}, make([]api.ClaimOpened, 2)
		for i, o := range offices {
			o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: ids[i], District: []string{"110105", "110106"}[i], Content: there})
			c := o.shows(ids[i])
			submitted[i] = o.do("submit", http.MethodPost, "/"+ids[i]+"/submit", o.clerk, api.ClaimAct{Version: c.Version})
		}
		first, second := submitted[0].Assessment.Totals, submitted[1].Assessment.Totals
		left := second.CoveredML
		if first.NeededML != 400 || first.CoveredML != 400 || first.PayableFen != 41000 || left >= 400 || first.CoveredML+left > 600 {
			t.Errorf("the first gets %+v, the second %+v", first, second)
		}
		o, c := offices[0], submitted[0]
		c = o.do("take", http.MethodPost, "/claim-east/take", o.reviewer, api.ClaimAct{Version: c.Version})
		o.do("reject", http.MethodPost, "/claim-east/reject", o.reviewer, api.ClaimAct{Version: c.Version, Reason: "not-entitled"})
		o, c = offices[1], submitted[1]
		c = o.do("take", http.MethodPost, "/claim-west/take", o.reviewer, api.ClaimAct{Version: c.Version})
		if c.Assessment.Totals.CoveredML != left {
			t.Errorf("without being asked it gets %d mL", c.Assessment.Totals.CoveredML)
		}
		o.want("approve what is not covered", http.MethodPost, "/claims/claim-west/approve", o.reviewer, api.ClaimAct{Version: c.Version, AmountFen: 41000}, nil, "claim.amount")
		c = o.do("return", http.MethodPost, "/claim-west/return", o.reviewer, api.ClaimAct{Version: c.Version, Note: "再试一次"})
		c = o.do("submit", http.MethodPost, "/claim-west/submit", o.clerk, api.ClaimAct{Version: c.Version})
		if c.Assessment.Totals.CoveredML != 400 {
			t.Errorf("after the first was rejected: %+v", c.Assessment.Totals)
		}
		c = o.do("take", http.MethodPost, "/claim-west/take", o.reviewer, api.ClaimAct{Version: c.Version})
		o.do("approve", http.MethodPost, "/claim-west/approve", o.reviewer, api.ClaimAct{Version: c.Version, AmountFen: 41000})
		held, err := b.store.ReservationsFor(t.Context(), "claim-west")
		if err != nil || !slices.ContainsFunc(held, func(r relief.Reservation) bool { return r.State == relief.Confirmed && r.ML == 400 }) {
			t.Errorf("%+v, %v", held, err)
		}
	})
}

func (o office) wantAudited(id string, actions ...string) {
	o.t.Helper()
	for _, want := range actions {
		if !slices.ContainsFunc(o.entries(), func(e audit.Entry) bool {
			return e.Action == want && e.Object.ID == id && strings.Contains(e.After, `"status"`) && (want == "claim.create") == (e.Before == "")
		}) {
			o.t.Errorf("%s is not written down", want)
		}
	}
}

// Attachments come back as pictures without what a camera wrote, turned as they are shown.
func TestAttachmentsOfAClaim(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		c := o.files("claim-1", "110105", "5")
		if len(c.Files) != 1 || c.Files[0].Width != 200 || c.Files[0].Type != "image/jpeg" {
			t.Fatalf("%+v", c.Files)
		}
		handed := api.ClaimHanded{Kind: claim.Invoice, Content: photograph("5")}
		const path = "/claims/claim-1/attachments/page-claim-1"
		if again := o.do("hand in twice", http.MethodPut, strings.TrimPrefix(path, "/claims"), o.clerk, handed); again.Version != c.Version {
			t.Errorf("told twice it is version %d", again.Version)
		}
		o.want("another under its ID", http.MethodPut, path, o.clerk, api.ClaimHanded{Kind: claim.Invoice, Content: photograph("6")}, nil, "claim.attachment_exists")
		o.want("a program", http.MethodPut, "/claims/claim-1/attachments/x", o.clerk, api.ClaimHanded{Kind: claim.Invoice, Content: []byte("MZ")}, nil, "attachment.type")
		var upright, turned, small api.ClaimFile
		o.want("look", http.MethodGet, path, o.reviewer, nil, &upright, "")
		o.do("turn", http.MethodPost, strings.TrimPrefix(path, "/claims")+"/rotate", o.clerk, map[string]int{"turns": 1})
		o.want("look again", http.MethodGet, path, o.reviewer, nil, &turned, "")
		o.want("from afar", http.MethodGet, path+"/preview", o.reviewer, nil, &small, "")
		if bytes.Equal(upright.Content, turned.Content) || attachment.Sniff(turned.Content) != attachment.JPEG || attachment.Sniff(small.Content) != attachment.JPEG {
			t.Error("it was not turned, or is no picture")
		}
		c = o.do("take away", http.MethodDelete, strings.TrimPrefix(path, "/claims"), o.clerk, nil)
		o.want("look at what is gone", http.MethodGet, path, o.reviewer, nil, nil, "claim.not_found")
		if _, err := b.store.ClaimFile(t.Context(), "claim-1", "page-claim-1"); fault.CodeOf(err) != "claim.attachment_not_found" {
			t.Errorf("its content is still there: %v", err)
		}
	})
}

// The same invoice in two districts is found from either side; neither office is told more
// of the other's claim than its number and what of its own is alike.
func TestDoublesAcrossDistricts(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		offices := newOffices(b, east, west, everywhere)
		east, west, all := offices[0], offices[1], offices[2]
		east.files("claim-east", "110105", "5")
		west.files("claim-west", "110106", "6")
		var seen, whole []api.ClaimDouble
		east.want("compare", http.MethodGet, "/claims/claim-east/doubles", east.reviewer, nil, &seen, "")
		all.want("compare", http.MethodGet, "/claims/claim-east/doubles", all.reviewer, nil, &whole, "")
		if len(seen) != 1 || seen[0].Number != "110106-2026-00001" || seen[0].ID != "" || len(seen[0].Findings) != 1 || seen[0].Findings[0].Kind != claim.SameInvoice ||
			!slices.Equal(seen[0].Findings[0].Here, []string{"lines[0]"}) || len(seen[0].Findings[0].There) != 0 {
			t.Errorf("the east sees %+v", seen)
		}
		if len(whole) != 1 || whole[0].ID != "claim-west" || len(whole[0].Findings[0].There) != 1 {
			t.Errorf("who sees both sees %+v", whole)
		}
		east.want("open it", http.MethodGet, "/claims/claim-west", east.reviewer, nil, nil, "claim.not_found")
		east.want("file there", http.MethodPost, "/claims", east.clerk, api.ClaimNew{ID: "x", District: "110106", Content: claim.Content{Channel: claim.Mail}}, nil, "claim.district")
	})
}

func TestClaimsAreSearchedAndCounted(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		offices := newOffices(b, east, everywhere)
		o, all := offices[0], offices[1]
		o.files("claim-1", "110105", "5")
		all.files("claim-2", "110106", "6")
		find := func(bearer string, in api.ClaimSearch) (numbers []string) {
			t.Helper()
			var list api.ClaimList
			b.want("search", http.MethodPost, "/claims/search", bearer, in, &list, "")
			for _, c := range list.Claims {
				numbers = append(numbers, c.ID)
				if c.Donor == "" || !strings.Contains(c.Donor, "*") {
					t.Errorf("the donor stands there as %q", c.Donor)
				}
			}
			return numbers
		}
		content := claimContent("6")
		for name, c := range map[string]struct {
			bearer string
			in     api.ClaimSearch
			want   []string
		}{
			"all of one's own":            {o.reviewer, api.ClaimSearch{}, []string{"claim-1"}},
			"all there are":               {all.reviewer, api.ClaimSearch{Order: "waiting"}, []string{"claim-1", "claim-2"}},
			"newest first":                {all.reviewer, api.ClaimSearch{}, []string{"claim-2", "claim-1"}},
			"by the patient's document":   {all.reviewer, api.ClaimSearch{Text: content.Patient.Number}, []string{"claim-2"}},
			"by a certificate":            {all.reviewer, api.ClaimSearch{Text: "test-6"}, []string{"claim-2"}},
			"by a name":                   {all.reviewer, api.ClaimSearch{Text: content.Donor.Name}, []string{"claim-2"}},
			"by an invoice":               {all.reviewer, api.ClaimSearch{Text: "test invoice 17", Order: "waiting"}, []string{"claim-1", "claim-2"}},
			"of another's, by a document": {o.reviewer, api.ClaimSearch{Text: content.Patient.Number}, nil},
			"of another's, by district":   {o.reviewer, api.ClaimSearch{Districts: []string{"110106"}}, nil},
			"taken by oneself":            {all.reviewer, api.ClaimSearch{Mine: true}, nil},
			"in another status":           {all.reviewer, api.ClaimSearch{Statuses: []claim.Status{claim.Paid}}, nil},
		} {
			if got := find(c.bearer, c.in); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		b.pass(15 * 24 * time.Hour)
		counts, err := b.CountClaims(t.Context(), api.Caller{})
		if err != nil || len(counts) != 1 || counts[0] != (api.ClaimCount{Status: claim.Draft, Count: 2, Late: 2}) {
			t.Errorf("%+v, %v", counts, err)
		}
	})
}
