package pack

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire/packs"
)

// memory is a store of packs. What the databases do with them is tested there.
type memory struct {
	packs []Pack
	err   error
}

func (m *memory) SavePack(_ context.Context, p Pack) error {
	m.packs = append(m.packs, p)
	return nil
}
func (m *memory) Packs(context.Context) ([]Pack, error) { return m.packs, m.err }

// rules is the built-in pack under another version and first day.
func rules(version, from string) Pack {
	builtIn := policy.BuiltIn()
	text := strings.Replace(string(builtIn.Bytes()), builtIn.Version, version, 1)
	text = strings.Replace(text, "from: "+builtIn.From.String(), "from: "+from, 1)
	return Pack{ID: builtIn.ID, Version: version, Kind: Selection, From: calendar.MustParse(from), Content: []byte(text)}
}

// form is the built-in questionnaire under another version.
func form(version, from string) Pack {
	text := strings.Replace(string(packs.DonorHealth()), `"version": "2026.1"`, `"version": "`+version+`"`, 1)
	return Pack{ID: HealthForm, Version: version, Kind: Questionnaire, From: calendar.MustParse(from), Content: []byte(text)}
}

func filled(t *testing.T, stored ...Pack) (*Shelf, []error) {
	t.Helper()
	s := NewShelf(&memory{packs: stored})
	refused, err := s.Fill(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, refused
}

// inForce tells the versions of rules and questionnaire on a day.
func inForce(t *testing.T, s *Shelf, day string) string {
	t.Helper()
	selection, err := s.Selection(calendar.MustParse(day))
	if err != nil {
		t.Fatal(err)
	}
	questionnaire, err := s.Questionnaire(calendar.MustParse(day))
	if err != nil {
		t.Fatal(err)
	}
	return selection.Version + " " + questionnaire.Version
}

func TestWhatIsInForceOnADay(t *testing.T) {
	begin := policy.BuiltIn().From.AddDays(60)
	next, later := begin.String(), begin.AddDays(30).String()
	for name, c := range map[string]struct {
		stored []Pack
		want   map[string]string // by day
	}{
		"nothing stored": {nil, map[string]string{next: "2026.1 2026.1"}},
		"one that begins": {[]Pack{rules("2027.1", next), form("2027.1", next)}, map[string]string{
			begin.AddDays(-1).String(): "2026.1 2026.1", next: "2027.1 2027.1", later: "2027.1 2027.1"}},
		"two, the later first": {[]Pack{rules("2027.2", later), rules("2027.1", next), form("2027.2", later), form("2027.1", next)}, map[string]string{
			begin.AddDays(-1).String(): "2026.1 2026.1", next: "2027.1 2027.1",
			begin.AddDays(29).String(): "2027.1 2027.1", later: "2027.2 2027.2"}},
		"two of one day": {[]Pack{rules("2027.1", next), rules("2027.2", next), form("2027.1", next), form("2027.2", next)}, map[string]string{
			next: "2027.2 2027.2"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, refused := filled(t, c.stored...)
			if len(refused) != 0 {
				t.Fatal(refused)
			}
			for day, want := range c.want {
				if got := inForce(t, s, day); got != want {
					t.Errorf("on %s: %s, want %s", day, got, want)
				}
			}
		})
	}
}

// A center says from a day on that points and honours go by other rules.
func TestRulesForPointsAndHonours(t *testing.T) {
	next := calendar.MustParse("2027-01-01")
	written := func(kind Kind, id, text string) Pack {
		return Pack{ID: id, Version: "2027.1", Kind: kind, From: next, Content: []byte(text)}
	}
	s, refused := filled(t,
		written(Points, "points", `{pack: {id: points, version: "2027.1", region: CN, title: {zh: 点, en: Points}, from: 2027-01-01, source: made up}, returned: 7 days,
 redemption: {clause: made up, certainty: sample, hold_minutes: 5, cancel_within: 7 days, examples: [{name: early, confirmed: 2027-01-01, on: 2027-01-02, expect: true}, {name: late, confirmed: 2027-01-01, on: 2027-01-09, expect: false}]},
 rules: [{id: each, title: {zh: 次, en: Each}, event: donation, clause: made up, certainty: sample, when: units == 0, points: 30, expires: never,
  examples: [{on: 2027-01-01, expect: 30}, {on: 2027-01-01, units: 1, expect: 0}]}]}`),
		written(Honours, "honours", `{pack: {id: honours, version: "2027.1", region: CN, title: {zh: 奖, en: Honours}, from: 2027-01-01, source: made up},
 count: {clause: made up, certainty: verified, whole_blood_ml: 400, apheresis_units: 1}, grades: [{id: first, title: {zh: 一, en: First}, at: 1, certainty: verified}],
 examples: [{donations: [{volume: 400}], expect: {count: 1, grade: first}}]}`))
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	plain, _ := filled(t)
	built, err := plain.Points(calendar.MustParse("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-12-31": built.Version + " 2022.1", "2027-01-01": "2027.1 2027.1"} {
		points, err := s.Points(calendar.MustParse(day))
		if err != nil {
			t.Fatal(err)
		}
		honours, err := s.Honours(calendar.MustParse(day))
		if err != nil || points.Version+" "+honours.Version != want {
			t.Errorf("%s: %s %s, want %s, %v", day, points.Version, honours.Version, want, err)
		}
	}
	if _, err := s.Honours(calendar.MustParse("2021-12-31")); fault.CodeOf(err) != "pack.none_in_force" {
		t.Errorf("before the first edition: %v", err)
	}
}

// TestBadPacks: each is left out and named, and what was in force stays.
func TestBadPacks(t *testing.T) {
	from := policy.BuiltIn().From.AddDays(60).String()
	edit := func(p Pack, change func(*Pack)) Pack { change(&p); return p }
	replace := func(old, new string) func(*Pack) {
		return func(p *Pack) {
			text := strings.Replace(string(p.Content), old, new, 1)
			if text == string(p.Content) {
				t.Fatalf("%q is not in the pack", old)
			}
			p.Content = []byte(text)
		}
	}
	for name, c := range map[string]struct {
		pack Pack
		code string
	}{
		"an example that comes out otherwise": {edit(rules("2027.1", from), replace("until: turns(18)", "until: turns(19)")), ""},
		"not YAML":                            {edit(rules("2027.1", from), func(p *Pack) { p.Content = []byte("pack: {") }), ""},
		"empty":                               {edit(rules("2027.1", from), func(p *Pack) { p.Content = nil }), ""},
		"another version inside":              {edit(rules("2027.1", from), func(p *Pack) { p.Version = "2027.9" }), "pack.mismatch"},
		"another name":                        {edit(rules("2027.1", from), func(p *Pack) { p.ID = "relief" }), "pack.mismatch"},
		"another first day":                   {edit(rules("2027.1", from), func(p *Pack) { p.From = p.From.AddDays(1) }), "pack.mismatch"},
		"a kind of a newer program":           {edit(rules("2027.1", from), func(p *Pack) { p.Kind = "hologram" }), "pack.kind"},
		"not JSON":                            {edit(form("2027.1", from), func(p *Pack) { p.Content = []byte("{") }), "questionnaire.not_json"},
		"another resource":                    {edit(form("2027.1", from), func(p *Pack) { p.Content = []byte(`{"resourceType":"Patient"}`) }), ""},
		"a form of another version":           {edit(form("2027.1", from), func(p *Pack) { p.Version = "2027.9" }), "pack.mismatch"},
		"one name for two questions":          {edit(form("2027.1", from), replace(`"linkId": "sleep-hours"`, `"linkId": "last-meal"`)), "pack.questionnaire"},
		"a condition on a question not there": {edit(form("2027.1", from), replace(`"question": "well-today"`, `"question": "nowhere"`)), "pack.questionnaire"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check(c.pack)
			if code := fault.CodeOf(err); err == nil || code == "internal" || c.code != "" && code != c.code {
				t.Fatalf("checked as %q (%v), want %q", code, err, c.code)
			}
			good := rules("2026.9", policy.BuiltIn().From.AddDays(1).String())
			s, refused := filled(t, good, c.pack)
			if len(refused) != 1 || !strings.Contains(refused[0].Error(), c.pack.ID+" "+c.pack.Version) {
				t.Fatalf("refused %v", refused)
			}
			if got := inForce(t, s, from); got != "2026.9 2026.1" {
				t.Errorf("in force: %s", got)
			}
		})
	}
}

// A form for something else does not become the health questionnaire.
func TestOtherFormsStayApart(t *testing.T) {
	other := form("2027.1", "2026-12-01")
	other.ID = "after-donation"
	s, refused := filled(t, other)
	if got := inForce(t, s, "2027-06-01"); got != "2026.1 2026.1" || len(refused) != 0 {
		t.Errorf("in force: %s, refused %v", got, refused)
	}
}

// Before the built-in rules began there are none, and a day without rules is a
// fault, not a yes.
func TestADayWithoutRules(t *testing.T) {
	s, _ := filled(t)
	_, err := s.Selection(policy.BuiltIn().From.AddDays(-1))
	if fault.CodeOf(err) != "pack.none_in_force" {
		t.Errorf("fault %v", err)
	}
	empty := NewShelf(&memory{})
	if _, err := empty.Questionnaire(calendar.MustParse("2027-01-01")); fault.CodeOf(err) != "pack.none_in_force" {
		t.Errorf("an empty shelf: %v", err)
	}
}

func TestConsentComesWithTheProgram(t *testing.T) {
	s, _ := filled(t)
	text, err := s.Consent(calendar.MustParse("2027-01-01"))
	if err != nil || text.Version == "" {
		t.Errorf("%+v, %v", text.Version, err)
	}
	if _, err := s.Consent(calendar.MustParse("2001-01-01")); fault.CodeOf(err) != "consent.no_text" {
		t.Errorf("before the first text: %v", err)
	}
}

// A store that does not answer leaves the shelf as it was.
func TestAStoreThatFailsTakesNothingAway(t *testing.T) {
	store := &memory{packs: []Pack{rules("2027.1", "2027-06-01")}}
	s := NewShelf(store)
	if _, err := s.Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.err = errors.New("the test's database")
	if _, err := s.Fill(t.Context()); !errors.Is(err, store.err) {
		t.Errorf("%v", err)
	}
	if got := inForce(t, s, "2027-06-01"); got != "2027.1 2026.1" {
		t.Errorf("in force: %s", got)
	}
}

// Somebody is served while new packs are loaded: at every moment one is in force.
func TestFillingServesOn(t *testing.T) {
	s, _ := filled(t, rules("2027.1", "2027-06-01"))
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if _, err := s.Selection(calendar.MustParse("2027-06-01")); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	for range 3 {
		if _, err := s.Fill(t.Context()); err != nil {
			t.Error(err)
		}
	}
	close(done)
	group.Wait()
}
