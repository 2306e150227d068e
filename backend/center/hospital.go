package center

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/screening"
)

// atHospital is the role of a hospital's system in the audit log.
const atHospital = "hospital"

// A hospital asks for everybody it discharges: far more than ever stand at its counters,
// and few for whoever stole its key.
var hospitalQuestions = allowance{"/hospital", 2000, 20 * time.Millisecond}

// direct is direct relief over the center's own book.
func (c *Center) direct() hospital.Service {
	return hospital.Service{Store: c.store, Book: c.Relief(), Money: hospitalMoney{c}, DonorOf: c.donorIDOf, Claims: c.claimsLike, Handling: c.hospitalHandling,
		Now: c.config.Now, NewID: c.config.NewID}
}

// hospitalHandling are the limits of today.
func (c *Center) hospitalHandling() hospital.Handling { return c.packs.Hospitals(c.Today()) }

// claimsLike are claims on their way to be paid, or paid, that have a line of the same
// patient, of whatever office.
func (c *Center) claimsLike(ctx context.Context, told claim.Content) ([]claim.Claim, error) {
	return c.store.ClaimsHolding(ctx, told.LineMarks())
}

// donorIDOf is the donor with a document; "" for somebody who is on file nowhere. Of one
// person's files it is the one that is kept: whoever comes with two documents is one donor,
// and nobody's relative by the other.
func (c *Center) donorIDOf(ctx context.Context, d identity.Document) (string, error) {
	known, err := c.store.DonorByKey(ctx, screening.Key(c.gateKey(), d))
	return known.Head(), unlessMissing(err)
}

// SaveHospital adds or changes a hospital. Fault "hospital.malformed", with the wrong places.
func (c *Center) SaveHospital(ctx context.Context, h hospital.Hospital, by string) error {
	if err := h.Check(); err != nil {
		return err
	}
	if !audit.IsID(h.ID) { // the log names it
		return fault.New(fault.Invalid, "hospital.malformed").At("id", "hospital.malformed", "no number a person may have")
	}
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.SaveHospital(ctx, h); err != nil {
			return err
		}
		return c.record(ctx, by, "hospital.save", "hospital", h.ID)
	})
}

// hospitalClient is who asks, and whether they may ask again so soon.
func (c *Center) hospitalClient(ctx context.Context, by api.Caller) (hospital.Client, error) {
	from, err := c.store.Device(ctx, by.DeviceID)
	if err != nil {
		return hospital.Client{}, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error { // on SQLite many share a commit by that
		may, err := c.store.TakeLookup(ctx, from.ID+hospitalQuestions.purse, c.config.Now(), hospitalQuestions.atOnce, hospitalQuestions.every)
		if err == nil && !may {
			err = fault.New(fault.TooMany, "lookup.too_many")
		}
		return err
	})
	return hospital.Client{ID: from.ID, HospitalID: from.SiteID}, err
}

// AskCoverage implements api.Hospitals. Who was looked at, for what and by which consent
// is written down before anything is answered.
func (c *Center) AskCoverage(ctx context.Context, in hospital.Inquiry, by api.Caller) (hospital.Coverage, error) {
	if err := c.freshPacks(ctx); err != nil {
		return hospital.Coverage{}, err
	}
	client, err := c.hospitalClient(ctx, by)
	if err != nil {
		return hospital.Coverage{}, err
	}
	out, donors, err := c.direct().Ask(ctx, in)
	if err != nil {
		return hospital.Coverage{}, err
	}
	var written []*audit.Recording
	for _, id := range donors {
		written = append(written, c.readings.Begin(ctx, hospitalEntry(client, "hospital.ask", audit.Object{Noun: "donor", ID: id}, in)))
	}
	if len(donors) == 0 { // who tries documents out shows by that
		written = append(written, c.readings.Begin(ctx, hospitalEntry(client, "hospital.ask_nobody", audit.Object{Noun: "hospital", ID: client.HospitalID}, in)))
	}
	for _, w := range written {
		if err := w.Wait(ctx); err != nil {
			return hospital.Coverage{}, err
		}
	}
	return out, nil
}

// hospitalEntry says for what and by which consent a hospital did something.
func hospitalEntry(by hospital.Client, action string, object audit.Object, in hospital.Inquiry) audit.Entry {
	return audit.Entry{Who: by.ID, Role: atHospital, Action: action, Object: object, Where: audit.Where{Site: by.HospitalID},
		After: fmt.Sprintf(`{"purpose":%q,"consent":%q,"consent_on":%q}`, in.Purpose, in.Consent.Form, in.Consent.On)}
}

