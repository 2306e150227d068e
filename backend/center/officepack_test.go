package center

import (
	"bytes"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/hospital"
	"lianxin/backend/pack"
	"lianxin/backend/payout"
	"lianxin/backend/relief"
	"lianxin/backend/result"
)

// publishes gives out a pack of an office from today on, with some words changed.
func (b *bench) publishes(kind pack.Kind, text []byte, id, version string, changes ...string) {
	b.t.Helper()
	changes = append(changes, "2026-01-01", b.Today().String(), `"2026.1"`, `"`+version+`"`)
	content := strings.NewReplacer(changes...).Replace(string(text))
	if _, err := b.PublishPack(b.t.Context(), pack.Pack{ID: id, Version: version, Kind: kind, From: b.Today(), Content: []byte(content)}, "terminal"); err != nil {
		b.t.Fatal(err)
	}
	if err := b.Upkeep(b.t.Context()); err != nil { // a center looks every twenty seconds
		b.t.Fatal(err)
	}
}

// A center says above which amount a claim takes two, and until when a hospital corrects.
func TestLimitsArePublished(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		b.publishes(pack.Claims, claim.BuiltIn().Text, "claim-handling", "2026.2", "second_approval_above_yuan: 5000", "second_approval_above_yuan: 400",
			"approved_yuan: 5000", "approved_yuan: 400", "approved_yuan: 5001", "approved_yuan: 401")
		b.publishes(pack.Hospitals, hospital.BuiltIn().Text, "hospital-handling", "2026.2", "consent_days: 90", "consent_days: 30", "consent_days_ago: 90", "consent_days_ago: 30",
			"consent_days_ago: 91", "consent_days_ago: 31")
		if days := b.hospitalHandling().ConsentDays; days != 30 {
			t.Errorf("a consent is good for %d days", days)
		}
		o.gave(donorOf("312"), result.Markers{})
		o.files("claim-1", "110105", "3")
		c := o.shows("claim-1")
		c = o.do("submit", http.MethodPost, "/claim-1/submit", o.clerk, api.ClaimAct{Version: c.Version})
		c = o.do("take", http.MethodPost, "/claim-1/take", o.reviewer, api.ClaimAct{Version: c.Version})
		if c = o.do("approve", http.MethodPost, "/claim-1/approve", o.reviewer, api.ClaimAct{Version: c.Version, AmountFen: c.ClaimableFen}); c.Status != claim.SecondReview {
			t.Errorf("%d fen are %s", c.ClaimableFen, c.Status)
		}
	})
}

// A bank's own columns are published like any other rule; what has left in a format stays
// as it was when the format is another one.
func TestABanksOwnFormat(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		csv, _ := payout.BuiltIn().Bank("bank-csv")
		o.releases("claim-1", "110105", "3")
		order := api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-own"}
		o.want("before it is published", http.MethodPost, "/payouts/batches", o.finance, order, nil, "payout.format")
		b.publishes(pack.Bank, csv.Text, "bank-own", "2026.2", "id: bank-csv", "id: bank-own", "gb18030", "utf-8", "用血费用报销", "血费")
		o.batch("send", http.MethodPost, "/batch-1/send", map[string]int{"version": o.batch("make", http.MethodPost, "", order).Version})
		var file, again api.PayoutFile
		o.want("the file", http.MethodGet, "/payouts/batches/batch-1/file", o.finance, nil, &file, "")
		if !strings.Contains(string(file.Content), ",410.00,血费,") {
			t.Errorf("the bank gets %s", file.Content)
		}
		b.pass(time.Second)
		b.publishes(pack.Bank, csv.Text, "bank-own", "2026.3", "id: bank-csv", "id: bank-own", "用血费用报销", "用血")
		o.want("the file later", http.MethodGet, "/payouts/batches/batch-1/file", o.finance, nil, &again, "")
		if !bytes.Equal(file.Content, again.Content) {
			t.Errorf("the bank gets another file now: %s", again.Content)
		}
	})
}

// A center elsewhere publishes its region's rules as its own, and claims are judged by them:
// 400 mL that passed and 200 that did not, for the donor, of ten units of red cells.
func TestAnotherRegionsRulesAsOnesOwn(t *testing.T) {
	for region, want := range map[string]int64{"zhejiang": 2000, "henan": 3 * 600, "guangzhou": 3*400 + 200} {
		t.Run(region, func(t *testing.T) {
			b := newBench(t)
			o := newOffices(b, everywhere)[0]
			text, err := os.ReadFile("../relief/packs/" + region + "/relief.yaml")
			if err != nil {
				t.Fatal(err)
			}
			own := strings.Replace(string(text), "id: relief-"+region, "id: relief-own", 1)
			own = regexp.MustCompile(`region: "\d+"`).ReplaceAllString(own, `region: "110000"`)
			in := api.PackPublish{PackFiles: api.PackFiles{Files: []api.PackFile{{Name: "own.yaml", Content: own}}}, From: b.Today()}
			if _, err := b.PublishPackFiles(t.Context(), in, api.Caller{StaffID: "terminal"}); err != nil {
				t.Fatal(err)
			}
			o.gave(donorOf("312"), result.Markers{HIV: result.Reactive})
			content := claimContent("3")
			content.Relation, content.Patient, content.Lines[0].Quantity = relief.Self, claim.Party{}, "10"
			c := o.do("file", http.MethodPost, "", o.clerk, api.ClaimNew{ID: "claim-1", District: "110105", Content: content})
			if a := c.Assessment; a.Pack != "relief-own" || a.Totals.CoveredML != want {
				t.Errorf("%d mL by %s, want %d", a.Totals.CoveredML, a.Pack, want)
			}
		})
	}
}
