package center

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/device"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/paper"
	"lianxin/backend/result"
	"lianxin/backend/resultcode"
	"lianxin/backend/site"
)

// checkPath is the page on which anybody asks whether a paper is genuine. The code
// stands behind its #, which no browser sends and no server logs.
const checkPath = "/verify"

// Papers are asked for one after the other; a check is asked for by whoever holds one.
var (
	papersOfDevice = allowance{"/paper", 20, 15 * time.Second}
	checksOfAll    = allowance{"check/", 30, 5 * time.Second}      // of a network
	checksOfCode   = allowance{"check-code/", 10, 2 * time.Minute} // what is printed is not to be found by trying
)

// IssuePaper implements api.Papers.
func (c *Center) IssuePaper(ctx context.Context, deviceID string, in api.PaperAsk) (out paper.Paper, err error) {
	if in.Kind == paper.Certificate && in.Request != "" {
		return out, fault.New(fault.Conflict, "paper.card_only")
	}
	err = c.askedBy(ctx, deviceID, papersOfDevice, func(ctx context.Context, from device.Device) error {
		d, given, err := c.paperOf(ctx, deviceID, in)
		if err != nil {
			return err
		}
		drawn, err := c.drawPaper(ctx, d, given, in)
		if err != nil {
			return err
		}
		if out, err = c.issued(ctx, given.ID, drawn); err != nil {
			return err
		}
		_, err = c.audit.Record(ctx, audit.Entry{Who: from.ID, Role: atDevice, Action: "paper.issued",
			Object: audit.Object{Noun: "paper", ID: out.ID}, Where: audit.Where{Site: from.SiteID}})
		return err
	})
	return out, err
}

// paperOf finds the donation a paper is asked for, if it is the asker's.
func (c *Center) paperOf(ctx context.Context, deviceID string, in api.PaperAsk) (d donor.Donor, given donor.Donation, err error) {
	missing := fault.New(fault.NotFound, "paper.not_found")
	if in.Request != "" {
		asked, err := c.store.LockAsked(ctx, in.Request)
		if err != nil && fault.From(err).Kind != fault.NotFound {
			return d, given, err
		}
		if err != nil || asked.Purpose != resultcode.ForResult || asked.DeviceID != deviceID || !asked.IsOpen(c.config.Now()) || asked.DonationID != in.DonationID {
			return d, given, missing
		}
		d, err = c.store.Donor(ctx, asked.DonorID)
		if err != nil {
			return d, given, err
		}
	} else if d, err = c.accountOf(ctx, account.Request{DonorKey: in.DonorKey}); err != nil {
		if fault.From(err).Kind == fault.NotFound {
			err = missing
		}
		return d, given, err
	}
	all, err := c.store.DonationsOf(ctx, d.ID)
	if err != nil {
		return d, given, err
	}
	for _, g := range all {
		if g.ID == in.DonationID {
			return d, g, nil
		}
	}
	return d, given, missing
}

// drawPaper is what the paper says now, without what issuing adds.
func (c *Center) drawPaper(ctx context.Context, d donor.Donor, g donor.Donation, in api.PaperAsk) (paper.Paper, error) {
	here, err := c.store.Site(ctx, g.SiteID)
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return paper.Paper{}, err
	}
	station, _ := site.FindStation(here.Station)
	mask := d.Person.Masked()
	p := paper.Paper{Kind: in.Kind, Language: in.Language, Issuer: station.Name, Phone: here.Phone, Site: here.Name,
		Donor: paper.Donor{Name: mask.Name, Document: mask.Kind, Number: mask.Number},
		Given: paper.Given{On: g.On, Product: g.Product, VolumeML: g.VolumeML, Units: g.Units, DINEnd: string(g.DIN[max(len(g.DIN)-4, 0):])}}
	if in.Kind == paper.Certificate {
		p.Donor, err = c.certified(ctx, d, in)
		return p, err
	}
	found, err := c.store.Results(ctx, []string{g.ID})
	if err != nil {
		return p, err
	}
	var reported *result.Result
	if r, ok := found[g.ID]; ok {
		reported = &r
	}
	shown := result.Show(g.On, c.Today(), reported)
	p.Result, p.From, p.Group, p.Filler = shown.State, shown.From, shown.Group.String(), shown.Filler
	return p, nil
}

// certified is who a certificate is of, as the document says that was read: a person may
// have several, with their name written differently. Fault "paper.name_differs".
func (c *Center) certified(ctx context.Context, d donor.Donor, in api.PaperAsk) (paper.Donor, error) {
	same, err := c.personOf(ctx, d, in.DonorKey)
	if err != nil {
		return paper.Donor{}, err
	}
	for _, one := range same {
		if mask := one.Person.Masked(); sameName(in.Name, one.Person) {
			return paper.Donor{Name: one.Person.DisplayName(), Document: mask.Kind, Number: mask.Number}, nil
		}
	}
	return paper.Donor{}, fault.New(fault.Conflict, "paper.name_differs")
}

// sameName tells whether the name read from a card is the one on file, so that a
// kiosk is told no name it has not read.
func sameName(read string, on identity.Person) bool {
	write := func(name string) string {
		return strings.ToUpper(strings.Join(strings.Fields(norm.NFKC.String(name)), ""))
	}
	return read != "" && write(read) == write(on.DisplayName())
}

// issued returns the paper that says the same already, or issues this one in its place.
func (c *Center) issued(ctx context.Context, donationID string, p paper.Paper) (paper.Paper, error) {
	last, ok, err := c.store.PaperOf(ctx, donationID, p.Kind, p.Language)
	if err != nil || ok && last.Same(p) {
		return last, err
	}
	if ok {
		if _, err := c.store.RevokePaper(ctx, c.config.Now(), last.ID); err != nil {
			return p, err
		}
	}
	p.ID, p.IssuedAt = c.config.NewID(), c.config.Now().UTC().Truncate(time.Second)
	if p.Code, err = paper.NewCode(c.config.Random); err != nil {
		return p, err
	}
	p.Check = strings.TrimSuffix(c.config.URL, "/") + checkPath + "#" + p.Code
	return p, c.store.SavePaper(ctx, donationID, p)
}

// CheckPaper implements api.Papers. Nothing is written down of who asks for what but
// how often.
func (c *Center) CheckPaper(ctx context.Context, network string, in paper.Claim) (out api.PaperChecked, err error) {
	code := paper.ReadCode(in.Code)
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		for _, purse := range []filled{
			{checksOfAll, checksOfAll.purse + c.keyring.Index("check-network", network)},
			{checksOfCode, checksOfCode.purse + c.keyring.Index("check-code", code)},
		} {
			if err := c.pay(ctx, purse, c.config.Now(), "paper.too_many"); err != nil {
				return err
			}
		}
		p, ok, err := c.store.PaperByCode(ctx, code)
		out.Genuine = ok && p.Holds(in)
		return err
	})
	return out, err
}

// RevokePaper takes a paper back: from now on it is not genuine. Fault "paper.not_found".
func (c *Center) RevokePaper(ctx context.Context, code, by string) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		p, ok, err := c.store.PaperByCode(ctx, paper.ReadCode(code))
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "paper.not_found")
		}
		if _, err := c.store.RevokePaper(ctx, c.config.Now(), p.ID); err != nil {
			return err
		}
		return c.record(ctx, by, "paper.revoked", "paper", p.ID)
	})
}
