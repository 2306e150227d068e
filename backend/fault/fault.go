// Package fault is the one error type that may reach a person.
//
// A Fault carries a stable machine code, the kind of failure (which decides the
// HTTP status, in one place: package api) and the places in the input that are
// wrong. It carries no sentence: screens translate the code into what happened
// and what to do next. Every other error is internal: the person sees code
// "internal", the log sees the whole chain.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says how a failure is handled, whatever its subject.
type Kind string

const (
	Invalid      Kind = "invalid"      // the input is wrong; see Places
	NotFound     Kind = "not_found"    // there is no such thing, or it may not be seen
	Conflict     Kind = "conflict"     // it contradicts what is already recorded
	Unauthorized Kind = "unauthorized" // who is asking is not known
	Forbidden    Kind = "forbidden"    // who is asking is known and may not
	TooLarge     Kind = "too_large"    // the input is over a stated bound
	TooMany      Kind = "too_many"     // asked too often; try later
	Unavailable  Kind = "unavailable"  // a part is out of reach; the same call may work later
	Outdated     Kind = "outdated"     // a program or database is too old or too new for the other
	Internal     Kind = "internal"     // our fault
)

// Place is one wrong value and where it stands.
type Place struct {
	Location string `json:"location" doc:"Where: a path such as body.document.number, or row and column of a file"`
	Code     string `json:"code" doc:"What is wrong there, as a stable code"`
	Detail   string `json:"detail,omitempty" doc:"For engineers; never holds personal data"`
}

// Fault is an error with a code a person's screen can explain.
type Fault struct {
	Kind   Kind
	Code   string         // stable, dotted, the noun first: "identity.check_digit"
	Params map[string]any // numbers and dates the sentence needs; never personal data
	Places []Place
	cause  error
}

// New returns a fault of a kind with its code.
func New(kind Kind, code string) *Fault { return &Fault{Kind: kind, Code: code} }

// Wrap returns a fault that keeps its cause for the log.
func Wrap(cause error, kind Kind, code string) *Fault {
	return &Fault{Kind: kind, Code: code, cause: cause}
}

// With returns f with one parameter for its sentence.
func (f *Fault) With(name string, value any) *Fault {
	if f.Params == nil {
		f.Params = map[string]any{}
	}
	f.Params[name] = value
	return f
}

// At returns f with one more wrong place.
func (f *Fault) At(location, code, detail string) *Fault {
	f.Places = append(f.Places, Place{Location: location, Code: code, Detail: detail})
	return f
}

// Error is for logs.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	for _, p := range f.Places {
		fmt.Fprintf(&b, "; %s: %s", p.Location, p.Code)
		if p.Detail != "" {
			fmt.Fprintf(&b, " (%s)", p.Detail)
		}
	}
	if f.cause != nil {
		fmt.Fprintf(&b, ": %v", f.cause)
	}
	return b.String()
}

// Unwrap gives errors.Is and errors.As the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Is makes errors.Is(err, fault.New(kind, code)) compare by code.
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && other.Code == f.Code
}

// From returns the fault inside err, or an Internal one that keeps err as its cause.
func From(err error) *Fault {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return Wrap(err, Internal, "internal")
}

// CodeOf returns the code inside err: "" for nil, "internal" for any other error.
func CodeOf(err error) string {
	if err == nil {
		return ""
	}
	return From(err).Code
}
