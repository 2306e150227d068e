package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/consent"
	"lianxin/backend/desk"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
	"lianxin/backend/staff"
)

// kill ends the desk as if its plug was pulled: the center hears nothing of it, and what
// is not on the disk is gone.
func (o *office) kill() {
	o.t.Helper()
	o.line.set(func(l *line) { l.down = true })
	if err := o.desk.Close(context.WithoutCancel(o.t.Context())); err != nil {
		o.t.Error(err)
	}
	o.line.set(func(l *line) { l.down = false })
	o.open()
}

// filled is a whole claim but for its pages.
func (o *office) filled() claim.Content {
	insurance, today := int64(0), calendar.Of(o.clock.Now())
	donor := claim.Party{Name: "测试王𬭎", Kind: identity.ResidentID, Number: identity.WithCheck("11019919640214001").Text(), Phone: "010-55500001"}
	stroke := make(consent.Stroke, 60)
	for i := range stroke {
		stroke[i] = consent.Point{X: 1000 + i*90, Y: 4000 + i%7*300, T: i * 16}
	}
	return claim.Content{Channel: claim.OnSite, Relation: relief.Self, Donor: claim.Donor{Party: donor, Certificate: "TEST-0001"},
		Hospital:   claim.Hospital{Name: "测试医院", Admitted: today.AddDays(-20), Left: today.AddDays(-10)},
		Lines:      []claim.Line{{Invoice: "TEST-17", Component: relief.RedCells, Quantity: "2", AmountFen: 42000, On: today.AddDays(-15)}},
		Insurance:  &insurance,
		Payee:      claim.Payee{Kind: claim.BankAccount, Holder: donor.Name, Account: "6200000000000000001", Bank: "测试银行"},
		Commitment: claim.Commitment{Way: claim.SignedHere, On: today, Strokes: []consent.Stroke{stroke}}}
}

// scan lays n pages into the scanner's folder, each another one, of even squares: busy pictures
// take long.
func (o *office) scan(n int) {
	o.t.Helper()
	const wide, high, square = 200, 240, 40
	for i := range n {
		img := image.NewGray(image.Rect(0, 0, wide, high))
		for y := range high {
			for x := range wide {
				img.SetGray(x, y, color.Gray{uint8((x/square*(i+3) + y/square*(i*i+7)) * 37 % 256)}) //nolint:gosec // below 256
			}
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, img, nil); err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(o.config.Scanner, fmt.Sprintf("scan%02d.jpg", i)), out.Bytes(), 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
}

func newDistrictOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, staff.DistrictClerk)
	o.config.Scanner = t.TempDir()
	o.kill()
	o.enter()
	o.want(http.MethodGet, "/desk/claims/words", nil, nil, "")
	return o
}

// captures types a whole claim, with every document that is asked for.
func (o *office) captures(id string) api.KeptClaimOpened {
	o.t.Helper()
	var kept api.KeptClaimOpened
	o.want(http.MethodPut, "/desk/claims/"+id, api.KeptContent{District: "110105", Content: o.filled()}, &kept, "")
	o.scan(len(kept.Documents))
	o.want(http.MethodPost, "/desk/claims/"+id+"/pages", api.PagesAdded{From: "scanner"}, &kept, "")
	if len(kept.Missing) > 0 || len(kept.Failed) > 0 || kept.Pages == 0 {
		o.t.Fatalf("missing %v, failed %v, %d pages", kept.Missing, kept.Failed, kept.Pages)
	}
	return kept
}

// sent waits until nothing is left to be sent.
func (o *office) sent() {
	o.t.Helper()
	for {
		var left []api.KeptClaim
		o.want(http.MethodGet, "/desk/claims", nil, &left, "")
		if len(left) == 0 {
			return
		}
		select {
		case <-o.told:
		case <-o.t.Context().Done():
			o.t.Fatalf("left: %+v", left)
		}
	}
}

func (o *office) center1(id string) api.ClaimOpened {
	o.t.Helper()
	var view api.ClaimOpened
	o.want(http.MethodGet, "/claims/"+id, nil, &view, "")
	return view
}

