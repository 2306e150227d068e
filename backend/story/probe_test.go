package story_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"
	_ "github.com/mattn/go-sqlite3"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
	"lianxin/backend/seal"
	"lianxin/backend/settlement"
	"lianxin/backend/store"
	"lianxin/backend/visit"
)

// probe is the command that looks where no screen does: who the made-up people
// of a center are, and what a database has on record. It reads only, except for
// the commands that make trouble on purpose.
type probe struct {
	People  people  `cmd:"" help:"People with bookings, as JSON."`
	Visits  records `cmd:"" help:"The visits of a day, as JSON, one a line."`
	Advance advance `cmd:"" help:"Advance money for a district as if it had been in an earlier month."`
	Waive   waive   `cmd:"" help:"Let a hospital have waived a claim's lines in the moment in which it was submitted."`
	Ended   ended   `cmd:"" help:"Let a voucher have been good until yesterday."`
	Newer   newer   `cmd:"" help:"Make a database look as if a newer program had written it."`
}

func probeMain() { run(&probe{}, "probe") }

// run parses and runs a command; it ends the process.
func run(command any, name string) {
	parsed := kong.Parse(command, kong.Name(name))
	if err := parsed.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// database is a database of a center or a kiosk.
type database struct {
	File string `arg:"" help:"center.db or kiosk.db." type:"existingfile"`
	Site string `default:"aoti" help:"Site to look at."`
}

func (d database) with(do func(ctx context.Context, s *store.Store) error) error {
	keyring, err := seal.Load(seal.Source{File: filepath.Join(filepath.Dir(d.File), "keys.json"), AllowFile: true, Now: time.Now()})
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), store.Options{URL: d.File, Keyring: keyring})
	if err != nil {
		return err
	}
	return errors.Join(do(context.Background(), s), s.Close())
}

// Known is a made-up person as a story needs them.
type Known struct {
	Name     string        `json:"name"`
	Number   string        `json:"number"`
	Born     calendar.Date `json:"born"`
	Code     string        `json:"code"`
	Answered bool          `json:"answered"` // the questionnaire, this morning
	Site     string        `json:"site"`
	Day      calendar.Date `json:"day"`
}

// people lists who is booked at a site, today first.
type people struct {
	database
	Nth   int  `default:"-1" help:"Only this one of them, counted from 0."`
	Fresh bool `help:"Only those who have not answered the questionnaire yet."`
	Pass  bool `help:"Only those who have."`
	Later bool `help:"Those booked for the days to come instead of today."`
}

// Run prints them.
func (p people) Run() error {
	return p.with(func(ctx context.Context, s *store.Store) error {
		found, err := p.find(ctx, s)
		if err != nil || p.Nth < 0 {
			return errors.Join(err, print(found))
		}
		if p.Nth >= len(found) {
			return fmt.Errorf("only %d such people at %s", len(found), p.Site)
		}
		return print(found[p.Nth])
	})
}

func (p people) find(ctx context.Context, s *store.Store) ([]Known, error) {
	first, last := 0, 0
	if p.Later {
		first, last = 1, 14
	}
	today := calendar.Of(time.Now())
	found := []Known{}
	for ahead := first; ahead <= last; ahead++ {
		booked, err := s.AppointmentsAt(ctx, p.Site, today.AddDays(ahead))
		if err != nil {
			return nil, err
		}
		for _, a := range booked {
			_, answered, err := s.PassOf(ctx, a.DonorKey, time.Now())
			if err != nil {
				return nil, err
			}
			if a.Status == appointment.Booked && !(p.Fresh && answered) && !(p.Pass && !answered) {
				found = append(found, known(a, answered))
			}
		}
	}
	return found, nil
}

func known(a appointment.Appointment, answered bool) Known {
	return Known{Name: a.Person.Name, Number: a.Person.Document.Number, Born: a.Person.Born,
		Code: identity.Code{Kind: identity.BookingCode, ID: a.Code}.Text(), Answered: answered, Site: a.SiteID, Day: a.Day}
}

// advance enters money into a month that is over, at a clock that stands in it.
type advance struct {
	database
	District string `required:"" help:"GB/T 2260."`
	Month    string `required:"" help:"2026-10."`
	Claim    string `required:"" help:"ID of the claim it is for."`
	Fen      int64  `required:"" help:"How much."`
}

