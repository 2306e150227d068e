package center

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	"lianxin/backend/pack"
	"lianxin/backend/questionnaire"
	"lianxin/backend/questionnaire/draft"
)

// Draft implements api.Drafts.
func (c *Center) Draft(ctx context.Context, id string) (api.DraftView, error) {
	d, err := c.store.Draft(ctx, id)
	if err != nil {
		return api.DraftView{}, err
	}
	return c.draftView(ctx, d)
}

// BeginDraft implements api.Drafts.
func (c *Center) BeginDraft(ctx context.Context, id string, by api.Caller) (api.DraftView, error) {
	var d draft.Draft
	err := c.inTurn(ctx, func(ctx context.Context) error {
		var err error
		if d, err = c.store.Draft(ctx, id); fault.CodeOf(err) != "draft.not_found" {
			return err
		}
		current, err := c.inForce(ctx, pack.Pack{ID: id, Kind: pack.Questionnaire})
		if err == nil && current.Version == "" {
			err = fault.New(fault.NotFound, "draft.not_found")
		}
		if err != nil {
			return err
		}
		d = draft.Draft{ID: id, BasedOn: current.Version, Revision: 1, Content: current.Content, ChangedAt: c.config.Now(), ChangedBy: by.StaffID}
		if err := c.store.SaveDraft(ctx, d); err != nil {
			return err
		}
		return c.recordDraft(ctx, by, "questionnaire.begin", id, nil, map[string]any{"version": d.BasedOn})
	})
	if err != nil {
		return api.DraftView{}, err
	}
	return c.draftView(ctx, d)
}

// ChangeDraft implements api.Drafts.
func (c *Center) ChangeDraft(ctx context.Context, id string, in api.DraftChange, by api.Caller) (api.DraftView, error) {
	var d draft.Draft
	err := c.inTurn(ctx, func(ctx context.Context) error {
		before, err := c.expectDraft(ctx, id, in.Revision)
		if err != nil {
			return err
		}
		d = before
		if d.Content, err = draft.Apply(before.Content, in.Outline); err != nil {
			return err
		}
		differences, err := pack.Compare(pack.Questionnaire, before.Content, d.Content)
		if err != nil || len(differences) == 0 {
			return err
		}
		d.Revision, d.ChangedAt, d.ChangedBy = before.Revision+1, c.config.Now(), by.StaffID
		if err := c.store.SaveDraft(ctx, d); err != nil {
			return err
		}
		was, is := shownDifferences(differences)
		return c.recordDraft(ctx, by, "questionnaire.change", id, was, is)
	})
	if err != nil {
		return api.DraftView{}, err
	}
	return c.draftView(ctx, d)
}

// mostShown is how many changes of one time the audit log holds value by value.
const mostShown = 20

func shownDifferences(all []pack.Difference) (was, is map[string]any) {
	was, is = map[string]any{}, map[string]any{}
	for _, d := range all[:min(len(all), mostShown)] {
		name := strings.Join(d.Path, " ")
		if i := slices.Index(d.Path, draft.OffMark); i > 0 { // said as one thing, and not as the extension it is
			name = strings.Join(append(slices.Clone(d.Path[:i-1]), "off"), " ")
			d.Before, d.After = strconv.FormatBool(d.Before != ""), strconv.FormatBool(d.After != "")
		}
		was[name], is[name] = audit.Shown(beginning(d.Before)), audit.Shown(beginning(d.After))
	}
	if more := len(all) - mostShown; more > 0 {
		is["more"] = more
	}
	return was, is
}

