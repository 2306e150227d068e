package center

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire"
	"lianxin/backend/reception"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// ReceptionVisit implements api.Reception. The reading is written down before anything
// is answered. What somebody chose about the use of their blood is not in a visit as the
// store gives it, and so in nothing a desk is told.
func (c *Center) ReceptionVisit(ctx context.Context, visitID string, product donation.Product, by api.Caller) (api.ReceptionVisit, error) {
	v, err := c.store.Visit(ctx, visitID)
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	if !by.MaySee(v.SiteID) {
		if err := c.reading(ctx, by, v.SiteID, "visit.read_refused", "visit", visitID).Wait(ctx); err != nil {
			return api.ReceptionVisit{}, err
		}
		return api.ReceptionVisit{}, fault.New(fault.NotFound, "visit.not_found")
	}
	reading := c.reading(ctx, by, v.SiteID, "visit.read", "visit", visitID)
	out, err := c.receptionVisit(ctx, v, product)
	if err != nil {
		return out, err
	}
	return out, reading.Wait(ctx)
}

func (c *Center) receptionVisit(ctx context.Context, v visit.Visit, product donation.Product) (api.ReceptionVisit, error) {
	if product == "" {
		product = v.Product
	}
	r, err := c.store.Reception(ctx, v.ID)
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	name, err := c.memberName(ctx, map[string]string{}, r.ChangedBy)
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	out := api.ReceptionVisit{ReceptionRow: api.RowOfReception(listed(v), r, name), Person: v.Person, Ask: product,
		Allowed: []donation.Product{}, OnPaper: v.Screening == nil && v.Outcome == visit.Waiting, Interview: r.Interview, Undone: r.Undone, Appointed: v.AppointmentID != ""}
	if v.Outcome == visit.Deferred {
		out.Reasons = v.Verdict.For(v.Product).Reasons
	}
	pack, err := c.selection(ctx)
	if err != nil {
		return out, err
	}
	verdict, _, err := c.verdictOf(ctx, pack, v)
	if err != nil {
		return out, err
	}
	for _, o := range verdict.Options {
		if o.Allowed {
			out.Allowed = append(out.Allowed, o.Product)
		}
	}
	found := c.questionsOf(pack, v, product)
	out.Questions, out.Findings, out.Unreadable = found.questions, found.others, found.unreadable
	out.Outcome = outcomeView(pack, v, r)
	return out, nil
}

func outcomeView(pack *policy.Pack, v visit.Visit, r reception.Record) *api.ReceptionOutcome {
	if r.Outcome == nil {
		if v.Outcome == visit.Deferred {
			return &api.ReceptionOutcome{Product: v.Product, HasSlip: true}
		}
		return nil
	}
	o := r.Outcome
	view := &api.ReceptionOutcome{Product: o.Product, VolumeML: o.VolumeML, Units: o.Units, RuleID: o.RuleID, Until: o.Until,
		Permanent: o.RuleID != "" && o.Until.IsZero(), HasSlip: o.Slip != nil}
	if rule, ok := pack.Rule(o.RuleID); ok {
		view.Title = rule.Title
	}
	return view
}

// selection returns the rules in force.
func (c *Center) selection(ctx context.Context) (*policy.Pack, error) {
	if err := c.freshPacks(ctx); err != nil {
		return nil, err
	}
	return c.packs.Selection(c.Today())
}

// verdictOf asks the gate again, with what is known of the person by now.
func (c *Center) verdictOf(ctx context.Context, pack *policy.Pack, v visit.Visit) (policy.Verdict, screening.Entry, error) {
	entry, _, err := c.store.Entry(ctx, v.DonorKey)
	return screening.Gate(pack, screening.Ask{Person: v.Person, Entry: entry, Today: c.Today()}), entry, err
}

// asked is a questionnaire as staff go through it.
type asked struct {
	questions  []api.InterviewQuestion
	others     []policy.Finding // of no question
	unreadable bool
}

// questionsOf joins the questions with their answers and with what the rules for a
// product find in them now: what was found at the kiosk was for what was asked for there.
func (c *Center) questionsOf(pack *policy.Pack, v visit.Visit, product donation.Product) asked {
	out := asked{questions: []api.InterviewQuestion{}}
	if v.Screening == nil {
		return out
	}
	form, err := c.formOf(v, product)
	if err != nil {
		out.unreadable, out.others = true, v.Screening.Findings
		return out
	}
	person := policy.Person{BirthDate: v.Person.Born, Sex: policy.Sex(v.Person.Sex)}
	findings := policy.Screen(pack, person, product, form.Answers(), v.Day)
	for _, item := range form.Visible() {
		if !item.Type.IsQuestion() {
			continue
		}
		q := api.InterviewQuestion{LinkID: item.LinkID, Section: item.Section, Text: item.Text, Answer: item.Shown(), Skipped: len(item.Answer) == 0}
		for _, f := range findings {
			if slices.Contains(f.LinkIDs, item.LinkID) {
				q.Findings = append(q.Findings, f)
			}
		}
		q.MustAsk = len(q.Findings) > 0
		out.questions = append(out.questions, q)
	}
	shown := func(linkID string) bool {
		return slices.ContainsFunc(out.questions, func(q api.InterviewQuestion) bool { return q.LinkID == linkID })
	}
	for _, f := range findings {
		if !slices.ContainsFunc(f.LinkIDs, shown) {
			out.others = append(out.others, f)
		}
	}
	return out
}

