package center

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/receipt"
	"lianxin/backend/reception"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
	"lianxin/backend/visit/slip"
)

// EndVisit implements api.Reception.
func (c *Center) EndVisit(ctx context.Context, visitID string, in api.VisitEnd, by api.Caller) (api.ReceptionVisit, error) {
	pack, err := c.selection(ctx)
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	end := map[reception.State]func(context.Context, visit.Visit, reception.Record) (reception.Record, []sync.Mark, error){
		reception.Proceeds: func(ctx context.Context, v visit.Visit, r reception.Record) (reception.Record, []sync.Mark, error) {
			after, err := c.proceed(ctx, pack, v, r, in, by)
			return after, nil, err
		},
		reception.Deferred: func(ctx context.Context, v visit.Visit, r reception.Record) (reception.Record, []sync.Mark, error) {
			return c.deferDonor(ctx, pack, v, r, in, by)
		},
		reception.Left: func(_ context.Context, _ visit.Visit, r reception.Record) (reception.Record, []sync.Mark, error) {
			after, err := r.Leave(c.byNow(by))
			return after, nil, err
		},
	}[in.State]
	if end == nil {
		return api.ReceptionVisit{}, fault.New(fault.Invalid, "request.invalid").At("body.state", "request.invalid", "")
	}
	isDone := func(r reception.Record) bool {
		return r.State == in.State && (r.Outcome == nil || r.Outcome.RuleID == in.RuleID && r.Outcome.VolumeML == in.VolumeML && r.Outcome.Units == in.Units)
	}
	if err := c.changeReception(ctx, visitID, "reception."+string(in.State), in.Version, by, isDone, end); err != nil {
		return api.ReceptionVisit{}, err
	}
	return c.ReceptionVisit(ctx, visitID, "", by)
}

// proceed lets somebody give what they may: by earlier donations, by every answer that
// staff had to ask about, and by what was measured.
func (c *Center) proceed(ctx context.Context, pack *policy.Pack, v visit.Visit, r reception.Record, in api.VisitEnd, by api.Caller) (reception.Record, error) {
	if err := in.Product.Check(donation.Amount{Volume: donation.Volume(in.VolumeML), Units: donation.Units(in.Units)}); err != nil {
		return r, fault.Wrap(err, fault.Invalid, "reception.amount").At("body.volume_ml", "reception.amount", "")
	}
	verdict, _, err := c.verdictOf(ctx, pack, v)
	if err != nil {
		return r, err
	}
	if !verdict.For(in.Product).Allowed {
		return r, fault.New(fault.Conflict, "reception.not_allowed")
	}
	if err := c.wasAsked(pack, v, r, in.Product); err != nil {
		return r, err
	}
	judgement := judged(pack, v, api.Measured{Product: in.Product, VolumeML: in.VolumeML, Units: in.Units, Measurements: r.Interview.Measurements})
	if err := wasMeasured(judgement); err != nil {
		return r, err
	}
	return r.Proceed(reception.Outcome{Product: in.Product, VolumeML: in.VolumeML, Units: in.Units}, c.byNow(by))
}

// wasAsked refuses to go on while something was left to staff and they have not said
// what came out: fault "reception.unasked" with the questions.
func (c *Center) wasAsked(pack *policy.Pack, v visit.Visit, r reception.Record, product donation.Product) error {
	f := fault.New(fault.Conflict, "reception.unasked")
	if v.Screening == nil && !r.Interview.OnPaper {
		return f.At("on_paper", "reception.unasked", "")
	}
	said := map[string]bool{}
	for _, comment := range r.Interview.Comments {
		said[comment.LinkID] = true
	}
	found := c.questionsOf(pack, v, product)
	for _, q := range found.questions {
		if q.MustAsk && !said[q.LinkID] {
			f.At(q.LinkID, "reception.unasked", "")
		}
	}
	if (len(found.others) > 0 || found.unreadable) && !said[""] {
		f.At("", "reception.unasked", "")
	}
	if len(f.Places) == 0 {
		return nil
	}
	return f.With("count", len(f.Places))
}