// A desk that was ended before it took a page's file away finds the file once more, and
// takes the page once; another file with the same content is another page.
func TestAPageOfTheScannerIsTakenOnce(t *testing.T) {
	o := newDistrictOffice(t)
	var kept api.KeptClaimOpened
	o.want(http.MethodPut, "/desk/claims/claim-1", api.KeptContent{District: "110105", Content: o.filled()}, &kept, "")
	name, written := filepath.Join(o.config.Scanner, "scan00.jpg"), time.Now().Add(-time.Minute)
	for i, c := range []struct {
		written time.Time
		pages   int
	}{{written, 1}, {written, 1}, {written.Add(time.Second), 2}} {
		o.scan(1)
		if err := os.Chtimes(name, c.written, c.written); err != nil {
			t.Fatal(err)
		}
		o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "scanner"}, &kept, "")
		if _, err := os.Stat(name); len(kept.Files) != c.pages || !os.IsNotExist(err) {
			t.Errorf("%d: %d pages, want %d; the file: %v", i, len(kept.Files), c.pages, err)
		}
	}
}

func TestWhatIsCapturedOutlivesTheDesk(t *testing.T) {
	o := newDistrictOffice(t)
	o.line.set(func(l *line) { l.down = true })
	before := o.captures("claim-1")
	if left, err := os.ReadDir(o.config.Scanner); err != nil || len(left) > 0 {
		t.Errorf("the scanner's folder has %v, %v", left, err)
	}
	var kept api.KeptClaimOpened
	turned := 1
	o.want(http.MethodPatch, "/desk/claims/claim-1/pages/"+before.Files[0].ID, api.PageChange{Turns: &turned}, &kept, "")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{"submit": true}, &kept, "")
	if kept.State != "waiting" || !kept.Submits || !kept.Unsent {
		t.Errorf("without a line it is %s, %+v", kept.State, kept.KeptClaim)
	}
	// Whoever reads the disk learns nothing.
	for _, name := range files(t, filepath.Join(o.data, "kept")) {
		sealed, err := os.ReadFile(name)
		if err != nil || bytes.Contains(sealed, []byte("测试")) || bytes.Contains(sealed, []byte("\xff\xd8\xff")) || bytes.Contains(sealed, []byte("6200000")) {
			t.Errorf("%s can be read (%v)", name, err)
		}
	}
	o.kill()
	o.line.set(func(l *line) { l.fails, l.changes = 1, 0 }) // the line is bad, but one may log in
	o.enter()
	var again api.KeptClaimOpened
	o.want(http.MethodGet, "/desk/claims/claim-1", nil, &again, "")
	if again.Content.Donor != kept.Content.Donor || len(again.Files) != len(before.Files) || again.Files[0].Turns != 1 {
		t.Errorf("after the plug was pulled: %+v", again)
	}
	var picture api.ClaimFile
	o.want(http.MethodGet, "/desk/claims/claim-1/pages/"+again.Files[0].ID+"/picture", nil, &picture, "")
	if size, err := jpeg.DecodeConfig(bytes.NewReader(picture.Content)); err != nil || size.Width != 240 {
		t.Errorf("the turned page is %d wide, %v", size.Width, err)
	}
	o.line.set(func(l *line) { l.fails = 0 })
	o.sent()
	view := o.center1("claim-1")
	if view.Status != claim.Submitted || len(view.Files) != len(before.Files) || view.Files[0].Turns != 1 {
		t.Errorf("the center has %s, %d files, %+v", view.Status, len(view.Files), view.Files[0])
	}
	if left := files(t, filepath.Join(o.data, "kept")); len(left) > 0 {
		t.Errorf("the desk still keeps %v", left)
	}
}

func files(t testing.TB, folder string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return names
}