// beginning is as much of a text as the log holds of each.
func beginning(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// DropDraft implements api.Drafts.
func (c *Center) DropDraft(ctx context.Context, id string, by api.Caller) error {
	return c.inTurn(ctx, func(ctx context.Context) error {
		d, err := c.store.Draft(ctx, id)
		if err != nil {
			return err
		}
		if err := c.store.DeleteDraft(ctx, id); err != nil {
			return err
		}
		return c.recordDraft(ctx, by, "questionnaire.drop", id, map[string]any{"version": d.BasedOn}, nil)
	})
}

// PublishDraft implements api.Drafts. The version is published as any other, by one way.
func (c *Center) PublishDraft(ctx context.Context, id string, in api.DraftPublish, by api.Caller) (api.PackVersion, error) {
	err := c.InTx(ctx, func(ctx context.Context) error { // devices are woken once it is committed
		if err := c.takeTurn(ctx, turnOfPacks); err != nil {
			return err
		}
		d, err := c.expectDraft(ctx, id, in.Revision)
		if err != nil {
			return err
		}
		if err := c.isFinished(d); err != nil {
			return err
		}
		if in.From.Before(c.Today()) {
			return fault.New(fault.Invalid, "draft.past")
		}
		content, err := draft.Publish(d.Content, in.Version, in.From, c.Today())
		if err != nil {
			return err
		}
		if err := c.store.DeleteDraft(ctx, id); err != nil {
			return err
		}
		_, err = c.PublishPack(ctx, pack.Pack{ID: id, Version: in.Version, Kind: pack.Questionnaire, From: in.From, Content: content}, by.StaffID)
		return err
	})
	if err != nil {
		return api.PackVersion{}, err
	}
	return c.packVersion(ctx, id, in.Version)
}

func (c *Center) isFinished(d draft.Draft) error {
	problems, err := c.checkDraft(d)
	if err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "draft.unfinished")
	for _, p := range draft.Errors(problems) {
		f.At(p.LinkID, "draft."+p.Code, p.Detail)
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

func (c *Center) checkDraft(d draft.Draft) ([]draft.Problem, error) {
	rules, err := c.packs.Selection(c.Today())
	if err != nil {
		return nil, err
	}
	return draft.Check(d.Content, draft.RulesOf(rules))
}

// PreviewDraft implements api.Drafts.
func (c *Center) PreviewDraft(ctx context.Context, id string, in api.DraftPreview) (checkin.Questionnaire, error) {
	d, err := c.store.Draft(ctx, id)
	if err != nil {
		return checkin.Questionnaire{}, err
	}
	definition, err := draft.Form(d.Content)
	if err != nil {
		return checkin.Questionnaire{}, err
	}
	form := questionnaire.NewForm(definition)
	if err := checkin.Prefill(form, in.Sex, in.Product); err != nil {
		return checkin.Questionnaire{}, err
	}
	for _, a := range in.Answers {
		// An answer to what is no longer asked is what a kiosk keeps and does not show.
		if err := checkin.Fill(form, a.LinkID, a.Answer); err != nil && fault.From(err).Kind == fault.Internal {
			return checkin.Questionnaire{}, err
		}
	}
	return *checkin.Ask(form), nil
}

// expectDraft is the draft as it stands, which must be what somebody looked at.
func (c *Center) expectDraft(ctx context.Context, id string, revision int) (draft.Draft, error) {
	d, err := c.store.Draft(ctx, id)
	if err == nil && d.Revision != revision {
		err = fault.New(fault.Conflict, "draft.changed")
	}
	return d, err
}

func (c *Center) inTurn(ctx context.Context, do func(ctx context.Context) error) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.takeTurn(ctx, turnOfPacks); err != nil {
			return err
		}
		return do(ctx)
	})
}

func (c *Center) recordDraft(ctx context.Context, by api.Caller, action, id string, before, after map[string]any) error {
	of := audit.Object{Noun: "questionnaire", ID: id}
	switch {
	case before == nil:
		return c.recordChange(ctx, "", by.StaffID, action, of, nil, after)
	case after == nil:
		return c.recordChange(ctx, "", by.StaffID, action, of, before, nil)
	}
	return c.recordChange(ctx, "", by.StaffID, action, of, before, after)
}

func (c *Center) draftView(ctx context.Context, d draft.Draft) (api.DraftView, error) {
	if err := c.freshPacks(ctx); err != nil {
		return api.DraftView{}, err
	}
	view := api.DraftView{ID: d.ID, BasedOn: d.BasedOn, Revision: d.Revision, ChangedAt: d.ChangedAt, Rules: []api.QuestionRules{}}
	var err error
	if view.Outline, err = draft.Read(d.Content); err != nil {
		return view, err
	}
	if view.Problems, err = c.checkDraft(d); err != nil {
		return view, err
	}
	rules, err := c.packs.Selection(c.Today())
	if err != nil {
		return view, err
	}
	byQuestion := draft.RulesOf(rules)
	for _, id := range slices.Sorted(maps.Keys(byQuestion)) {
		view.Rules = append(view.Rules, api.QuestionRules{LinkID: id, Rules: byQuestion[id]})
	}
	names, err := c.memberNames(ctx)
	if err != nil {
		return view, err
	}
	if view.ChangedBy = names[d.ChangedBy]; view.ChangedBy == "" {
		view.ChangedBy = d.ChangedBy
	}
	view.Suggested, err = c.freeVersion(ctx, d.ID)
	return view, err
}

// freeVersion is the next number of this year.
func (c *Center) freeVersion(ctx context.Context, id string) (string, error) {
	all, err := c.Packs(ctx)
	year, highest := strconv.Itoa(c.Today().Year()), 0
	for _, v := range all {
		if of, number, _ := strings.Cut(v.Version, "."); v.ID == id && of == year {
			if n, err := strconv.Atoi(number); err == nil {
				highest = max(highest, n)
			}
		}
	}
	return fmt.Sprintf("%s.%d", year, highest+1), err
}
