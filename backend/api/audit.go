package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/audit"
	"lianxin/backend/calendar"
)

// Audit is the record of who did what, for who may look into it.
type Audit interface {
	SearchAudit(ctx context.Context, q audit.Query, by Caller) (audit.Found, error)
	// VerifyAuditPart walks the log on from an end that was found right; isWhole when it
	// came to the end of it or to something wrong, which the report says.
	VerifyAuditPart(ctx context.Context, end audit.Head, by Caller) (out audit.Report, reason string, isWhole bool, err error)
	// ReadAudit is the log after a sequence as it was written, oldest first.
	ReadAudit(ctx context.Context, after int64, by Caller) ([]audit.Entry, error)
}

// AuditPage is a page of a search, newest first.
type AuditPage struct {
	Entries []audit.Entry `json:"entries"`
	Next    int64         `json:"next,omitempty" doc:"Goes on as before; absent when everything was looked through. A page may be empty and there may be more"`
	Reached time.Time     `json:"reached,omitzero" doc:"When the oldest entry looked at was written"`
}

// AuditEnd is the end of a log, or of a part of it.
type AuditEnd struct {
	Seq  int64  `json:"seq" minimum:"0" doc:"0: from the beginning"`
	Hash []byte `json:"hash,omitempty" maxLength:"100" doc:"Of the entry there; absent with 0"`
}

// AuditReport is what walking through the log has found so far.
type AuditReport struct {
	Head   AuditEnd `json:"head" doc:"End of the part that is right; keep it elsewhere to see later that nothing was cut off"`
	Whole  bool     `json:"whole" doc:"Nothing is left to walk through"`
	Broken int64    `json:"broken,omitempty" doc:"Sequence where the log is first wrong; absent while it is right"`
	Reason string   `json:"reason,omitempty" enum:"missing,unlinked,altered,cut" doc:"What is wrong there"`
}

type auditSearch struct {
	Who    string        `query:"who" maxLength:"64" doc:"Member, device, or terminal for the center's machine"`
	Action string        `query:"action" maxLength:"80" doc:"noun.verb, or the beginning up to a dot"`
	Noun   string        `query:"noun" maxLength:"40"`
	Object string        `query:"object" maxLength:"64" doc:"ID of a thing"`
	Site   string        `query:"site" maxLength:"64"`
	Device string        `query:"device" maxLength:"64" doc:"Device or login it was done from"`
	From   calendar.Date `query:"from" doc:"First day in Beijing"`
	Until  calendar.Date `query:"until" doc:"Last day in Beijing"`
	Before int64         `query:"before" minimum:"0" doc:"As next of the page before"`
}

// auditPage is how many entries a page has at most.
const auditPage = 50

func (in auditSearch) query() audit.Query {
	q := audit.Query{Who: in.Who, Action: in.Action, Noun: in.Noun, Object: in.Object, Site: in.Site, Device: in.Device, Before: in.Before, Limit: auditPage}
	if !in.From.IsZero() {
		q.From = in.From.Begins()
	}
	if !in.Until.IsZero() {
		q.Until = in.Until.AddDays(1).Begins()
	}
	return q
}

func auditRoutes(api huma.API, a Audit) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/audit"+path, summary, "audit", StaffAudit)
	}
	huma.Register(api, op("search-audit", http.MethodGet, "/search", "Who did what where and when, newest first"),
		handle(func(ctx context.Context, in *auditSearch) (*bodyOf[AuditPage], error) {
			out, err := a.SearchAudit(ctx, in.query(), callerOf(ctx))
			if out.Entries == nil {
				out.Entries = []audit.Entry{}
			}
			return &bodyOf[AuditPage]{AuditPage(out)}, err
		}))
	huma.Register(api, op("verify-audit", http.MethodPost, "/verify", "Walk through the log, part by part"),
		handle(func(ctx context.Context, in *bodyOf[AuditEnd]) (*bodyOf[AuditReport], error) {
			out, reason, isWhole, err := a.VerifyAuditPart(ctx, audit.Head(in.Body), callerOf(ctx))
			return &bodyOf[AuditReport]{AuditReport{Head: AuditEnd(out.Head), Whole: isWhole, Broken: out.Broken, Reason: reason}}, err
		}))
	huma.Register(api, op("read-audit", http.MethodGet, "/entries", "The log as it was written, oldest first, to be kept elsewhere"),
		handle(func(ctx context.Context, in *struct {
			After int64 `query:"after" minimum:"0" doc:"Sequence of the last entry of the page before"`
		}) (*bodyOf[[]audit.Entry], error) {
			out, err := a.ReadAudit(ctx, in.After, callerOf(ctx))
			if out == nil {
				out = []audit.Entry{}
			}
			return &bodyOf[[]audit.Entry]{out}, err
		}))
}