// Each change of the center is lost once on its way there, once on its way back; the desk
// is killed then, and told again.
func TestEveryCallMayBeLost(t *testing.T) {
	o := newDistrictOffice(t)
	for _, heard := range []bool{false, true} {
		for fails := 1; ; fails++ {
			id := fmt.Sprintf("claim-%t-%d", heard, fails)
			pages := len(o.captures(id).Files)
			o.line.set(func(l *line) { l.changes, l.fails, l.heard = 0, fails, heard })
			var kept api.KeptClaimOpened
			o.want(http.MethodPost, "/desk/claims/"+id+"/send", map[string]bool{"submit": true}, &kept, "")
			o.line.set(func(l *line) { l.fails, l.heard = 0, false })
			if kept.State == "waiting" {
				o.kill()
				o.enter()
				o.sent()
			}
			view := o.center1(id)
			if view.Status != claim.Submitted || len(view.Files) != pages || view.Content.Donor.Name != "测试王𬭎" {
				t.Errorf("%s: %s with %d of %d files", id, view.Status, len(view.Files), pages)
			}
			if submitted := slices.DeleteFunc(view.History, func(e api.ClaimEvent) bool { return e.Step != claim.Submit }); len(submitted) != 1 {
				t.Errorf("%s was submitted %d times", id, len(submitted))
			}
			if kept.State != "waiting" {
				if fails < 4 {
					t.Errorf("only %d calls", fails)
				}
				break
			}
		}
	}
}

func TestWhatTheCenterRefusesIsSaid(t *testing.T) {
	o := newDistrictOffice(t)
	var kept api.KeptClaimOpened
	o.want(http.MethodPut, "/desk/claims/claim-1", api.KeptContent{District: "110105", Content: claim.Content{Channel: claim.OnSite}}, &kept, "")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{"submit": true}, &kept, "")
	if kept.State != "refused" || kept.Code != "claim.incomplete" || kept.Number == "" || len(kept.Missing) < 5 {
		t.Errorf("%s %q %q, %d places", kept.State, kept.Code, kept.Number, len(kept.Missing))
	}
	// Typing on takes the refusal away; sent without handing in, the center has a draft.
	kept = api.KeptClaimOpened{}
	o.want(http.MethodPut, "/desk/claims/claim-1", api.KeptContent{District: "110105", Content: o.filled()}, &kept, "")
	if kept.State != "open" || kept.Code != "" {
		t.Errorf("typed on: %s %q", kept.State, kept.Code)
	}
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{}, &kept, "")
	if kept.State != "open" || kept.Unsent || kept.Center == nil || kept.Center.Status != claim.Draft {
		t.Errorf("saved: %+v", kept.KeptClaim)
	}
	// Somebody else changes it at the center: nothing of either is lost.
	other := o.filled()
	other.Remark = "theirs"
	if status, code := o.ask(http.MethodPut, "/claims/claim-1", api.ClaimChange{Version: kept.Center.Version, Content: other}, nil); status != 200 {
		t.Fatal(code)
	}
	mine := o.filled()
	mine.Remark = "mine"
	o.want(http.MethodPut, "/desk/claims/claim-1", api.KeptContent{District: "110105", Content: mine}, nil, "")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{}, &kept, "")
	if kept.Code != "claim.changed" || kept.Content.Remark != "mine" || o.center1("claim-1").Content.Remark != "theirs" {
		t.Errorf("%q here %q", kept.Code, kept.Content.Remark)
	}
	// Pressed again it is the clerk's word that theirs goes over the other's.
	kept = api.KeptClaimOpened{}
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{}, &kept, "")
	if kept.Code != "" || o.center1("claim-1").Content.Remark != "mine" {
		t.Errorf("%q", kept.Code)
	}
	o.want(http.MethodDelete, "/desk/claims/claim-1", nil, nil, "")
	o.want(http.MethodGet, "/desk/claims/claim-1", nil, nil, "desk.not_kept")
}

