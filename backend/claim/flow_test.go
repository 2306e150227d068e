package claim

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/lang"
	"lianxin/backend/relief"
)

var update = flag.Bool("update", false, "write the drawing in docs/claims.md anew")

// walk takes steps one after the other; each is "duty who step".
func walk(t *testing.T, c Claim, steps ...Act) Claim {
	t.Helper()
	for _, a := range steps {
		a.Version, a.At = c.Version, noon
		next, event, err := c.Do(a, BuiltIn())
		if err != nil {
			t.Fatalf("%s by %s: %v", a.Step, a.By, err)
		}
		if event.From != c.Status || event.To != next.Status || event.Seq != c.Version+1 || event.By != a.By {
			t.Errorf("%s: event %+v", a.Step, event)
		}
		c = next
	}
	return c
}

func act(step Step, duty Duty, by string) Act {
	return Act{Step: step, Duty: duty, By: by, Note: "测试"}
}

func approve(by string, fen int64) Act {
	a := act(Approve, Review, by)
	a.AmountFen = fen
	return a
}

func TestAClaimFromIntakeToSettlement(t *testing.T) {
	c := walk(t, whole(), act(Submit, Capture, "clerk-1"), act(Take, Review, "reviewer-1"), act(Return, Review, "reviewer-1"),
		act(Submit, Capture, "clerk-2"), act(Take, Review, "reviewer-2"), act(Take, Review, "reviewer-1"), approve("reviewer-1", 60000),
		act(Release, Pay, "finance-1"), act(Confirm, Pay, BySystem), act(Fail, Pay, BySystem), act(Release, Pay, "finance-1"),
		act(Confirm, Pay, BySystem), act(Settle, Pay, BySystem))
	if c.Status != Settled || c.Version != 14 || c.Decision.AmountFen != 60000 || c.Decision.By != "reviewer-1" || !c.IsOver() {
		t.Errorf("%+v", c)
	}
	if len(c.Hands) != 5 {
		t.Errorf("hands %+v", c.Hands)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	limit := BuiltIn().SecondApprovalFen
	dear := whole()
	dear.Lines = append(dear.Lines, Line{Component: relief.ApheresisPlatelets, Quantity: "10", AmountFen: 1400000, On: today})
	submitted := walk(t, whole(), act(Submit, Capture, "clerk-1"))
	taken := walk(t, submitted, act(Take, Review, "reviewer-1"))
	once := walk(t, dear, act(Submit, Capture, "clerk-1"), act(Take, Review, "reviewer-1"), approve("reviewer-1", limit+1))
	if once.Status != SecondReview {
		t.Fatalf("above the limit it is %s", once.Status)
	}
	approved := walk(t, taken, approve("reviewer-1", 100))
	rejected := act(Reject, Review, "reviewer-1")
	rejected.Reason = "not-entitled"
	unknown := rejected
	unknown.Reason = "no such reason"
	silent := act(Return, Review, "reviewer-1")
	silent.Note = ""
	for name, c := range map[string]struct {
		claim Claim
		act   Act
		want  string
	}{
		"finance settles one by hand":           {walk(t, approved, act(Release, Pay, "finance-1"), act(Confirm, Pay, BySystem)), act(Settle, Pay, "finance-1"), "claim.step"},
		"the clerk reviews":                     {submitted, act(Take, Review, "clerk-1"), "claim.same_person"},
		"the reviewer pays":                     {approved, act(Release, Pay, "reviewer-1"), "claim.same_person"},
		"the clerk pays":                        {approved, act(Release, Pay, "clerk-1"), "claim.same_person"},
		"finance pays":                          {approved, act(Release, Pay, "finance-1"), ""},
		"another reviewer decides":              {taken, approve("reviewer-2", 100), "claim.not_yours"},
		"another reviewer takes it over":        {taken, act(Take, Review, "reviewer-2"), ""},
		"the same reviewer looks a second time": {once, approve("reviewer-1", limit+1), "claim.same_person"},
		"a second reviewer":                     {once, approve("reviewer-2", 0), ""},
		"a second reviewer, another amount":     {once, approve("reviewer-2", 100), "claim.amount"},
		"nothing is approved":                   {taken, approve("reviewer-1", 0), "claim.amount"},
		"all that was not insured":              {taken, approve("reviewer-1", 62000), ""},
		"more than was paid":                    {taken, approve("reviewer-1", 62001), "claim.amount"},
		"approved from afar":                    {submitted, approve("reviewer-1", 100), "claim.step"},
		"paid before it is approved":            {taken, act(Release, Pay, "finance-1"), "claim.step"},
		"a clerk approves":                      {taken, Act{Step: Approve, Duty: Capture, By: "clerk-2", AmountFen: 100}, "claim.step"},
		"rejected for a reason":                 {taken, rejected, ""},
		"rejected for no reason there is":       {taken, unknown, "claim.reason_unknown"},
		"returned without a word":               {taken, silent, "claim.reason_missing"},
		"withdrawn when it is reviewed":         {taken, act(Withdraw, Capture, "clerk-1"), "claim.step"},
		"an old look at it":                     {taken, Act{Step: Take, Duty: Review, By: "reviewer-2", Version: 1}, "claim.changed"},
	} {
		if c.act.Version == 0 {
			c.act.Version = c.claim.Version
		}
		c.act.At = noon
		next, _, err := c.claim.Do(c.act, BuiltIn())
		wantCode(t, name, err, c.want)
		if err != nil && (next.Status != c.claim.Status || next.Version != c.claim.Version) {
			t.Errorf("%s: refused, and yet it is %s", name, next.Status)
		}
	}
}

// What is offered is what would be done.
func TestStepsAreThoseThatWork(t *testing.T) {
	taken := walk(t, whole(), act(Submit, Capture, "clerk-1"), act(Take, Review, "reviewer-1"))
	for by, want := range map[string][]Step{"reviewer-1": {Take, Return, Approve, Reject}, "reviewer-2": {Take}, "clerk-1": {}} {
		if got := taken.Steps(by, []Duty{Review}); !slices.Equal(got, want) {
			t.Errorf("%s is offered %v, want %v", by, got, want)
		}
	}
	if got := whole().Steps("clerk-2", []Duty{Capture, Review}); !slices.Equal(got, []Step{Submit, Withdraw}) {
		t.Errorf("a draft: %v", got)
	}
}

// Whoever may not because of what they did before is told so, and nobody else is.
func TestWhoIsBarred(t *testing.T) {
	dear := whole()
	dear.Lines = append(dear.Lines, Line{Component: relief.ApheresisPlatelets, Quantity: "10", AmountFen: 1400000, On: today})
	submitted := walk(t, dear, act(Submit, Capture, "clerk-1"))
	taken := walk(t, submitted, act(Take, Review, "reviewer-1"))
	once := walk(t, taken, approve("reviewer-1", BuiltIn().SecondApprovalFen+1))
	approved := walk(t, once, approve("reviewer-2", 0))
	all := []Duty{Capture, Review, Pay}
	for name, c := range map[string]struct {
		claim  Claim
		by     string
		duties []Duty
		want   Bar
	}{
		"who took it in would review":   {submitted, "clerk-1", []Duty{Capture, Review}, Bar{Review, Capture}},
		"who took it in cannot review":  {submitted, "clerk-1", []Duty{Capture}, Bar{}},
		"another reviewer":              {submitted, "reviewer-1", all, Bar{}},
		"another has it":                {taken, "reviewer-2", all, Bar{}},
		"who reviewed it looks again":   {once, "reviewer-1", all, Bar{Review, Review}},
		"a second reviewer":             {once, "reviewer-2", all, Bar{}},
		"who reviewed it would pay":     {approved, "reviewer-2", all, Bar{Pay, Review}},
		"who took it in would pay":      {approved, "clerk-1", all, Bar{Pay, Capture}},
		"finance":                       {approved, "finance-1", all, Bar{}},
		"who reviewed it would capture": {walk(t, taken, act(Return, Review, "reviewer-1")), "reviewer-1", all, Bar{Capture, Review}},
		"nothing follows":               {walk(t, whole(), act(Withdraw, Capture, "clerk-1")), "clerk-1", all, Bar{}},
	} {
		if got := c.claim.BarredBy(c.by, c.duties); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// Each status but the first is reached, and none is a trap unless it is an end.
func TestTheTableIsWhole(t *testing.T) {
	reached := map[Status]bool{Draft: true}
	for range Statuses() {
		for _, r := range Rules() {
			if slices.ContainsFunc(r.From, func(s Status) bool { return reached[s] }) {
				reached[r.To] = true
			}
		}
	}
	var ends []Status
	for _, s := range Statuses() {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if (Claim{Status: s}).IsOver() {
			ends = append(ends, s)
		}
		if _, limited := BuiltIn().Waits[s]; limited == ((Claim{Status: s}).IsOver() || s == Rejected) {
			t.Errorf("%s: a limit %t", s, limited)
		}
	}
	if !slices.Equal(ends, []Status{Withdrawn, Settled}) {
		t.Errorf("ends are %v", ends)
	}
}

func TestEverythingHasAName(t *testing.T) {
	w := AllWords()
	for what, texts := range map[string][]lang.Text{"statuses": names(w.Statuses), "steps": names(w.Steps), "relations": names(w.Relations),
		"documents": names(w.Documents), "findings": names(w.Findings), "components": names(w.Components), "fees": names(w.Fees)} {
		for i, text := range texts {
			if !text.IsComplete() {
				t.Errorf("%s %d has no name", what, i)
			}
		}
	}
}

func names[T ~string](list []Named[T]) []lang.Text {
	texts := make([]lang.Text, len(list))
	for i, n := range list {
		texts[i] = n.Name
	}
	return texts
}

func TestDiagram(t *testing.T) {
	const file = "../../docs/claims.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []lang.Tag{lang.Chinese, lang.English} {
		begin, end := "<!-- steps "+string(tag)+" -->\n```mermaid\n", "```\n<!-- end -->"
		before, rest, ok := strings.Cut(string(text), begin)
		drawn, after, ended := strings.Cut(rest, end)
		if !ok || !ended {
			t.Fatalf("%s has no place for the drawing in %s", file, tag)
		}
		if *update {
			text = []byte(before + begin + Diagram(tag) + end + after)
		} else if drawn != Diagram(tag) {
			t.Errorf("the drawing in %s is not the table's: go test ./backend/claim -run Diagram -update", file)
		}
	}
	if *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLate(t *testing.T) {
	h := BuiltIn()
	entered := noon.Add(-time.Duration(h.Waits[Submitted]) * 24 * time.Hour)
	if h.IsLate(Submitted, entered, noon) || !h.IsLate(Submitted, entered.Add(-time.Second), noon) || h.IsLate(Withdrawn, entered.AddDate(-5, 0, 0), noon) {
		t.Error("late is later than the limit")
	}
}

func TestAPackWhoseExamplesFailIsRefused(t *testing.T) {
	text, err := packFiles.ReadFile("packs/handling/beijing.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another limit":     {"second_approval_above_yuan: 5000", "second_approval_above_yuan: 9000"},
		"longer waits":      {"  submitted: 2", "  submitted: 9"},
		"a status unheard":  {"  submitted: 2", "  asleep: 2"},
		"a reason twice":    {"id: used-up", "id: not-entitled"},
		"no second look":    {"second_approval_above_yuan: 5000", "second_approval_above_yuan: 0"},
		"a limit to an end": {"  failed: 2", "  settled: 2"},
	} {
		if _, err := LoadBytes("test.yaml", []byte(strings.Replace(string(text), change[0], change[1], 1))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := LoadBytes("test.yaml", text); err != nil {
		t.Error(err)
	}
}
