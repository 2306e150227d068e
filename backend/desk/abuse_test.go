package desk_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/reception"
	"lianxin/backend/staff"
)

// abused is a desk that is brought to where an operation has something to do before the
// operation is abused there.
type abused struct {
	*office
	apitest.Abuse
	as   string // who is logged in; "" for nobody
	made int
}

func newAbused(t testing.TB, tally *apitest.Tally) *abused {
	a := &abused{}
	a.office = newOffice(t, staff.DistrictClerk)
	if _, err := a.center.Seed(t.Context(), 1, 20, nil); err != nil {
		t.Fatal(err)
	}
	// The clock of these tests stands still, so that no code grows too old meanwhile.
	if _, err := a.center.AddDemoMembers(t.Context(), "terminal"); err != nil {
		t.Fatal(err)
	}
	a.config.Scanner, a.config.Statements, a.config.Demo, a.config.Idle = t.TempDir(), t.TempDir(), true, 100_000*time.Hour
	statement := "交易日期,流水号,支出,收入,对方账号,附言\n2026-11-26,S-1,99.00,,123,水费\n"
	if err := os.WriteFile(filepath.Join(a.config.Statements, "a.csv"), []byte(statement), 0o600); err != nil {
		t.Fatal(err)
	}
	exports := t.TempDir()
	a.config.SaveAs = func(_ context.Context, name string) (string, error) { return filepath.Join(exports, name), nil }
	a.config.Log, a.config.Window = slog.Default(), func(string) error { return nil }
	a.kill()
	content := a.filled()
	a.Abuse = apitest.Abuse{Tally: tally, Moment: a.moment, Done: a.went, Handler: func() http.Handler { return a.desk.Handler() }}
	a.Maker = apitest.Maker{
		Personal: []string{content.Donor.Name, content.Donor.Number, content.Payee.Account, "13800138000", "测试丙丁𠮷", password, "测试辛"},
		Known: map[string][]any{"district": {"110105", "110106"}, "site_id": {"site-1", slipSite}, "password": {password}, "login": {"front.test", "demo.clerk"},
			"from": {"scanner", "drop", "dialog"}, "name": {"interview-1"}, "percent": {100, 130}},
	}
	return a
}

// slipSite is the site of the sample at which people are deferred.
const slipSite = "aoti"

// works makes sure that somebody is logged in and the desk is open.
func (a *abused) works(as string) {
	a.t.Helper()
	if a.as == as && a.phase() == "open" {
		if status, _ := a.office.ask(http.MethodGet, "/staff/me", nil, nil); status == http.StatusOK {
			return
		}
	}
	a.leaves()
	if as == "front.test" {
		a.enter()
		a.want(http.MethodGet, "/desk/claims/words", nil, nil, "")
	} else {
		a.clock.pass(time.Minute)
		a.want(http.MethodPost, "/desk/demo-login", map[string]string{"login": as}, nil, "")
	}
	a.as = as
}

func (a *abused) leaves() {
	a.want(http.MethodPost, "/desk/logout", nil, nil, "")
	a.as = ""
}

// kept is another whole claim that lies here, with all its pages.
func (a *abused) kept() api.KeptClaimOpened {
	a.t.Helper()
	a.works("front.test")
	var left []api.KeptClaim
	a.want(http.MethodGet, "/desk/claims", nil, &left, "")
	for _, c := range left { // with a list that grows each request takes longer
		a.want(http.MethodDelete, "/desk/claims/"+c.ID, nil, nil, "")
	}
	for _, name := range files(a.t, a.config.Scanner) {
		a.t.Fatalf("%s was left by the scanner", name)
	}
	a.made++
	return a.captures("claim-" + strconv.Itoa(a.made))
}

// sent is a claim the center has; handed in, if submit.
func (a *abused) sent(submit bool) api.KeptClaimOpened {
	a.t.Helper()
	var out api.KeptClaimOpened
	c := a.kept()
	if a.want(http.MethodPost, "/desk/claims/"+c.ID+"/send", map[string]bool{"submit": submit}, &out, ""); out.Code != "" || out.State == "sending" {
		a.t.Fatalf("%+v", out.KeptClaim)
	}
	out.Files = c.Files
	return out
}

