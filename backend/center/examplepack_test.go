package center

import (
	"fmt"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/pack"
)

// packExamples are about versions of rules and questionnaires, which are everybody's.
var packExamples = map[string]asking{
	"check-pack":   {ofNone, func(w *world, _ string, _ role) example { return example{body: w.newForm().PackFiles} }, ""},
	"publish-pack": {ofNone, func(w *world, _ string, _ role) example { return example{body: w.newForm()} }, ""},
	"get-pack": {ofAll, func(*world, string, role) example {
		return example{path: map[string]string{"id": "donor-selection", "version": "2026.1"}}
	}, ""},
	"withdraw-pack": {ofAll, func(w *world, _ string, _ role) example {
		v, err := w.PublishPackFiles(w.t.Context(), w.newForm(), caller("terminal"))
		if err != nil {
			w.t.Fatal(err)
		}
		return example{path: map[string]string{"id": v.ID, "version": v.Version}}
	}, ""},
	"get-questionnaire-draft":   {ofAll, ofDraft(func(api.DraftView) any { return nil }), ""},
	"begin-questionnaire-draft": {ofAll, ofDraft(func(api.DraftView) any { return nil }), ""},
	"change-questionnaire-draft": {ofAll, ofDraft(func(d api.DraftView) any {
		d.Outline.Title.EN += "."
		return api.DraftChange{Revision: d.Revision, Outline: d.Outline}
	}), ""},
	"drop-questionnaire-draft": {ofAll, ofDraft(func(api.DraftView) any { return nil }), ""},
	"publish-questionnaire-draft": {ofAll, ofDraft(func(d api.DraftView) any {
		return api.DraftPublish{Revision: d.Revision, Version: d.Suggested, From: calendar.New(2036, time.January, 1)}
	}), ""},
	"preview-questionnaire-draft": {ofAll, ofDraft(func(api.DraftView) any {
		return api.DraftPreview{Sex: identity.Female, Product: donation.WholeBlood, Answers: []api.DraftPreviewing{{LinkID: "well-today", Answer: checkin.Answer{Yes: new(bool)}}}}
	}), ""},
}

// ofDraft asks about the draft of the health questionnaire, which is there then.
func ofDraft(body func(api.DraftView) any) func(*world, string, role) example {
	return func(w *world, _ string, _ role) example {
		d, err := w.BeginDraft(w.t.Context(), pack.HealthForm, caller("terminal"))
		if err != nil {
			w.t.Fatal(err)
		}
		return example{path: map[string]string{"id": d.ID}, body: body(d)}
	}
}

// newForm is a questionnaire nobody has published, for tomorrow.
func (w *world) newForm() api.PackPublish {
	w.made++
	form := fmt.Sprintf(`{"resourceType":"Questionnaire","id":"after-donation","url":"https://example.org/after","version":"1.%d","status":"active","title":"献血后",
		"item":[{"linkId":"well-after","text":"好吗","type":"boolean"}]}`, w.made)
	return api.PackPublish{PackFiles: api.PackFiles{Files: []api.PackFile{{Name: "after-donation.json", Content: form}}}, From: w.Today().AddDays(1)}
}