// A claim the center fails with waits, and none behind it waits for that.
func TestOneThatFailsKeepsNoOther(t *testing.T) {
	o := newDistrictOffice(t)
	o.line.set(func(l *line) { l.down, l.breaks = true, "claim-1" })
	for _, id := range []string{"claim-1", "claim-2"} {
		o.captures(id)
		o.want(http.MethodPost, "/desk/claims/"+id+"/send", map[string]bool{"submit": true}, nil, "")
	}
	o.line.set(func(l *line) { l.down = false })
	left := func() []string {
		var kept []api.KeptClaim
		o.want(http.MethodGet, "/desk/claims", nil, &kept, "")
		ids := []string{}
		for _, k := range kept {
			ids = append(ids, k.ID+" "+k.State)
		}
		return ids
	}
	for deadline := time.Now().Add(time.Minute); !slices.Equal(left(), []string{"claim-1 waiting"}); {
		select {
		case <-o.told:
		case <-time.After(time.Until(deadline)):
			t.Fatalf("left: %v", left())
		}
	}
	o.line.set(func(l *line) { l.breaks = "" })
	o.sent()
	if view := o.center1("claim-1"); view.Status != claim.Submitted {
		t.Errorf("%s", view.Status)
	}
}

func TestALockedDeskSendsAndShowsNothing(t *testing.T) {
	o := newDistrictOffice(t)
	o.captures("claim-1")
	o.line.set(func(l *line) { l.down = true })
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{"submit": true}, nil, "")
	o.want(http.MethodPost, "/desk/lock", nil, nil, "")
	for _, path := range []string{"/desk/claims", "/desk/claims/claim-1", "/desk/claims/words"} {
		o.want(http.MethodGet, path, nil, nil, "desk.locked")
	}
	o.line.set(func(l *line) { l.down = false })
	for deadline := time.Now().Add(time.Minute); len(files(t, filepath.Join(o.data, "kept"))) > 0; {
		select {
		case <-o.told:
		case <-time.After(time.Until(deadline)):
			t.Fatal("nothing was sent while the desk was locked")
		}
	}
	o.want(http.MethodPost, "/desk/unlock", map[string]string{"password": password}, nil, "")
	if view := o.center1("claim-1"); view.Status != claim.Submitted {
		t.Errorf("%s", view.Status)
	}
}

func TestPagesAreTakenAwayAndNamed(t *testing.T) {
	o := newDistrictOffice(t)
	before := o.captures("claim-1")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{}, nil, "")
	var kept api.KeptClaimOpened
	// One goes that the center has, one comes, and one that is no page stays where it is.
	o.want(http.MethodPatch, "/desk/claims/claim-1/pages/"+before.Files[0].ID, api.PageChange{Gone: true}, &kept, "")
	o.scan(9)
	if err := os.WriteFile(filepath.Join(o.config.Scanner, "a.jpg"), []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "scanner", Kind: claim.OtherDocument}, &kept, "")
	if len(kept.Failed) != 1 || kept.Failed[0].Code != "attachment.type" || len(kept.Files) != len(before.Files)+8 {
		t.Errorf("failed %v, %d files", kept.Failed, len(kept.Files))
	}
	last := kept.Files[len(kept.Files)-1]
	o.want(http.MethodPatch, "/desk/claims/claim-1/pages/"+last.ID, api.PageChange{Kind: before.Files[0].Kind}, &kept, "")
	o.want(http.MethodPatch, "/desk/claims/claim-1/pages/nothing", api.PageChange{Gone: true}, nil, "claim.attachment_not_found")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{"submit": true}, &kept, "")
	view := o.center1("claim-1")
	if view.Status != claim.Submitted || len(view.Files) != len(before.Files)+8 || view.Files[len(view.Files)-1].Kind != before.Files[0].Kind {
		t.Errorf("%s, %d files", view.Status, len(view.Files))
	}
	o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "dialog"}, nil, "desk.not_kept")
	o.want(http.MethodPost, "/desk/claims/claim-1/begin", nil, nil, "claim.closed")
}