func wasMeasured(j api.Judgement) error {
	missing, out := fault.New(fault.Conflict, "reception.unmeasured"), fault.New(fault.Conflict, "reception.out_of_limits")
	for _, q := range j.Quantities {
		switch q.Verdict {
		case "missing":
			missing.At(string(q.Of), "reception.unmeasured", "")
		case "out":
			out.At(string(q.Of), "reception.out_of_limits", "")
		}
	}
	for _, f := range j.Findings {
		out.At(f.RuleID, "reception.out_of_limits", "")
	}
	switch {
	case len(out.Places) > 0:
		return out
	case len(missing.Places) > 0:
		return missing
	}
	return nil
}

// deferDonor puts a deferral on file, by which the list every kiosk holds says the same
// from the next moment on, and keeps what the donor's paper says.
func (c *Center) deferDonor(ctx context.Context, pack *policy.Pack, v visit.Visit, r reception.Record, in api.VisitEnd, by api.Caller) (reception.Record, []sync.Mark, error) {
	held, err := c.deferral(pack, in)
	if err != nil {
		return r, nil, err
	}
	after, err := r.Defer(reception.Outcome{Product: v.Product, RuleID: held.RuleID, From: held.From, Until: held.Until, DeferralID: held.ID}, c.byNow(by))
	if err != nil {
		return r, nil, err
	}
	d, err := c.donorOf(ctx, v)
	if err != nil {
		return r, nil, err
	}
	held.DonorID, after.Outcome.DonorID = d.ID, d.ID
	if err := c.store.InsertDeferral(ctx, held); err != nil {
		return r, nil, err
	}
	changed, err := c.refreshDonors(ctx, pack, []string{d.ID})
	if err != nil {
		return r, nil, err
	}
	if after.Outcome.Slip, err = c.writeSlip(ctx, pack, v); err != nil {
		return r, nil, err
	}
	return after, append(gateMarks(changed), sync.Mark{Scope: v.SiteID, Noun: sync.Donor, ID: d.ID}), nil
}

// deferral checks what staff decided against the rule they name.
func (c *Center) deferral(pack *policy.Pack, in api.VisitEnd) (donor.Deferral, error) {
	if in.From.IsZero() {
		in.From = c.Today()
	}
	reasons := policy.DeferralReasons(pack, in.From)
	i := slices.IndexFunc(reasons, func(r policy.DeferralReason) bool { return r.RuleID == in.RuleID })
	if i < 0 {
		return donor.Deferral{}, fault.New(fault.Invalid, "reception.rule_unknown").At("body.rule_id", "reception.rule_unknown", "")
	}
	isWrong := in.Permanent != in.Until.IsZero() || in.Permanent && !reasons[i].Permanent || !in.Permanent && !in.Until.After(c.Today())
	if isWrong {
		return donor.Deferral{}, fault.New(fault.Invalid, "reception.until").At("body.until", "reception.until", "")
	}
	held := donor.Deferral{ID: c.config.NewID(), RuleID: in.RuleID, From: in.From, Until: in.Until}
	if rule, ok := pack.Rule(in.RuleID); ok && len(rule.Products) < len(donation.Products()) {
		held.Products = rule.Products
	}
	return held, nil
}

// donorOf is the donor's file, which is begun for who has none: the deferred are on
// record too. The transaction has the turn of people. They are compared with others when
// a station first tells their phone: without one nobody is taken to be the same person.
func (c *Center) donorOf(ctx context.Context, v visit.Visit) (donor.Donor, error) {
	d, err := c.store.DonorByKey(ctx, v.DonorKey)
	if fault.CodeOf(err) != "donor.not_found" {
		return d, err
	}
	here, err := c.store.Site(ctx, v.SiteID)
	if err != nil {
		return d, err
	}
	d = donor.Donor{ID: c.config.NewID(), StationID: string(here.Station), SiteID: v.SiteID, Key: v.DonorKey, Person: v.Person}
	return d, c.store.SaveDonor(ctx, d)
}