// ReserveRelief implements api.Hospitals.
func (c *Center) ReserveRelief(ctx context.Context, in hospital.Order, by api.Caller) (hospital.View, error) {
	return c.workRelief(ctx, by, "hospital.reserve", func(ctx context.Context, client hospital.Client) (hospital.Case, error) {
		return c.direct().Reserve(ctx, in, client)
	})
}

// ConfirmRelief implements api.Hospitals.
func (c *Center) ConfirmRelief(ctx context.Context, id string, by api.Caller) (hospital.View, error) {
	return c.workRelief(ctx, by, "hospital.confirm", func(ctx context.Context, client hospital.Client) (hospital.Case, error) {
		return c.direct().Confirm(ctx, id, client)
	})
}

// ReleaseRelief implements api.Hospitals.
func (c *Center) ReleaseRelief(ctx context.Context, id string, by api.Caller) (hospital.View, error) {
	return c.workRelief(ctx, by, "hospital.release", func(ctx context.Context, client hospital.Client) (hospital.Case, error) {
		return c.direct().Release(ctx, id, client)
	})
}

// CorrectRelief implements api.Hospitals.
func (c *Center) CorrectRelief(ctx context.Context, id string, in hospital.Correction, by api.Caller) (hospital.View, error) {
	return c.workRelief(ctx, by, "hospital.correct", func(ctx context.Context, client hospital.Client) (hospital.Case, error) {
		return c.direct().Correct(ctx, id, in, client)
	})
}

// FindHospitalCase implements api.Hospitals.
func (c *Center) FindHospitalCase(ctx context.Context, number string, by api.Caller) (hospital.View, error) {
	return c.workRelief(ctx, by, "hospital.read", func(ctx context.Context, client hospital.Client) (hospital.Case, error) {
		return c.store.HospitalCaseByNumber(ctx, client.HospitalID, number)
	})
}

// HospitalCase implements api.Hospitals.
func (c *Center) HospitalCase(ctx context.Context, id string, by api.Caller) (hospital.View, error) {
	return c.workRelief(ctx, by, "hospital.read", func(ctx context.Context, client hospital.Client) (hospital.Case, error) {
		return c.store.HospitalCase(ctx, client.HospitalID, id)
	})
}

// workRelief does something with a case and writes down who did, in one transaction. What
// is over is given back before, in transactions of its own.
func (c *Center) workRelief(ctx context.Context, by api.Caller, action string, do func(ctx context.Context, client hospital.Client) (hospital.Case, error)) (hospital.View, error) {
	if err := c.freshPacks(ctx); err != nil {
		return hospital.View{}, err
	}
	client, err := c.hospitalClient(ctx, by)
	if err != nil {
		return hospital.View{}, err
	}
	if err := c.lapseVolumes(ctx); err != nil {
		return hospital.View{}, err
	}
	var view hospital.View
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		one, err := do(ctx, client)
		if err != nil {
			return err
		}
		entry := hospitalEntry(client, action, audit.Object{Noun: "hospital_case", ID: one.ID}, one.Inquiry)
		if entry.After, err = auditedRelief(one); err != nil {
			return err
		}
		if _, err := c.audit.Record(ctx, entry); err != nil {
			return err
		}
		view = one.ViewAt(c.config.Now())
		return nil
	})
	return view, err
}

// auditedRelief is what of a case the audit log may hold.
func auditedRelief(one hospital.Case) (string, error) {
	text, err := json.Marshal(map[string]any{"state": one.State, "version": one.Version, "ml": one.ML, "waived_fen": one.WaivedFen,
		"purpose": one.Inquiry.Purpose, "consent": one.Inquiry.Consent.Form, "consent_on": one.Inquiry.Consent.On})
	if err != nil {
		return "", fmt.Errorf("write a case: %w", err)
	}
	return string(text), nil
}

// HospitalDay implements api.Hospitals.
func (c *Center) HospitalDay(ctx context.Context, on calendar.Date, by api.Caller) (hospital.Day, error) {
	client, err := c.hospitalClient(ctx, by)
	if err != nil {
		return hospital.Day{}, err
	}
	day, err := c.direct().Reconcile(ctx, on, client)
	if err != nil {
		return hospital.Day{}, err
	}
	entry := audit.Entry{Who: client.ID, Role: atHospital, Action: "hospital.reconcile", Object: audit.Object{Noun: "hospital", ID: client.HospitalID},
		Where: audit.Where{Site: client.HospitalID}, After: fmt.Sprintf(`{"day":%q,"lines":%d}`, on, len(day.Lines))}
	return day, c.readings.Begin(ctx, entry).Wait(ctx)
}