// The dialog for files stands open for longer than the desk stays open: what was typed and
// what is chosen then are there again for whoever unlocks it, and for nobody else.
func TestLockedWhileADialogIsOpen(t *testing.T) {
	o := newDistrictOffice(t)
	choices := make(chan []string)
	o.config.Choose = func(context.Context, desk.Wanted) ([]string, error) { return <-choices, nil }
	o.kill()
	o.enter()
	var kept api.KeptClaimOpened
	half := claim.Content{Channel: claim.OnSite, Donor: claim.Donor{Certificate: "TEST-0001"}}
	begin := func() {
		o.want(http.MethodPut, "/desk/claims/claim-1", api.KeptContent{District: "110105", Content: half}, &kept, "")
		o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "dialog"}, &kept, "")
		o.clock.pass(desk.IdleTime)
		o.until("locked")
	}
	begin()
	o.scan(2)
	stray, page := filepath.Join(o.config.Scanner, "scan00.jpg"), filepath.Join(o.config.Scanner, "scan01.jpg")
	o.desk.Drop([]string{stray}) // by somebody who passes a locked desk
	told := o.drops.Load()
	choices <- []string{page}
	for o.drops.Load() == told {
		<-o.told
	}
	o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "drop"}, nil, "desk.locked")
	o.want(http.MethodPost, "/desk/unlock", map[string]string{"password": password}, nil, "")
	o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "drop"}, &kept, "")
	if kept.Content.Donor.Certificate != "TEST-0001" || len(kept.Files) != 1 {
		t.Errorf("after unlocking: %+v, %d pages", kept.Content.Donor, len(kept.Files))
	}
	// Chosen by somebody whose login has ended since: the next is given nothing of it.
	begin()
	o.want(http.MethodPost, "/desk/logout", nil, nil, "")
	choices <- []string{page}
	o.clock.pass(time.Minute)
	o.enter()
	o.want(http.MethodPost, "/desk/claims/claim-1/pages", api.PagesAdded{From: "drop"}, &kept, "")
	if len(kept.Files) != 1 {
		t.Errorf("the next login was given %d pages", len(kept.Files))
	}
}

func TestTheApplicantGetsAPaper(t *testing.T) {
	o := newDistrictOffice(t)
	o.captures("claim-1")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{}, nil, "")
	ask := api.DeskPaper{Kind: "acceptance", Language: "zh-CN"}
	o.want(http.MethodPost, "/desk/claims/claim-1/papers", ask, nil, "claim.no_paper")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{"submit": true}, nil, "")
	var printed api.DeskPrinted
	o.want(http.MethodPost, "/desk/claims/claim-1/papers", ask, &printed, "")
	if papers := files(t, filepath.Join(o.data, "papers")); printed.State != "printed" || len(papers) != 1 {
		t.Errorf("%+v, %v", printed, papers)
	}
	// What the center says is said, and not that there is nothing to print.
	o.want(http.MethodPost, "/desk/slip", api.DeskSlip{VisitID: "visit-1", Language: "zh-CN"}, nil, "token.scope")
	o.line.set(func(l *line) { l.down = true })
	o.want(http.MethodPost, "/desk/claims/claim-1/papers", ask, nil, "desk.offline")
}

// A page shows all previews at once, and each look is written down.
func TestAllPagesAreLookedAtTogether(t *testing.T) {
	o := newDistrictOffice(t)
	before := o.captures("claim-1")
	o.want(http.MethodPost, "/desk/claims/claim-1/send", map[string]bool{"submit": true}, nil, "")
	handler, codes := o.desk.Handler(), make(chan int)
	for range 3 {
		for _, f := range before.Files {
			go func() {
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/desk/claims/claim-1/pages/"+f.ID+"/preview", nil))
				codes <- answer.Code
			}()
		}
	}
	for range 3 * len(before.Files) {
		if code := <-codes; code != http.StatusOK {
			t.Errorf("a preview answered %d", code)
		}
	}
}

func TestTextIsAsLargeAsWasChosen(t *testing.T) {
	o := newDistrictOffice(t)
	var state api.DeskState
	o.want(http.MethodPut, "/desk/text-size", map[string]int{"percent": 130}, &state, "")
	o.kill()
	if o.want(http.MethodGet, "/desk/state", nil, &state, ""); state.TextPercent != 100 {
		t.Errorf("before the login: %d", state.TextPercent)
	}
	o.enter()
	if o.want(http.MethodGet, "/desk/state", nil, &state, ""); state.TextPercent != 130 {
		t.Errorf("at the next login: %d", state.TextPercent)
	}
}