// UndoReception implements api.Reception. A deferral that is taken back is off the file
// and off the list; the audit log and the record keep that it was there.
func (c *Center) UndoReception(ctx context.Context, visitID string, in api.ReceptionUndo, by api.Caller) (api.ReceptionVisit, error) {
	pack, err := c.selection(ctx)
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	reason := strings.TrimSpace(in.Reason)
	isDone := func(r reception.Record) bool { return len(r.Undone) > 0 && r.Undone[len(r.Undone)-1].Reason == reason }
	err = c.changeReception(ctx, visitID, "reception.undo", in.Version, by, isDone,
		func(ctx context.Context, v visit.Visit, r reception.Record) (reception.Record, []sync.Mark, error) {
			after, err := r.Undo(reason, c.byNow(by))
			if err != nil || r.Outcome == nil || r.Outcome.DeferralID == "" {
				return after, nil, err
			}
			if err := c.store.DeleteDeferral(ctx, r.Outcome.DeferralID); err != nil {
				return r, nil, err
			}
			changed, err := c.refreshDonors(ctx, pack, []string{r.Outcome.DonorID})
			return after, append(gateMarks(changed), sync.Mark{Scope: v.SiteID, Noun: sync.Donor, ID: r.Outcome.DonorID}), err
		})
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	return c.ReceptionVisit(ctx, visitID, "", by)
}

// DeferralReasons implements api.Reception.
func (c *Center) DeferralReasons(ctx context.Context, from calendar.Date) ([]policy.DeferralReason, error) {
	pack, err := c.selection(ctx)
	if err != nil {
		return nil, err
	}
	if from.IsZero() {
		from = c.Today()
	}
	return policy.DeferralReasons(pack, from), nil
}

// writeSlip is everything the paper of a deferral says: from when on what is possible,
// and of the reasons those a donor's paper may name.
func (c *Center) writeSlip(ctx context.Context, pack *policy.Pack, v visit.Visit) (json.RawMessage, error) {
	here, err := c.store.Site(ctx, v.SiteID)
	if err != nil {
		return nil, err
	}
	at := c.config.Now()
	if v.Outcome == visit.Deferred {
		at = v.Arrived()
	} else if v.Verdict, _, err = c.verdictOf(ctx, pack, v); err != nil {
		return nil, err
	}
	page := slip.Frame(here, v.ID, at)
	page.Deferral = slip.Deferral(v)
	text, err := json.Marshal(page)
	if err != nil {
		return nil, fmt.Errorf("encode slip: %w", err)
	}
	return text, nil
}

// Slip implements api.Reception.
func (c *Center) Slip(ctx context.Context, visitID, layout string, language lang.Tag, by api.Caller) ([]byte, error) {
	v, err := c.mine(ctx, visitID, by)
	if err != nil {
		return nil, err
	}
	r, err := c.store.Reception(ctx, visitID)
	if err != nil {
		return nil, err
	}
	var text json.RawMessage
	switch {
	case v.Outcome == visit.Deferred:
		if text, err = c.writeSlip(ctx, nil, v); err != nil {
			return nil, err
		}
	case r.Outcome != nil && r.Outcome.Slip != nil:
		text = r.Outcome.Slip
	default:
		return nil, fault.New(fault.NotFound, "reception.no_slip")
	}
	var page receipt.Snapshot
	if err := json.Unmarshal(text, &page); err != nil {
		return nil, fmt.Errorf("decode slip: %w", err)
	}
	page.Language = language
	reading := c.reading(ctx, by, v.SiteID, "visit.slip", "visit", visitID)
	pdf, err := receipt.Render(page, receipt.Layout(layout))
	if err := reading.Wait(ctx); err != nil {
		return nil, err
	}
	return pdf, err
}