// linkProduct is the question a kiosk answers by itself; others follow from it.
const linkProduct = "donor-product"

// formOf fills the questionnaire a visit was answered in with its answers, and asks what
// belongs to a product: somebody who is to give another one is asked more.
func (c *Center) formOf(v visit.Visit, product donation.Product) (*questionnaire.Form, error) {
	definition := c.packs.Form(v.Screening.Questionnaire)
	if definition == nil {
		return nil, fault.New(fault.NotFound, "questionnaire.unknown")
	}
	response, err := questionnaire.ParseResponse(v.Screening.Answers)
	if err != nil {
		return nil, err
	}
	form := questionnaire.NewForm(definition)
	if err := form.Restore(response); err != nil {
		return nil, err
	}
	if err := form.Answer(linkProduct, questionnaire.CodeValue(string(product))); err != nil && fault.CodeOf(err) != "questionnaire.unknown_item" {
		return nil, err
	}
	return form, nil
}

// planned adds what is to be given to what was measured.
func planned(in api.Measured) policy.Measurements {
	m := in.Measurements
	values := map[policy.Quantity]float64{}
	for q, v := range m.Values {
		values[q] = v
	}
	if in.VolumeML > 0 {
		values[policy.PlannedVolume] = float64(in.VolumeML)
	}
	if in.Units > 0 {
		values[policy.PlannedUnits] = float64(in.Units)
	}
	m.Values = values
	return m
}

// JudgeMeasurements implements api.Reception: the limits are the pack's, here as when
// the visit ends.
func (c *Center) JudgeMeasurements(ctx context.Context, visitID string, in api.Measured, by api.Caller) (api.Judgement, error) {
	v, err := c.mine(ctx, visitID, by)
	if err != nil {
		return api.Judgement{}, err
	}
	if err := known(in.Measurements); err != nil {
		return api.Judgement{}, err
	}
	pack, err := c.selection(ctx)
	if err != nil {
		return api.Judgement{}, err
	}
	return judged(pack, v, in), nil
}

func judged(pack *policy.Pack, v visit.Visit, in api.Measured) api.Judgement {
	m, sex := planned(in), policy.Sex(v.Person.Sex)
	out := api.Judgement{Quantities: policy.JudgeEach(pack, sex, in.Product, m), Good: true}
	for _, q := range out.Quantities {
		out.Good = out.Good && q.Verdict == "within"
	}
	for _, f := range policy.Judge(pack, sex, in.Product, m) {
		if f.Kind != policy.Bound {
			out.Findings, out.Good = append(out.Findings, f), false
		}
	}
	return out
}

// known refuses quantities no rule could be about, and values nothing measures.
func known(m policy.Measurements) error {
	f := fault.New(fault.Invalid, "reception.quantity")
	for q, v := range m.Values {
		if !slices.Contains(policy.Quantities(), q) || v < 0 || v > 10_000 {
			f.At("body.measurements.values", "reception.quantity", "")
		}
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

// SaveInterview implements api.Reception.
func (c *Center) SaveInterview(ctx context.Context, visitID string, in api.InterviewChange, by api.Caller) (api.ReceptionVisit, error) {
	if err := known(in.Measurements); err != nil {
		return api.ReceptionVisit{}, err
	}
	in.Comments = slices.DeleteFunc(slices.Clone(in.Comments), func(c reception.Comment) bool { return strings.TrimSpace(c.Text) == "" })
	isDone := func(r reception.Record) bool {
		return r.State == reception.Interviewed && reflect.DeepEqual(r.Interview, in.Interview)
	}
	err := c.changeReception(ctx, visitID, "reception.interview", in.Version, by, isDone,
		func(_ context.Context, _ visit.Visit, r reception.Record) (reception.Record, []sync.Mark, error) {
			after, err := r.Interviewed(in.Interview, c.byNow(by))
			return after, nil, err
		})
	if err != nil {
		return api.ReceptionVisit{}, err
	}
	return c.ReceptionVisit(ctx, visitID, "", by)
}
