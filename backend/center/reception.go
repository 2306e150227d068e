package center

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/fault"
	"lianxin/backend/reception"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// ReceptionAt implements api.Reception. Each list that says something new is a reading
// in the audit log; waiting for one is none.
func (c *Center) ReceptionAt(ctx context.Context, siteID, seen string, wait time.Duration, by api.Caller) (api.ReceptionList, error) {
	if !by.MaySee(siteID) {
		return api.ReceptionList{}, fault.New(fault.NotFound, "site.not_found")
	}
	if _, err := c.store.Site(ctx, siteID); err != nil {
		return api.ReceptionList{}, err
	}
	list := api.ReceptionList{Day: c.Today(), Rows: []api.ReceptionRow{}}
	var err error
	list.Seen, err = c.awaited(ctx, seen, wait, func(ctx context.Context) (string, error) {
		return c.store.ReceptionMark(ctx, siteID, list.Day)
	})
	if err != nil || list.Seen == seen {
		return list, err
	}
	reading := c.reading(ctx, by, siteID, "reception.list", "visit_day", list.Day.String())
	visits, err := c.store.ListVisits(ctx, siteID, list.Day)
	if err != nil {
		return list, err
	}
	known, err := c.store.ReceptionsAt(ctx, siteID, list.Day)
	if err != nil {
		return list, err
	}
	names := map[string]string{}
	for _, v := range visits {
		r, ok := known[v.ID]
		if !ok {
			r.State = reception.Waiting
		}
		name, err := c.memberName(ctx, names, r.ChangedBy)
		if err != nil {
			return list, err
		}
		list.Rows = append(list.Rows, api.RowOfReception(v, r, name))
	}
	return list, reading.Wait(ctx)
}

// memberName names a member of staff; one who is gone has no name.
func (c *Center) memberName(ctx context.Context, known map[string]string, id string) (string, error) {
	if name, ok := known[id]; ok || id == "" {
		return name, nil
	}
	m, err := c.store.Member(ctx, id)
	if err != nil && fault.CodeOf(err) != "staff.not_found" {
		return "", err
	}
	known[id] = m.Name
	return m.Name, nil
}

// CallNumber implements api.Reception. Whoever calls at a site locks its day first, so
// that two desks in the same moment call two people.
func (c *Center) CallNumber(ctx context.Context, siteID string, in api.ReceptionCall, by api.Caller) (api.ReceptionRow, error) {
	if !by.MaySee(siteID) {
		return api.ReceptionRow{}, fault.New(fault.NotFound, "site.not_found")
	}
	if _, err := c.store.Site(ctx, siteID); err != nil {
		return api.ReceptionRow{}, err
	}
	var called reception.Record
	err := c.InTx(ctx, func(ctx context.Context) error {
		last, err := c.store.LockReception(ctx, siteID, c.Today())
		if err != nil {
			return err
		}
		before, ok, err := c.store.ReceptionByCall(ctx, in.CallID)
		if err != nil {
			return err
		}
		if ok && before.SiteID == siteID {
			called = before // asked for once more, as its answer was lost
			return nil
		}
		if ok {
			return fault.New(fault.Conflict, "reception.call_id_used")
		}
		if before, err = c.toCall(ctx, siteID, in.VisitID); err != nil {
			return err
		}
		if called, err = before.Call(in.CallID, in.Counter, last+1, c.byNow(by)); err != nil {
			return err
		}
		return c.saveReception(ctx, "reception.call", before, called, by)
	})
	if err != nil {
		return api.ReceptionRow{}, err
	}
	return c.receptionRow(ctx, called)
}

// toCall is whose number is to be called: a visit's, or that of who waits longest.
func (c *Center) toCall(ctx context.Context, siteID, visitID string) (reception.Record, error) {
	if visitID == "" {
		next, ok, err := c.store.NextWaiting(ctx, siteID, c.Today())
		if err != nil {
			return reception.Record{}, err
		}
		if !ok {
			return reception.Record{}, fault.New(fault.Conflict, "reception.nobody_waits")
		}
		visitID = next
	}
	v, err := c.store.Visit(ctx, visitID)
	// What is another site's looks the same as what is nowhere.
	if fault.CodeOf(err) == "visit.not_found" || err == nil && (v.SiteID != siteID || v.Day != c.Today()) {
		return reception.Record{}, fault.New(fault.Conflict, "reception.not_here")
	}
	if err != nil {
		return reception.Record{}, err
	}
	return c.recordOf(ctx, v)
}

