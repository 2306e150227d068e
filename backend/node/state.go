package node

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sys/unix"

	"lianxin/backend/api"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/site"
	"lianxin/backend/staffcall"
)

// Phases of a kiosk; only a ready one serves people.
const (
	phaseStarting   = "starting" // enrolled, but the center never said anything yet
	phaseUnenrolled = "unenrolled"
	phasePending    = "pending"
	phaseReady      = "ready"
	phaseRevoked    = "revoked"
)

// Free space on the data folder's disk, in bytes, below which staff are told and
// people are no longer served. A visit takes about 40 KB with its paper.
const (
	diskLowBytes  = 512 << 20
	diskFullBytes = 64 << 20
)

const (
	diskOK   = "ok"
	diskLow  = "low"
	diskFull = "full"
)

// State implements api.Kiosk.
func (n *Node) State(ctx context.Context) (api.KioskState, error) {
	status := n.replica.Status()
	who := n.identity.Load()
	state := api.KioskState{Phase: n.phase(), Online: status.Online, DataAsOf: status.Progress.AsOf,
		Reader: n.reader.Part(), Printer: n.printer.Part(), Disk: n.disk(), ClockSuspect: n.clock.Suspect(),
		Today: n.clock.Today().String(), Now: n.clock.Corrected().UTC(), Demo: n.config.Demo, Version: n.config.Version, Outdated: status.Outdated}
	if state.Phase == phaseUnenrolled || state.Phase == phasePending {
		enrolment := n.enrolmentState()
		state.Enrolment = &enrolment
	}
	var err error
	if state.Pending, err = n.store.CountOperations(ctx, outbox.Pending); err != nil {
		return state, err
	}
	if state.DeadLetters, err = n.store.CountOperations(ctx, outbox.Refused); err != nil {
		return state, err
	}
	if state.SetAside, err = n.store.CountQuarantined(ctx); err != nil {
		return state, err
	}
	if who.Grant == nil {
		return state, nil
	}
	state.Name, state.Letter = who.Grant.Name, who.Grant.Letter
	calls, err := n.ownCalls(ctx)
	if err != nil {
		return state, err
	}
	state.StaffCalled = len(calls) > 0
	state.StaffComing = slices.ContainsFunc(calls, func(c staffcall.Call) bool { return !c.AcknowledgedAt.IsZero() })
	return state, n.nameSite(ctx, &state)
}

// nameSite fills in the site; before the first pull there is none.
func (n *Node) nameSite(ctx context.Context, state *api.KioskState) error {
	here, err := n.store.Site(ctx, n.place().SiteID)
	if errors.Is(err, fault.New(fault.NotFound, "site.not_found")) {
		state.Phase = phaseStarting
		return nil
	}
	if err != nil {
		return err
	}
	state.Site = &api.SiteName{ID: here.ID, Name: here.Name, District: here.District, Phone: here.Phone}
	return nil
}

func (n *Node) phase() string {
	who := n.identity.Load()
	switch {
	case who.Grant == nil && who.Enrolment != "":
		return phasePending
	case who.Grant == nil:
		return phaseUnenrolled
	case n.revoked.Load():
		return phaseRevoked
	case n.replica.Status().Progress.AsOf.IsZero():
		return phaseStarting
	}
	return phaseReady
}

// disk tells how much room the data folder has.
func (n *Node) disk() string {
	var stat unix.Statfs_t
	if err := unix.Statfs(n.config.Data, &stat); err != nil {
		n.config.Log.Error("free space is not known", "error", err)
		return diskLow
	}
	switch free := stat.Bavail * uint64(stat.Bsize); {
	case free < diskFullBytes:
		return diskFull
	case free < diskLowBytes:
		return diskLow
	}
	return diskOK
}

// NearbySites implements api.Kiosk.
func (n *Node) NearbySites(ctx context.Context, product donation.Product) ([]api.NearbySite, error) {
	all, err := n.store.Sites(ctx)
	if err != nil {
		return nil, err
	}
	here, err := n.store.Site(ctx, n.place().SiteID)
	if err != nil {
		return nil, err
	}
	nearby := []api.NearbySite{}
	for _, ranked := range site.Nearest(all, here.Position, product) {
		nearby = append(nearby, api.NearbySite{Site: ranked.Site, DistanceMetres: ranked.DistanceMetres, Here: ranked.Site.ID == here.ID,
			Today: ranked.Site.OpenOn(n.clock.Today()), Point: site.Districts().Projection.Place(ranked.Site.Position)})
	}
	return nearby, nil
}
