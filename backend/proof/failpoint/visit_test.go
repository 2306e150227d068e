package failpoint

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	product "lianxin/backend/center"
	"lianxin/backend/device"
	"lianxin/backend/donation"
	"lianxin/backend/intake"
	"lianxin/backend/policy"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/reception"
	"lianxin/backend/result"
	"lianxin/backend/screening"
	"lianxin/backend/staff"
)

// visitWay calls two people who came to a kiosk, asks and measures them; one goes on to
// give, the other may not today.
func (w *world) visitWay(Process) {
	w.t.Helper()
	k := w.kiosks[0]
	k.line.heal(w.t)
	for before := len(k.saved); len(k.saved) < before+2; {
		if !k.isAlive() {
			k.start(nil)
		}
		if err := k.serve(w.persons(2)); err != nil {
			w.t.Fatal(err)
		}
	}
	if said, err := k.ask("drain"); err != nil || said != "drained" {
		w.t.Fatal(said, err)
	}
	w.light()
	w.attends(k.site, api.VisitEnd{State: reception.Proceeds, Product: donation.WholeBlood, VolumeML: 300})
	w.attends(k.site, notToday())
}

func notToday() api.VisitEnd {
	return api.VisitEnd{State: reception.Deferred, RuleID: "hemoglobin-male", Until: calendar.Of(time.Now()).AddDays(30)}
}

// attends takes the next number to an end.
func (w *world) attends(siteID string, end api.VisitEnd) {
	w.t.Helper()
	call := fleet.NewID()
	var row api.ReceptionRow
	w.tell(staff.Reception, http.MethodPost, "/sites/"+siteID+"/calls", api.ReceptionCall{CallID: call, Counter: "2"}, &row)
	path := "/visits/" + row.ID
	var visit api.ReceptionVisit
	w.tell(staff.Reception, http.MethodGet, path+"/reception", nil, &visit)
	if end.State == reception.Proceeds && !slices.Contains(visit.Allowed, end.Product) {
		end = notToday() // who was deferred here came to another kiosk before it had heard of it
	}
	in := api.InterviewChange{Version: visit.Version, Interview: reception.Interview{Measurements: policy.Measurements{Values: map[policy.Quantity]float64{
		policy.Weight: 70, policy.Systolic: 120, policy.Diastolic: 80, policy.Pulse: 70, policy.Hemoglobin: 140}}}}
	for _, q := range visit.Questions {
		if q.MustAsk {
			in.Comments = append(in.Comments, reception.Comment{LinkID: q.LinkID, Text: "当面问过"})
		}
	}
	w.tell(staff.Reception, http.MethodPut, path+"/interview", in, &visit)
	end.Version = visit.Version
	w.tell(staff.Reception, http.MethodPost, path+"/outcome", end, &visit)
	if visit.State != end.State {
		w.t.Fatalf("ended, it is %s", visit.State)
	}
	w.told.visits[row.ID] = reception.Record{State: end.State, CallID: call, Interview: in.Interview,
		Outcome: &reception.Outcome{VolumeML: end.VolumeML, RuleID: end.RuleID}}
}

// reportWay has a station report two donations with their results.
func (w *world) reportWay(Process) {
	w.t.Helper()
	var station *fleet.Device
	var at string
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		here, err := c.Store().Site(ctx, sites[0])
		if err != nil {
			return err
		}
		at = string(here.Station)
		station, err = fleet.EnrolAs(ctx, c, device.Station, "LIS", sites[0])
		for n := range 2 {
			p := w.someone(n)
			number := fmt.Sprintf("Z900026%06d", 600_000+2*w.walks+n)
			w.told.reports[number] = result.Result{DonationID: screening.Key(c.GateKey(), p.Document), Qualified: true, Group: donation.Group{ABO: "A", RhD: "+"},
				Markers: result.Markers{HIV: result.NonReactive, HBV: result.NonReactive, HCV: result.NonReactive, Syphilis: result.NonReactive, ALT: 20 + float64(n)}}
		}
		return err
	})
	w.light()
	var batch api.StationBatch
	for n := range 2 {
		volume, alt := 400, 20+float64(n)
		day := calendar.Of(time.Now())
		batch.Records = append(batch.Records, intake.Message{ID: fmt.Sprintf("R-%d-%d", w.walks, n),
			Donor: intake.DonorMessage{Document: intake.DocumentMessage{Number: w.someone(n).Document.Number}, Name: "测试甲乙"},
			Donation: intake.DonationMessage{DIN: fmt.Sprintf("Z900026%06d", 600_000+2*w.walks+n), Product: "whole_blood", VolumeML: &volume,
				On: day.AddDays(-10).String(), Site: sites[0]},
			Result: intake.ResultMessage{Verdict: "qualified", ABO: "A", RhD: "+", ReportedOn: day.AddDays(-7).String(),
				Markers: intake.MarkersMessage{HIV: "nonreactive", HBV: "nonreactive", HCV: "nonreactive", Syphilis: "nonreactive", ALT: &alt}}})
	}
	var fates api.BatchFates
	w.say(station, "/stations/"+at+"/batches", batch, &fates)
	for _, f := range fates.Fates {
		if !strings.HasSuffix(string(f.Fate), "applied") {
			w.t.Fatalf("reported, it is %+v", f)
		}
	}
}
