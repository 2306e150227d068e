package center

import (
	"context"
	"errors"
	"maps"

	"lianxin/backend/appointment"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// appliers say what the center does with each kind of operation; see preparers too.
func (c *Center) appliers() map[outbox.Kind]sync.Apply {
	calls := staffcall.Applier{Store: c.store}
	applyCall := func(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
		by, err := c.author(ctx, from, op)
		if err != nil {
			return nil, err
		}
		return nil, calls.Apply(ctx, by.ID, by.SiteID, op)
	}
	all := map[outbox.Kind]sync.Apply{
		outbox.StaffCallRaised: applyCall, outbox.StaffCallCleared: applyCall,
		outbox.RedemptionRequested: c.applyRequest,
		outbox.SuggestionsSwitched: c.applySwitch,
		outbox.CorrectionAsked:     c.applyCorrection,
	}
	maps.Copy(all, c.config.Appliers)
	return all
}

// preparers are for what is read, checked and sealed before anybody has to wait for it.
func (c *Center) preparers() map[outbox.Kind]sync.Prepare {
	return map[outbox.Kind]sync.Prepare{outbox.VisitCheckedIn: c.prepareVisit, outbox.VisitDeferred: c.prepareVisit}
}

func (c *Center) prepareVisit(op outbox.Operation) sync.Apply {
	var marks []sync.Mark
	prepared := visit.Applier{Store: c.store, Doubts: c.doubts, Examine: c.examine, Changed: func(ctx context.Context, v visit.Visit) error {
		more, err := c.visitApplied(ctx, v)
		marks = append(marks, more...)
		return err
	}}.Prepare(op)
	return func(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
		marks = nil // it may be carried out anew
		by, err := c.author(ctx, from, op)
		if err != nil {
			return nil, err
		}
		err = prepared.Apply(ctx, by.ID, by.SiteID)
		return marks, err
	}
}

// visitApplied marks the booking as used and says who must hear of the visit.
func (c *Center) visitApplied(ctx context.Context, v visit.Visit) ([]sync.Mark, error) {
	if v.Outcome == visit.Deferred {
		return nil, nil
	}
	marks := []sync.Mark{{Scope: v.SiteID, Noun: sync.Visit, ID: v.ID},
		{Scope: sync.Notices, Noun: sync.Arrival, ID: visit.ArrivalID(v.DonorKey, v.Day)}}
	if v.AppointmentID == "" {
		return marks, nil
	}
	booked, err := c.store.SetAppointmentStatus(ctx, v.AppointmentID, appointment.CheckedIn)
	if errors.Is(err, fault.New(fault.NotFound, "appointment.not_found")) {
		return marks, nil // cancelled and removed while the kiosk was offline; the person came all the same
	}
	if err != nil {
		return nil, err
	}
	return append(marks, bookingMarks(booked)...), nil
}

// Push implements api.SyncCenter.
func (c *Center) Push(ctx context.Context, deviceID, signature string, body []byte, in sync.PushRequest) (sync.PushResponse, error) {
	if err := c.checkBatch(ctx, deviceID, signature, body, in); err != nil {
		return sync.PushResponse{}, err
	}
	if err := c.freshPacks(ctx); err != nil {
		return sync.PushResponse{}, err
	}
	return c.push(ctx, deviceID, in)
}
