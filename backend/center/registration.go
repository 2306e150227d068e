package center

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/reception"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
	"lianxin/backend/visit/slip"
)

// deskPrefix begins what stands for a device in visits that were registered at a desk.
// Their numbers have no letter, as those of kiosks do: nobody at a site has the same.
const deskPrefix = "desk."

// RegisterVisit implements api.Reception. The same gate decides as at a kiosk, and who
// may not give is recorded with the verdict. Questionnaire and consent are on paper.
func (c *Center) RegisterVisit(ctx context.Context, siteID string, in api.Registration, by api.Caller) (api.ReceptionRow, error) {
	if !by.MaySee(siteID) {
		return api.ReceptionRow{}, fault.New(fault.NotFound, "site.not_found")
	}
	if _, err := c.store.Site(ctx, siteID); err != nil {
		return api.ReceptionRow{}, err
	}
	person, err := c.registered(in)
	if err != nil {
		return api.ReceptionRow{}, err
	}
	if err := in.Product.Check(donation.Amount{Volume: donation.Volume(in.VolumeML), Units: donation.Units(in.Units)}); err != nil {
		return api.ReceptionRow{}, fault.Wrap(err, fault.Invalid, "reception.amount").At("body.volume_ml", "reception.amount", "")
	}
	v := visit.Visit{ID: c.config.NewID(), SiteID: siteID, DeviceID: deskPrefix + siteID, Day: c.Today(), Source: visit.Typed, Person: person,
		DonorKey: screening.Key(c.gateKey(), person.Document), Product: in.Product, VolumeML: in.VolumeML, Units: in.Units, Language: in.Language,
		Unprintable: slip.Unprintable(person.DisplayName()), At: c.config.Now().UTC().Truncate(time.Microsecond)}
	pack, err := c.selection(ctx)
	if err != nil {
		return api.ReceptionRow{}, err
	}
	err = c.tell(ctx, func(ctx context.Context) (marks []sync.Mark, err error) {
		if _, err := c.store.LockReception(ctx, siteID, v.Day); err != nil {
			return nil, err
		}
		if v.Verdict, _, err = c.verdictOf(ctx, pack, v); err != nil {
			return nil, err
		}
		if err := c.insertRegistered(ctx, &v); err != nil {
			return nil, err
		}
		if marks, err = c.visitApplied(ctx, v); err != nil {
			return nil, err
		}
		_, err = c.audit.Record(ctx, audit.Entry{Who: by.StaffID, Role: by.Role, Action: "reception.register",
			Object: audit.Object{Noun: "visit", ID: v.ID}, Where: audit.Where{Site: siteID}, After: `{"outcome":"` + string(v.Outcome) + `"}`})
		return marks, err
	})
	if err != nil {
		return api.ReceptionRow{}, err
	}
	return c.receptionRow(ctx, reception.Record{VisitID: v.ID, State: reception.Waiting})
}

func (c *Center) insertRegistered(ctx context.Context, v *visit.Visit) error {
	v.Outcome = visit.Deferred
	if v.Verdict.For(v.Product).Allowed {
		number, err := c.store.NextTicketNumber(ctx, v.DeviceID, v.Day)
		if err != nil {
			return err
		}
		v.Outcome, v.TicketNumber, v.Ticket = visit.Waiting, number, fmt.Sprintf("%03d", number)
	}
	return c.store.InsertVisit(ctx, *v)
}

// registered is the person as staff read it off a document.
func (c *Center) registered(in api.Registration) (identity.Person, error) {
	doc, err := identity.ParseOn(in.Kind, in.Number, c.Today())
	if in.Kind == identity.Passport {
		doc, err = identity.ParsePassport(in.Country, in.Number)
	}
	if err != nil {
		return identity.Person{}, err
	}
	p := identity.Person{Document: doc, Born: in.BirthDate, Sex: in.Sex, Name: strings.Join(strings.Fields(in.Name), " ")}
	if !strings.ContainsFunc(p.Name, func(r rune) bool { return r > unicode.MaxASCII }) {
		p.Name, p.LatinName = "", p.Name
	}
	if born, ok := doc.BirthDate(); ok {
		p.Born, p.Sex = born, doc.Sex()
	}
	f := fault.New(fault.Invalid, "identity.incomplete")
	if p.DisplayName() == "" {
		f.At("body.name", "identity.incomplete", "")
	}
	if p.Born.IsZero() || p.Born.After(c.Today()) {
		f.At("body.birth_date", "identity.birth_date_missing", "")
	}
	if p.Sex != identity.Male && p.Sex != identity.Female {
		f.At("body.sex", "identity.sex_missing", "")
	}
	if len(f.Places) > 0 {
		return p, f
	}
	return p, nil
}
