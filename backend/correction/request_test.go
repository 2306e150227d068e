package correction

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/outbox"
)

var at = time.Date(2026, 11, 23, 1, 30, 0, 0, time.UTC)

func asked(change func(*Request)) Request {
	r := Request{ID: "request-1", DonorKey: "key", DonationID: "donation-1", Subject: Amount, SiteID: "site-1", DeviceID: "device-1", At: at}
	if change != nil {
		change(&r)
	}
	return r
}

func missing(r *Request) { r.Subject, r.DonationID = Missing, "" }

func TestOnlyWhatADonorCanSay(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Request)
		ok     bool
	}{
		"an amount":                  {nil, true},
		"a missing one":              {missing, true},
		"a missing one, with a day":  {func(r *Request) { missing(r); r.About = calendar.MustParse("2020-05-01") }, true},
		"missing, by a stranger":     {func(r *Request) { missing(r); r.Person = &identity.Person{} }, true},
		"missing, but here it is":    {func(r *Request) { r.Subject = Missing }, false},
		"an amount of nothing":       {func(r *Request) { r.DonationID = "" }, false},
		"an amount, by a stranger":   {func(r *Request) { r.Person = &identity.Person{} }, false},
		"an amount near another day": {func(r *Request) { r.About = calendar.MustParse("2020-05-01") }, false},
		"something else":             {func(r *Request) { r.Subject = "name" }, false},
		"nobody":                     {func(r *Request) { r.DonorKey = "" }, false},
		"nowhere":                    {func(r *Request) { r.SiteID = "" }, false},
		"never":                      {func(r *Request) { r.At = time.Time{} }, false},
	} {
		if err := asked(c.change).Check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnAnswerCanBeCorrected(t *testing.T) {
	r := asked(func(r *Request) { r.State = Open })
	if _, err := r.Answer(Open, "staff-1", at); fault.CodeOf(err) != "correction.answer" {
		t.Errorf("opened again: %v", err)
	}
	first, err := r.Answer(Unchanged, "staff-1", at)
	if err != nil || first.State != Unchanged || first.AnsweredBy != "staff-1" {
		t.Errorf("%+v, %v", first, err)
	}
	if again, err := first.Answer(Unchanged, "staff-2", at.Add(time.Hour)); err != nil || again != first {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	if other, err := first.Answer(Corrected, "staff-2", at.Add(time.Hour)); err != nil || other.State != Corrected || other.AnsweredBy != "staff-2" {
		t.Errorf("another one: %+v, %v", other, err)
	}
}

// desk keeps requests in memory.
type desk struct{ kept []Request }

func (d *desk) SaveCorrection(_ context.Context, r Request) error {
	d.kept = append(d.kept, r)
	return nil
}

func (d *desk) LockCorrection(_ context.Context, id string) (Request, error) {
	for _, r := range d.kept {
		if r.ID == id {
			return r, nil
		}
	}
	return Request{}, fault.New(fault.NotFound, "correction.not_found")
}

func (d *desk) CorrectionsOf(context.Context, []string, int) ([]Request, error) { return d.kept, nil }

func (d *desk) apply(t *testing.T, device string, r any) string {
	t.Helper()
	payload, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	owns := func(_ context.Context, key, donation string) (bool, error) {
		return key == "key" && donation == "donation-1", nil
	}
	return fault.CodeOf(Applier{Store: d, Owns: owns}.Apply(t.Context(), device, "site-1", outbox.Operation{Payload: payload}))
}

func TestWhatADeviceSaysIsTakenInOnce(t *testing.T) {
	d := &desk{}
	for name, c := range map[string]struct {
		r    any
		want string
	}{
		"garbage":             {"?", "correction.malformed"},
		"of another device":   {asked(func(r *Request) { r.DeviceID = "device-2" }), "correction.foreign_device"},
		"of another site":     {asked(func(r *Request) { r.SiteID = "site-2" }), "correction.foreign_device"},
		"of another's":        {asked(func(r *Request) { r.DonorKey = "other" }), "correction.not_theirs"},
		"of no such donation": {asked(func(r *Request) { r.DonationID = "donation-2" }), "correction.not_theirs"},
	} {
		if got := d.apply(t, "device-1", c.r); got != c.want || len(d.kept) != 0 {
			t.Errorf("%s: %q, kept %d", name, got, len(d.kept))
		}
	}
	for range 2 { // told twice
		if got := d.apply(t, "device-1", asked(nil)); got != "" || len(d.kept) != 1 || d.kept[0].State != Open {
			t.Fatalf("%q, %+v", got, d.kept)
		}
	}
	if got := d.apply(t, "device-1", asked(func(r *Request) { r.ID = "request-2" })); got != "" || len(d.kept) != 1 {
		t.Errorf("asked twice: %q, kept %d", got, len(d.kept))
	}
	d.kept[0].State = Unchanged
	if got := d.apply(t, "device-1", asked(func(r *Request) { r.ID = "request-3" })); got != "" || len(d.kept) != 2 {
		t.Errorf("asked again after the answer: %q, kept %d", got, len(d.kept))
	}
	for len(d.kept) < MostOpen+1 {
		d.kept = append(d.kept, asked(func(r *Request) { r.State, r.Subject, r.ID = Open, Day, "more" }))
	}
	if got := d.apply(t, "device-1", asked(func(r *Request) { missing(r); r.ID = "request-4" })); got != "correction.too_many" {
		t.Errorf("one too many: %q", got)
	}
}
