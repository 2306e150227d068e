package center

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/pack"
	"lianxin/backend/questionnaire/draft"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
)

// A questionnaire is written on at a desk, looked at as a kiosk shows it, and published.
func TestAQuestionnaireFromDraftToKiosk(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		who := b.hire("boss.test", staff.Admin, staff.Scope{})
		boss, k := b.enter(who).AccessToken.AccessToken, b.newKiosk("site-1", b.serve())
		at := "/questionnaires/donor-health/draft"
		var d api.DraftView
		b.want("none yet", http.MethodGet, at, boss, nil, nil, "draft.not_found")
		b.want("of nothing", http.MethodPost, "/questionnaires/nothing/draft", boss, nil, nil, "draft.not_found")
		b.want("begin", http.MethodPost, at, boss, nil, &d, "")
		if d.BasedOn != "2026.1" || d.Revision != 1 || len(d.Problems) != 0 || d.Suggested != "2026.2" {
			t.Fatalf("%s %d %v %s", d.BasedOn, d.Revision, d.Problems, d.Suggested)
		}
		section, question := &d.Outline.Sections[0], &d.Outline.Sections[0].Questions[0]
		if question.LinkID != "well-today" || len(section.Questions) < 3 {
			t.Fatalf("%+v", section)
		}

		// What the other questions depend on is switched off, and a text is missing.
		question.Off, section.Questions[2].Text.EN = true, ""
		b.want("change", http.MethodPut, at, boss, api.DraftChange{Revision: 1, Outline: d.Outline}, &d, "")
		has := func(linkID, code, severity string) bool {
			return slices.ContainsFunc(d.Problems, func(p draft.Problem) bool { return p.LinkID == linkID && p.Code == code && p.Severity == severity })
		}
		if !has("discomfort", "condition_lost", "error") || !has("well-today", "rule_unanswered", "warning") || !has("weight-band", "text_missing", "error") {
			t.Errorf("%+v", d.Problems)
		}
		publish := api.DraftPublish{Revision: d.Revision, Version: "2026.2", From: b.Today()}
		b.want("publish what is not finished", http.MethodPost, at+"/publish", boss, publish, nil, "draft.unfinished")
		b.want("on what is so no more", http.MethodPut, at, boss, api.DraftChange{Revision: 1, Outline: d.Outline}, nil, "draft.changed")
		other := d.Outline
		other.Sections = other.Sections[1:]
		b.want("take a section away", http.MethodPut, at, boss, api.DraftChange{Revision: d.Revision, Outline: other}, nil, "draft.other_form")

		// Put right: the question is asked again, the other one reads otherwise and comes first.
		section = &d.Outline.Sections[0]
		section.Questions[0].Off, section.Questions[2].Text.EN = false, "How heavy are you?"
		section.Questions[0], section.Questions[2] = section.Questions[2], section.Questions[0]
		section.Questions[3].Off = true
		off := section.Questions[3].LinkID
		b.want("change again", http.MethodPut, at, boss, api.DraftChange{Revision: d.Revision, Outline: d.Outline}, &d, "")
		if len(draft.Errors(d.Problems)) > 0 {
			t.Fatalf("%+v", d.Problems)
		}
		if e := b.lastEntry("questionnaire.change"); e.Who != who.ID || !strings.Contains(e.After, "How heavy are you?") || e.Before == e.After {
			t.Errorf("%+v", e)
		}

		var shown checkin.Questionnaire
		preview := api.DraftPreview{Sex: identity.Male, Product: donation.WholeBlood, Answers: []api.DraftPreviewing{}}
		b.want("preview", http.MethodPost, at+"/preview", boss, preview, &shown, "")
		asks := func(linkID string) bool {
			return slices.ContainsFunc(shown.Items, func(q checkin.Question) bool { return q.LinkID == linkID })
		}
		if shown.Items[0].Text.EN != "How heavy are you?" || asks(off) || asks("discomfort") || asks("pregnancy") {
			t.Errorf("%+v", shown.Items[0])
		}
		no := false
		preview.Sex, preview.Answers = identity.Female, []api.DraftPreviewing{{LinkID: "well-today", Answer: checkin.Answer{Yes: &no}}, {LinkID: "not there", Answer: checkin.Answer{Staff: true}}}
		b.want("preview with answers", http.MethodPost, at+"/preview", boss, preview, &shown, "")
		if !asks("discomfort") || !asks("pregnancy") {
			t.Error("an answer opens nothing")
		}

		publish = api.DraftPublish{Revision: d.Revision, Version: "2026.1", From: b.Today()}
		b.want("under a name that is taken", http.MethodPost, at+"/publish", boss, publish, nil, "pack.published")
		publish.Version, publish.From = "2026.2", b.Today().AddDays(-1)
		b.want("for yesterday", http.MethodPost, at+"/publish", boss, publish, nil, "draft.past")
		publish.From = b.Today()
		var v api.PackVersion
		b.want("publish", http.MethodPost, at+"/publish", boss, publish, &v, "")
		if v.State != "in_force" || v.Kind != pack.Questionnaire || v.Version != "2026.2" {
			t.Errorf("%+v", v)
		}
		b.want("the draft is gone", http.MethodGet, at, boss, nil, nil, "draft.not_found")
		changes, _ := k.pull("")
		if got := of(changes, sync.Pack); !strings.Contains(got, "donor-health|2026.2") {
			t.Errorf("the kiosk was told %q", got)
		}
		form, err := b.packs.Questionnaire(b.Today())
		if err != nil || form.Version != "2026.2" || form.EffectivePeriod.Start != b.Today().String() {
			t.Errorf("%+v, %v", form, err)
		}
		b.want("begin with the new one", http.MethodPost, at, boss, nil, &d, "")
		if d.BasedOn != "2026.2" || d.Outline.Sections[0].Questions[0].Text.EN != "How heavy are you?" {
			t.Errorf("%+v", d.BasedOn)
		}
		b.want("throw away", http.MethodDelete, at, boss, nil, nil, "")
		b.want("again", http.MethodDelete, at, boss, nil, nil, "draft.not_found")
	})
}
