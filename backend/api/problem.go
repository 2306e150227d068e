package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/fault"
)

// Problem is an RFC 9457 problem document. It names every fault and its place
// and never repeats the value that was sent: that value may be personal.
type Problem struct {
	Type   string         `json:"type" format:"uri" example:"urn:lianxin:fault:identity.check_digit"`
	Title  string         `json:"title" doc:"Short English text for engineers; screens translate the code"`
	Status int            `json:"status" example:"422"`
	Code   string         `json:"code" example:"identity.check_digit" doc:"Stable code; the key of the translated sentence"`
	Params map[string]any `json:"params,omitempty" doc:"Numbers and dates the sentence needs"`
	Errors []fault.Place  `json:"errors,omitempty" doc:"Every wrong value and where it stands. The name of an unknown member is not repeated, as it may be personal: it stands as ?, and the detail says how long it is and which name it was probably meant to be"`
	// RequestID is random and says nothing of anybody.
	RequestID string `json:"request_id,omitempty" doc:"Name of this request in the center's log"`
}

// Error makes a Problem an error for huma.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problem documents, for huma.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf is the one place where kinds of failure become HTTP statuses.
var statusOf = map[fault.Kind]int{
	fault.Invalid:      http.StatusUnprocessableEntity,
	fault.NotFound:     http.StatusNotFound,
	fault.Conflict:     http.StatusConflict,
	fault.Unauthorized: http.StatusUnauthorized,
	fault.Forbidden:    http.StatusForbidden,
	fault.TooLarge:     http.StatusRequestEntityTooLarge,
	fault.TooMany:      http.StatusTooManyRequests,
	fault.Unavailable:  http.StatusServiceUnavailable,
	fault.Outdated:     http.StatusUpgradeRequired,
	fault.Internal:     http.StatusInternalServerError,
}

// codeOf names what huma itself refuses before a handler runs.
var codeOf = map[int]string{
	http.StatusBadRequest:            "request.malformed",
	http.StatusUnauthorized:          "request.unauthorized",
	http.StatusForbidden:             "request.forbidden",
	http.StatusNotFound:              "request.not_found",
	http.StatusMethodNotAllowed:      "request.method",
	http.StatusNotAcceptable:         "request.not_acceptable",
	http.StatusRequestEntityTooLarge: "request.too_large",
	http.StatusUnsupportedMediaType:  "request.media_type",
	http.StatusUnprocessableEntity:   "request.invalid",
	http.StatusRequestTimeout:        "request.timeout",
}

// ofTheDisk are failures that go on until somebody sees to the machine: the log tells of
// them where they happen, though who asked has only to ask again.
var ofTheDisk = map[string]bool{"store.full": true, "store.failing": true}

// problemOf turns any error into what a client may see, and logs what it may not.
func problemOf(ctx context.Context, err error) error { return problemFor(ctx, err) }

func problemFor(ctx context.Context, err error) *Problem {
	if errors.Is(err, context.Canceled) {
		err = fault.Wrap(err, fault.Unavailable, "request.cancelled") // nobody waits for the answer any more
	}
	f := fault.From(err)
	status := statusOf[f.Kind]
	isOurs := status == 0 || f.Kind == fault.Internal
	if isOurs {
		status = http.StatusInternalServerError
	}
	if isOurs || ofTheDisk[f.Code] && f.Unwrap() != nil {
		slog.ErrorContext(ctx, "request failed", "request", requestID(ctx), "error", err)
	}
	return named(ctx, &Problem{Type: "urn:lianxin:fault:" + f.Code, Title: http.StatusText(status), Status: status,
		Code: f.Code, Params: f.Params, Errors: f.Places})
}

// humaError replaces huma's own error so that there is one shape of failure.
func humaError(status int, message string, errs ...error) huma.StatusError {
	return humaProblem(status, message, errs...)
}

func humaProblem(status int, message string, errs ...error) *Problem {
	p := bare(status)
	p.Title = message
	for _, err := range errs {
		if err == nil {
			continue
		}
		if len(p.Errors) == maxPlaces {
			break
		}
		place := fault.Place{Code: p.Code, Detail: err.Error()}
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			var hidden string
			place.Location, hidden = known(d.Location)
			place.Detail = said(d.Message)
			if hidden != "" && d.Message == unknownMember {
				place.Detail = hint(hidden)
			}
		} else {
			place.Detail = said(place.Detail)
		}
		p.Errors = append(p.Errors, place)
	}
	return p
}

// bare is the problem of a status that needs no more words.
func bare(status int) *Problem {
	code := codeOf[status]
	if code == "" {
		code = "internal"
	}
	return &Problem{Type: "urn:lianxin:fault:" + code, Title: http.StatusText(status), Status: status, Code: code}
}

// Bounds of what is said of one request. A person's form has far fewer places;
// a body made to hurt has as many as it likes.
const (
	maxPlaces = 100
	maxDetail = 200
)

// said keeps of a detail what tells of the rule. Readers of numbers, dates and JSON
// quote what they could not read, each in its own way.
func said(detail string) string {
	rule, _, _ := strings.Cut(detail, ": ")
	for _, beginning := range []string{"expected ", "required ", unknownMember, "unknown query parameter"} {
		if strings.HasPrefix(rule, beginning) && len(rule) <= maxDetail {
			return rule
		}
	}
	return ""
}

// writeProblem sends a problem document where huma does not.
func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone when this fails
}

// handle adapts a plain function to huma with the one error mapping.
func handle[I, O any](do func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	}
}
