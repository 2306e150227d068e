package center

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/pack"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire/packs"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
)

// rulesFile is the built-in pack of donor selection as another version.
func rulesFile(version, from string, changes ...string) []api.PackFile {
	builtIn := policy.BuiltIn()
	text := strings.NewReplacer(append(changes, `version: "`+builtIn.Version+`"`, `version: "`+version+`"`, "from: "+builtIn.From.String(), "from: "+from)...).Replace(string(builtIn.Bytes()))
	return []api.PackFile{{Name: "donor-selection.yaml", Content: text}}
}

// A version is published at a desk, reaches a kiosk, is never another one, and is taken
// back before its day.
func TestPacksAtADesk(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		who := b.hire("boss.test", staff.Admin, staff.Scope{})
		boss, k := b.enter(who).AccessToken.AccessToken, b.newKiosk("site-1", b.serve())
		tomorrow := b.Today().AddDays(1)
		files := rulesFile("2027.1", "2027-06-01")
		var report api.PackReport
		b.want("check", http.MethodPost, "/packs/check", boss, api.PackFiles{Files: files}, &report, "")
		if report.ID != "donor-selection" || report.Against != policy.BuiltIn().Version || report.Rules == 0 || report.Examples <= report.Rules {
			t.Errorf("%+v", report)
		}
		want := []pack.Difference{{Path: []string{"pack", "from"}, Before: policy.BuiltIn().From.String(), After: "2027-06-01"},
			{Path: []string{"pack", "version"}, Before: policy.BuiltIn().Version, After: "2027.1"}}
		if !reflect.DeepEqual(report.Differences, want) {
			t.Errorf("%+v", report.Differences)
		}

		var v api.PackVersion
		publish := api.PackPublish{PackFiles: api.PackFiles{Files: rulesFile("2027.1", "2027-06-01")}, From: tomorrow}
		b.want("publish", http.MethodPost, "/packs", boss, publish, &v, "")
		if v.From != tomorrow || v.State != "upcoming" || v.PublishedBy != who.Name || len(v.Lacking) != 1 {
			t.Errorf("%+v", v)
		}
		b.want("once more", http.MethodPost, "/packs", boss, publish, &v, "")
		other := publish
		other.Files = rulesFile("2027.1", "2027-06-01", "\nrules:", "\n\nrules:")
		b.want("another under its name", http.MethodPost, "/packs", boss, other, nil, "pack.published")
		other = publish
		other.From = tomorrow.AddDays(1)
		b.want("from another day", http.MethodPost, "/packs", boss, other, nil, "pack.published")
		other.Files = rulesFile(policy.BuiltIn().Version, "2027-06-01")
		b.want("under the name of one that is built in", http.MethodPost, "/packs", boss, other, nil, "pack.published")
		stored, err := b.store.Publication(t.Context(), v.ID, v.Version)
		if err != nil || !strings.Contains(string(stored.Content), "from: "+tomorrow.String()) {
			t.Errorf("the first day is not in its head: %v", err)
		}
		e := b.lastEntry("pack.publish")
		if e.Who != who.ID || e.Object.ID != v.ID || !strings.Contains(e.Before, "2026.1") || !strings.Contains(e.After, "2027.1") {
			t.Errorf("%+v", e)
		}
		changes, cursor := k.pull("")
		if got := of(changes, sync.Pack); !strings.Contains(got, "donor-selection|2027.1") {
			t.Errorf("the kiosk was told %q", got)
		}

		at := "/packs/donor-selection/versions/2027.1"
		var opened api.PackOpened
		b.want("open", http.MethodGet, at, boss, nil, &opened, "")
		if opened.Against != "2026.1" || len(opened.Differences) != 2 || !strings.Contains(opened.Content, "rules:") {
			t.Errorf("against %q: %+v", opened.Against, opened.Differences)
		}
		b.want("withdraw", http.MethodPost, at+"/withdraw", boss, nil, &v, "")
		if v.State != "withdrawn" || v.WithdrawnBy != who.Name {
			t.Errorf("%+v", v)
		}
		b.want("again", http.MethodPost, at+"/withdraw", boss, nil, nil, "pack.withdrawn")
		b.want("what was withdrawn is not published again", http.MethodPost, "/packs", boss, publish, nil, "pack.published")
		b.want("one that never was", http.MethodPost, "/packs/donor-selection/versions/9999.1/withdraw", boss, nil, nil, "pack.not_found")
		if changes, _ = k.pull(cursor); len(changes) != 1 || !changes[0].Deleted {
			t.Errorf("the kiosk was told %+v", changes)
		}
		if e := b.lastEntry("pack.withdraw"); e.Who != who.ID || !strings.Contains(e.After, `"withdrawn":true`) {
			t.Errorf("%+v", e)
		}

		publish = api.PackPublish{PackFiles: api.PackFiles{Files: rulesFile("2027.2", "2027-06-01")}, From: b.Today()}
		b.want("publish for today", http.MethodPost, "/packs", boss, publish, &v, "")
		if v.State != "in_force" {
			t.Errorf("%+v", v)
		}
		b.want("what is in force stays", http.MethodPost, "/packs/donor-selection/versions/2027.2/withdraw", boss, nil, nil, "pack.in_force")
	})
}

// What is wrong with a file is said by line, with the examples that came out otherwise.
func TestAPackThatIsWrong(t *testing.T) {
	b := newBench(t)
	boss := b.enter(b.hire("boss.test", staff.Admin, staff.Scope{})).AccessToken.AccessToken
	wrong := rulesFile("2027.1", "2027-06-01", "defer: 15 days", "defer: 99 days")
	var report api.PackReport
	b.want("check", http.MethodPost, "/packs/check", boss, api.PackFiles{Files: wrong}, &report, "")
	i := slices.IndexFunc(report.Faults, func(f api.PackFault) bool { return f.Code == "pack.example_failed" })
	if report.Code != "policy.pack_invalid" || i < 0 {
		t.Fatalf("%+v", report)
	}
	if f := report.Faults[i]; f.File != wrong[0].Name || f.Line < 2 || f.Text == "" || !strings.Contains(f.Detail, "expected") {
		t.Errorf("%+v", f)
	}
	b.want("publish", http.MethodPost, "/packs", boss, api.PackPublish{PackFiles: api.PackFiles{Files: wrong}}, nil, "policy.pack_invalid")
	form := string(packs.DonorHealth())
	b.want("a form without a day", http.MethodPost, "/packs", boss, api.PackPublish{PackFiles: api.PackFiles{Files: []api.PackFile{{Name: "form.json",
		Content: strings.NewReplacer(`"version": "2026.1"`, `"version": "2027.1"`, `"start": "2026-11-01"`, `"end": "2036-11-01"`).Replace(form)}}}}, nil, "pack.day_missing")
	if all, err := b.Packs(t.Context()); err != nil || slices.ContainsFunc(all, func(v api.PackVersion) bool { return !v.BuiltIn }) {
		t.Errorf("something was published: %v", err)
	}
}