// recordOf is what the desk knows of a visit. One that is a duplicate, or was deferred
// by a kiosk, is none of the desk's: fault "reception.state".
func (c *Center) recordOf(ctx context.Context, v visit.Visit) (reception.Record, error) {
	if v.Outcome != visit.Waiting {
		return reception.Record{}, fault.New(fault.Conflict, "reception.state").With("state", string(v.Outcome))
	}
	r, err := c.store.Reception(ctx, v.ID)
	r.SiteID, r.Day = v.SiteID, v.Day
	return r, err
}

func (c *Center) byNow(by api.Caller) reception.By {
	return reception.By{Member: by.StaffID, At: c.config.Now().UTC().Truncate(time.Microsecond)}
}

func (c *Center) receptionRow(ctx context.Context, r reception.Record) (api.ReceptionRow, error) {
	v, err := c.store.Visit(ctx, r.VisitID)
	if err != nil {
		return api.ReceptionRow{}, err
	}
	name, err := c.memberName(ctx, map[string]string{}, r.ChangedBy)
	return api.RowOfReception(listed(v), r, name), err
}

func listed(v visit.Visit) visit.Listed {
	one := visit.Listed{Visit: v}
	if v.Screening != nil {
		one.Findings = len(v.Screening.Findings)
	}
	return one
}

// shown is what the audit log keeps of a record: nothing anybody said, and no reason.
type shown struct {
	State    reception.State `json:"state"`
	Version  int64           `json:"version"`
	Call     int64           `json:"call,omitempty"`
	Product  string          `json:"product,omitempty"`
	VolumeML int             `json:"volume_ml,omitempty"`
	Units    int             `json:"units,omitempty"`
}

func shownOf(r reception.Record) (string, error) {
	s := shown{State: r.State, Version: r.Version, Call: r.CallNumber}
	if r.Outcome != nil && r.State == reception.Proceeds {
		s.Product, s.VolumeML, s.Units = string(r.Outcome.Product), r.Outcome.VolumeML, r.Outcome.Units
	}
	text, err := json.Marshal(s)
	return string(text), err
}

// saveReception keeps a record and writes down who changed it, where, when and from what.
func (c *Center) saveReception(ctx context.Context, action string, before, after reception.Record, by api.Caller) error {
	if err := c.store.SaveReception(ctx, after); err != nil {
		return err
	}
	was, err := shownOf(before)
	if err != nil {
		return fmt.Errorf("what was before: %w", err)
	}
	is, err := shownOf(after)
	if err != nil {
		return fmt.Errorf("what is now: %w", err)
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.StaffID, Role: by.Role, Action: action, Object: audit.Object{Noun: "visit", ID: after.VisitID},
		Where: audit.Where{Site: after.SiteID}, Before: was, After: is})
	return err
}

// changeReception changes what the desk knows of a visit, under the lock of its day. A
// change asked for again after its answer was lost is found to be there already.
func (c *Center) changeReception(ctx context.Context, visitID, action string, version int64, by api.Caller,
	isDone func(r reception.Record) bool, change func(ctx context.Context, v visit.Visit, r reception.Record) (reception.Record, []sync.Mark, error)) error {
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		v, err := c.mine(ctx, visitID, by)
		if err != nil {
			return nil, err
		}
		if action == "reception."+string(reception.Deferred) { // it may begin a donor's file
			if err := c.takeTurn(ctx, turnOfPeople); err != nil {
				return nil, err
			}
		}
		if _, err := c.store.LockReception(ctx, v.SiteID, v.Day); err != nil {
			return nil, err
		}
		before, err := c.recordOf(ctx, v)
		if err != nil {
			return nil, err
		}
		if before.Version == version+1 && before.ChangedBy == by.StaffID && isDone(before) {
			return nil, nil
		}
		if err := before.Expect(version); err != nil {
			return nil, err
		}
		after, marks, err := change(ctx, v, before)
		if err != nil {
			return nil, err
		}
		return marks, c.saveReception(ctx, action, before, after, by)
	})
}

// mine is a visit of a site the caller may see; another is not there.
func (c *Center) mine(ctx context.Context, visitID string, by api.Caller) (visit.Visit, error) {
	v, err := c.store.Visit(ctx, visitID)
	if err == nil && !by.MaySee(v.SiteID) {
		err = fault.New(fault.NotFound, "visit.not_found")
	}
	return v, err
}