// Run enters it.
func (a advance) Run() error {
	return a.with(func(ctx context.Context, s *store.Store) error {
		at, err := time.Parse(time.DateOnly, a.Month+"-15")
		if err != nil {
			return err
		}
		book := settlement.Service{Store: s, Now: func() time.Time { return at }}
		return book.Post(ctx, settlement.Advance{ID: "probe/" + a.Month + "/" + a.Claim, Cause: a.Claim, District: a.District, From: settlement.Claims, Kind: settlement.KindPaid, Fen: a.Fen})
	})
}

// waive enters a case of a hospital as if neither had seen the other, which no order of
// steps from outside does twice. The first line is waived as it stands in the claim, each
// further one a day later.
type waive struct {
	database
	Claim string `required:"" help:"ID of the claim."`
}

// Run enters it.
func (w waive) Run() error {
	return w.with(func(ctx context.Context, s *store.Store) error {
		c, err := s.Claim(ctx, w.Claim)
		if err != nil {
			return err
		}
		h := hospital.Hospital{ID: "test-hospital", Name: lang.Text{ZH: "测试第三医院", EN: "Test Hospital Three"}, District: c.District}
		if err := s.SaveHospital(ctx, h); err != nil {
			return err
		}
		n, err := s.NextHospitalNumber(ctx, c.District, time.Now().Year())
		if err != nil {
			return err
		}
		patient := c.Treated()
		one := hospital.Case{ID: "case-" + c.ID, HospitalID: h.ID, District: c.District, Reference: fmt.Sprintf("H%s-%d-%05d", c.District, time.Now().Year(), n), Number: "ZY-" + c.ID,
			State: relief.Confirmed, Version: 1, MadeAt: time.Now(), ConfirmedAt: time.Now(), Inquiry: hospital.Inquiry{Patient: hospital.Person{Kind: patient.Kind, Number: patient.Number}}}
		for i, l := range c.Lines {
			id := fmt.Sprint(i + 1)
			one.Inquiry.Charges = append(one.Inquiry.Charges, hospital.Charge{ID: id, Component: l.Component, Fee: l.Fee, Quantity: l.Quantity, On: l.On.AddDays(i), AmountFen: l.AmountFen})
			one.Coverage.Charges = append(one.Coverage.Charges, hospital.Covered{ID: id, WaivedFen: l.AmountFen})
		}
		return s.SaveHospitalCase(ctx, one)
	})
}

// ended moves the last day of a voucher, which lies months ahead, behind.
type ended struct {
	database
	Number string `required:"" help:"Of the voucher."`
}

// Run moves it.
func (e ended) Run() error {
	return e.with(func(ctx context.Context, s *store.Store) error {
		v, err := s.VoucherByNumber(ctx, e.Number)
		if err != nil {
			return err
		}
		return s.InTx(ctx, func(ctx context.Context) error {
			r, err := s.LockRedemption(ctx, v.RedemptionID)
			if err != nil {
				return err
			}
			r.PickUpUntil = calendar.Of(time.Now()).AddDays(-1)
			return s.SaveRedemption(ctx, r)
		})
	})
}

// records lists visits.
type records struct{ database }

// Run prints them in the order of arrival.
func (r records) Run() error {
	return r.with(func(ctx context.Context, s *store.Store) error {
		visits, err := s.VisitsAt(ctx, r.Site, calendar.Of(time.Now()))
		if err != nil {
			return err
		}
		for _, v := range visits {
			if err := print(comparable(v)); err != nil {
				return err
			}
		}
		return nil
	})
}

// comparable leaves out what belongs to one database: each keys its people itself.
func comparable(v visit.Visit) visit.Visit {
	v.At = v.At.UTC()
	return v
}

// newer moves a database's schema number up.
type newer struct {
	File string `arg:"" type:"existingfile"`
}

// Run does it the way a later migration would leave it.
func (n newer) Run() error {
	db, err := sql.Open("sqlite3", n.File)
	if err != nil {
		return err
	}
	_, err = db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	return errors.Join(err, db.Close())
}

func print(v any) error { return json.NewEncoder(os.Stdout).Encode(v) }
