package center

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/device"
	"lianxin/backend/hospital"
)

// HospitalRegister implements api.HospitalRegister.
func (c *Center) HospitalRegister(ctx context.Context, _ api.Caller) (api.HospitalList, error) {
	h := c.hospitalHandling()
	out := api.HospitalList{Today: c.Today(), Hospitals: []api.HospitalListed{}, Handling: api.HospitalHandling{ID: h.ID, Version: h.Version, Title: h.Title,
		From: h.From, Source: h.Source, ReserveDays: h.ReserveDays, CorrectDays: h.CorrectDays, ConsentDays: h.ConsentDays}}
	all, err := c.store.Hospitals(ctx)
	if err != nil {
		return out, err
	}
	keys, err := c.hospitalKeys(ctx)
	if err != nil {
		return out, err
	}
	for _, one := range all {
		day, err := c.direct().Reconcile(ctx, out.Today, hospital.Client{HospitalID: one.ID})
		if err != nil {
			return out, err
		}
		listed := api.HospitalListed{ID: one.ID, Name: one.Name, District: one.District, Keys: keys[one.ID], Today: counted(day)}
		if listed.Keys == nil {
			listed.Keys = []api.HospitalKey{}
		}
		out.Hospitals = append(out.Hospitals, listed)
	}
	return out, nil
}

// hospitalKeys are the systems that were let in, by hospital, the newest first.
func (c *Center) hospitalKeys(ctx context.Context) (map[string][]api.HospitalKey, error) {
	devices, err := c.store.Devices(ctx)
	if err != nil {
		return nil, err
	}
	devices = slices.DeleteFunc(devices, func(d device.Device) bool { return d.Surface != device.Hospital })
	purses := make([]string, len(devices))
	for i, d := range devices {
		purses[i] = d.ID + hospitalQuestions.purse
	}
	// A device is seen when it first speaks; whatever a hospital asks is taken from its purse.
	asked, err := c.store.LookedUp(ctx, purses)
	if err != nil {
		return nil, err
	}
	keys := map[string][]api.HospitalKey{}
	for i, d := range devices {
		key := api.HospitalKey{DeviceID: d.ID, Name: d.Name, Status: d.Status, EnrolledAt: d.EnrolledAt, LastSeen: d.LastSeen}
		if at := asked[purses[i]].Add(-hospitalQuestions.every); at.After(key.LastSeen) {
			key.LastSeen = earlier(at, c.config.Now().UTC())
		}
		keys[d.SiteID] = append(keys[d.SiteID], key)
	}
	for _, of := range keys {
		slices.SortFunc(of, func(a, b api.HospitalKey) int { return b.EnrolledAt.Compare(a.EnrolledAt) })
	}
	return keys, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// counted is a day added up.
func counted(day hospital.Day) api.HospitalCount {
	n := api.HospitalCount{ConfirmedML: day.ConfirmedML, ConfirmedFen: day.ConfirmedFen}
	for _, l := range day.Lines {
		if l.Act == hospital.ReserveAct {
			n.Reserved++
			n.ReservedML += l.CoveredML
		}
		if l.GrewFen != 0 || l.GrewML != 0 {
			n.Confirmed++
		}
	}
	return n
}

// RegisterHospital implements api.HospitalRegister.
func (c *Center) RegisterHospital(ctx context.Context, id string, in api.HospitalChange, by api.Caller) error {
	return c.SaveHospital(ctx, hospital.Hospital{ID: id, Name: in.Name, District: in.District}, by.StaffID)
}

// HospitalDayOf implements api.HospitalRegister. Whoever looks sees no patient, so what
// leads to one is left out; that they looked is written down.
func (c *Center) HospitalDayOf(ctx context.Context, id string, on calendar.Date, by api.Caller) (hospital.Day, error) {
	if _, err := c.store.Hospital(ctx, id); err != nil {
		return hospital.Day{}, err
	}
	day, err := c.direct().Reconcile(ctx, on, hospital.Client{HospitalID: id})
	if err != nil {
		return hospital.Day{}, err
	}
	for i := range day.Lines {
		day.Lines[i].Number = ""
	}
	role, err := c.roleOf(ctx, by.StaffID)
	if err != nil {
		return hospital.Day{}, err
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.StaffID, Role: role, Action: "hospital.read_day", Object: audit.Object{Noun: "hospital", ID: id},
		After: fmt.Sprintf(`{"day":%q,"lines":%d}`, on, len(day.Lines))})
	return day, err
}