// deferred is a visit that ended with a deferral.
func (a *abused) deferred() string {
	a.t.Helper()
	a.made++
	by := api.Caller{StaffID: "reception-1", Role: string(staff.Reception)}
	document := identity.WithCheck("11019919880808" + strconv.Itoa(100+a.made%900))
	row, err := a.center.RegisterVisit(a.t.Context(), slipSite, api.Registration{Kind: document.Kind, Number: document.Number, Name: "测试辛", Product: donation.WholeBlood, VolumeML: 200, Language: lang.Chinese}, by)
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.center.CallNumber(a.t.Context(), slipSite, api.ReceptionCall{CallID: "call-number-" + strconv.Itoa(a.made), Counter: "1", VisitID: row.ID}, by); err != nil {
		a.t.Fatal(err)
	}
	open, err := a.center.ReceptionVisit(a.t.Context(), row.ID, "", by)
	if err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.center.EndVisit(a.t.Context(), row.ID, api.VisitEnd{Version: open.Version, State: reception.Deferred, RuleID: "hemoglobin-male", Until: calendar.Of(a.clock.Now()).AddDays(30)}, by); err != nil {
		a.t.Fatal(err)
	}
	return row.ID
}

// chosen has a bank's statement taken up.
func (a *abused) chosen() apitest.Good {
	a.t.Helper()
	a.works("demo.finance")
	a.want(http.MethodPost, "/desk/statement", map[string]string{"from": "folder"}, nil, "")
	return body(map[string]string{"format": "bank-csv"})
}

func body(value any) apitest.Good { return apitest.Good{Body: value} }

// ofClaim is about a claim, and a page of it.
func ofClaim(c api.KeptClaimOpened, value any) apitest.Good {
	return apitest.Good{Path: map[string]string{"id": c.ID, "page_id": c.Files[0].ID}, Body: value}
}

// moments bring a desk to where an operation has something to do, and say how it is asked
// there; where none is, somebody is logged in. Without one that leads far enough
// TestAbuseOfEveryOperation says that the operation was never done.
var moments = map[string]func(a *abused) apitest.Good{
	"log-in-at-desk": func(a *abused) apitest.Good {
		a.leaves()
		a.clock.pass(time.Minute)
		return body(api.DeskLogin{Login: "front.test", Password: password, Code: a.code(a.secret)})
	},
	"log-in-as-demo": func(a *abused) apitest.Good {
		a.leaves()
		a.clock.pass(time.Minute)
		return body(map[string]string{"login": "demo.clerk"})
	},
	"unlock-desk": func(a *abused) apitest.Good {
		a.works("front.test")
		a.want(http.MethodPost, "/desk/lock", nil, nil, "")
		return body(map[string]string{"password": password})
	},
	"size-text":         func(*abused) apitest.Good { return body(map[string]int{"percent": 130}) },
	"open-waiting-room": func(*abused) apitest.Good { return body(map[string]string{"site_id": "site-1"}) },
	"get-draft":         func(*abused) apitest.Good { return apitest.Good{Path: map[string]string{"name": "interview-1"}} },
	"keep-draft": func(*abused) apitest.Good {
		return apitest.Good{Path: map[string]string{"name": "interview-1"}, Body: map[string]any{"comment": "half typed", "codes": []int{1, 2}}}
	},
	"take-pack-files": func(a *abused) apitest.Good {
		path := filepath.Join(a.t.TempDir(), "after-donation.json")
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			a.t.Fatal(err)
		}
		a.works("demo.admin")
		a.desk.Drop([]string{path})
		return body(map[string]string{"from": "drop"})
	},
	"export-audit": func(a *abused) apitest.Good {
		a.works("demo.admin")
		return body(map[string]string{"format": "csv"})
	},
	"save-file": func(a *abused) apitest.Good {
		a.works("demo.finance")
		return body(api.DeskFile{Kind: "settlement_paper", ID: "110105-2026-11", Language: "zh-CN"})
	},
	"print-settlement": func(a *abused) apitest.Good {
		a.works("demo.finance")
		return apitest.Good{Path: map[string]string{"id": "110105-2026-11"}, Body: api.DeskSettlement{Language: "zh-CN"}}
	},
	"choose-statement": func(a *abused) apitest.Good {
		a.works("demo.finance")
		return body(map[string]string{"from": "folder"})
	},
	"look-at-chosen-statement": (*abused).chosen,
	"take-chosen-statement":    (*abused).chosen,
	"print-slip": func(a *abused) apitest.Good {
		a.works("demo.reception")
		return body(api.DeskSlip{VisitID: a.deferred(), Language: "zh-CN"})
	},
	"print-claim-paper": func(a *abused) apitest.Good {
		return ofClaim(a.sent(true), api.DeskPaper{Kind: "acceptance", Language: "zh-CN"})
	},
	"forget-kept-claim": func(a *abused) apitest.Good { return ofClaim(a.kept(), nil) },
	"get-kept-claim":    func(a *abused) apitest.Good { return ofClaim(a.kept(), nil) },
	"get-page-picture":  func(a *abused) apitest.Good { return ofClaim(a.kept(), nil) },
	"get-page-preview":  func(a *abused) apitest.Good { return ofClaim(a.kept(), nil) },
	"begin-claim":       func(a *abused) apitest.Good { return ofClaim(a.sent(false), nil) },
	"keep-claim": func(a *abused) apitest.Good {
		c := a.kept()
		return ofClaim(c, api.KeptContent{District: "110105", Content: c.Content})
	},
	"send-claim": func(a *abused) apitest.Good { return ofClaim(a.kept(), map[string]bool{"submit": true}) },
	"add-pages": func(a *abused) apitest.Good {
		c := a.kept()
		a.scan(2)
		return ofClaim(c, api.PagesAdded{From: "scanner", Kind: "other"})
	},
	"change-page": func(a *abused) apitest.Good {
		turns := 1
		return ofClaim(a.kept(), api.PageChange{Kind: "invoice", Turns: &turns})
	},
}

