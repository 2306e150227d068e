package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/questionnaire/draft"
)

// Drafts are the next versions of questionnaires while they are written.
type Drafts interface {
	// Draft fault: "draft.not_found".
	Draft(ctx context.Context, id string) (DraftView, error)
	// BeginDraft copies the version in force, unless there is a draft already.
	BeginDraft(ctx context.Context, id string, by Caller) (DraftView, error)
	// ChangeDraft faults: "draft.changed" when somebody was faster, "draft.other_form".
	ChangeDraft(ctx context.Context, id string, in DraftChange, by Caller) (DraftView, error)
	DropDraft(ctx context.Context, id string, by Caller) error
	// PublishDraft faults: "draft.changed", "draft.unfinished" with its places, "pack.published".
	PublishDraft(ctx context.Context, id string, in DraftPublish, by Caller) (PackVersion, error)
	// PreviewDraft asks the draft as a kiosk would.
	PreviewDraft(ctx context.Context, id string, in DraftPreview) (checkin.Questionnaire, error)
}

// DraftView is a draft with all a page needs to show it.
type DraftView struct {
	ID        string          `json:"id" doc:"Of the questionnaire"`
	BasedOn   string          `json:"based_on" doc:"Version it began as a copy of"`
	Revision  int             `json:"revision" doc:"Grows with every change"`
	Outline   draft.Outline   `json:"outline"`
	Problems  []draft.Problem `json:"problems"`
	Rules     []QuestionRules `json:"rules" doc:"Of donor selection in force: which read the answer to a question"`
	Suggested string          `json:"suggested" doc:"A version number that is free"`
	ChangedAt time.Time       `json:"changed_at"`
	ChangedBy string          `json:"changed_by" doc:"Name"`
}

// QuestionRules are the rules that read one question.
type QuestionRules struct {
	LinkID string       `json:"link_id"`
	Rules  []draft.Rule `json:"rules"`
}

// DraftChange is a draft as it is to be.
type DraftChange struct {
	Revision int           `json:"revision" minimum:"0" doc:"Of the draft as it was looked at"`
	Outline  draft.Outline `json:"outline"`
}

// DraftPublish gives a draft out.
type DraftPublish struct {
	Revision int           `json:"revision" minimum:"0" doc:"Of the draft as it was looked at"`
	Version  string        `json:"version" minLength:"1" maxLength:"20" pattern:"^[0-9A-Za-z][0-9A-Za-z.-]*$"`
	From     calendar.Date `json:"from" doc:"First day it is asked"`
}

// DraftPreview is who answers, and what was answered so far.
type DraftPreview struct {
	Sex     identity.Sex      `json:"sex" enum:"female,male"`
	Product donation.Product  `json:"product" enum:"whole_blood,apheresis_platelets"`
	Answers []DraftPreviewing `json:"answers" maxItems:"200"`
}

// DraftPreviewing is the answer to one question.
type DraftPreviewing struct {
	LinkID string         `json:"link_id" maxLength:"80"`
	Answer checkin.Answer `json:"answer"`
}

type formInput struct {
	ID string `path:"id" maxLength:"80"`
}

type (
	changeDraftInput struct {
		ID   string `path:"id" maxLength:"80"`
		Body DraftChange
	}
	publishDraftInput struct {
		ID   string `path:"id" maxLength:"80"`
		Body DraftPublish
	}
	previewDraftInput struct {
		ID   string `path:"id" maxLength:"80"`
		Body DraftPreview
	}
)

func drafts(api huma.API, s Drafts) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/questionnaires/{id}/draft"+path, summary, "questionnaire", StaffPacks)
	}
	view := func(d DraftView, err error) (*bodyOf[DraftView], error) { return &bodyOf[DraftView]{d}, err }
	huma.Register(api, op("get-questionnaire-draft", http.MethodGet, "", "The next version of a questionnaire, with what is to be seen to before it is published"),
		handle(func(ctx context.Context, in *formInput) (*bodyOf[DraftView], error) { return view(s.Draft(ctx, in.ID)) }))
	huma.Register(api, op("begin-questionnaire-draft", http.MethodPost, "", "Begin with a copy of the version in force; a draft that is there stays"),
		handle(func(ctx context.Context, in *formInput) (*bodyOf[DraftView], error) {
			return view(s.BeginDraft(ctx, in.ID, callerOf(ctx)))
		}))
	change := op("change-questionnaire-draft", http.MethodPut, "", "Change texts, order and what is asked")
	change.MaxBodyBytes = maxPush
	huma.Register(api, change, handle(func(ctx context.Context, in *changeDraftInput) (*bodyOf[DraftView], error) {
		return view(s.ChangeDraft(ctx, in.ID, in.Body, callerOf(ctx)))
	}))
	huma.Register(api, op("drop-questionnaire-draft", http.MethodDelete, "", "Throw a draft away"),
		handle(func(ctx context.Context, in *formInput) (*struct{}, error) {
			return nil, s.DropDraft(ctx, in.ID, callerOf(ctx))
		}))
	huma.Register(api, op("publish-questionnaire-draft", http.MethodPost, "/publish", "Publish a draft as a version from a day on; the draft is gone then"),
		handle(func(ctx context.Context, in *publishDraftInput) (*bodyOf[PackVersion], error) {
			out, err := s.PublishDraft(ctx, in.ID, in.Body, callerOf(ctx))
			return &bodyOf[PackVersion]{out}, err
		}))
	huma.Register(api, op("preview-questionnaire-draft", http.MethodPost, "/preview", "What a kiosk would ask, with what was answered so far"),
		handle(func(ctx context.Context, in *previewDraftInput) (*bodyOf[checkin.Questionnaire], error) {
			out, err := s.PreviewDraft(ctx, in.ID, in.Body)
			return &bodyOf[checkin.Questionnaire]{out}, err
		}))
}