// moment brings the desk to where an operation has something to do.
func (a *abused) moment(op apitest.Operation) (g apitest.Good) {
	for _, name := range files(a.t, a.config.Scanner) { // what the last moment left there
		if err := os.Remove(name); err != nil {
			a.t.Fatal(err)
		}
	}
	if a.as == "" || a.phase() != "open" {
		a.works("front.test")
	}
	if moment, has := moments[op.ID]; has {
		g = moment(a)
	}
	return g
}

// went is told what was done.
func (a *abused) went(op apitest.Operation) {
	if strings.Contains(op.ID, "log-in") || strings.Contains(op.ID, "log-out") || strings.Contains(op.ID, "unlock") {
		a.as = "" // who it is now, the next moment finds out
	}
	if op.ID == "export-audit" {
		a.written()
	}
}

// renewed is after how many requests an operation goes on at another desk: what thousands of
// them leave at a center makes every one after them slower.
const renewed = 500

// Whatever the page of a desk, or somebody in its place, sends to the desk itself: it does not
// break, says what is wrong, and repeats nobody's values. What goes on to the center is abused
// there. A few times at one desk, and many times at new ones for each operation, side by side.
func TestAbuseOfEveryOperation(t *testing.T) {
	isFew := apitest.Few(t, 6)
	tally, log := &apitest.Tally{}, &apitest.Heard{}
	log.LogsOf(t)
	var one *abused
	if isFew {
		one = newAbused(t, tally)
		defer one.namesNobody()
	}
	for _, op := range apitest.Read(t).Operations {
		if !strings.HasPrefix(op.Path, "/desk/") {
			continue
		}
		t.Run(op.ID, func(t *testing.T) {
			if !isFew {
				t.Parallel()
			}
			a, here := one, apitest.NewStretch(t)
			apitest.AbuseOperation(t, op, func(asked int) *apitest.Abuse {
				if asked%renewed == 0 && !isFew {
					here.End()
					desk := newAbused(here, tally)
					here.Cleanup(desk.namesNobody)
					a = desk
				}
				return &a.Abuse
			})
			a.WantQuiet(t, log)
		})
	}
	t.Cleanup(func() { tally.Check(t, "a desk") }) // after those that run side by side
}

// namesNobody tells whether a file is called after somebody.
func (a *abused) namesNobody() {
	a.t.Helper()
	for _, personal := range a.Maker.Personal {
		for _, name := range files(a.t, a.data) {
			if strings.Contains(filepath.Base(name), personal) {
				a.t.Errorf("the file %s is named after somebody", name)
			}
		}
	}
}
