package node

import (
	"context"
	"encoding/json"
	"fmt"

	"lianxin/backend/appointment"
	"lianxin/backend/donor"
	"lianxin/backend/pack"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// newReplica builds the device's end of sync.
func (n *Node) newReplica(ctx context.Context) error {
	n.replica = &sync.Replica{Store: n.store, Absorbers: n.absorbers(), Now: n.config.Now, Version: n.config.Version,
		Changed: n.stateChanged,
		Failed: func(doing string, err error) {
			n.config.Log.Warn("exchange with the center failed", "doing", doing, "error", err)
		}}
	return n.replica.Load(ctx)
}

// exchange waits for the enrolment and then pushes and pulls until ctx ends.
func (n *Node) exchange(ctx context.Context) {
	if n.awaitApproval(ctx) != nil {
		return
	}
	who := n.identity.Load()
	key, err := who.key()
	if err != nil {
		n.config.Log.Error("the device key cannot be used", "error", err)
		return
	}
	n.replica.Center = &sync.HTTPCenter{URL: who.Center, Issuer: who.Grant.Issuer, DeviceID: who.Grant.DeviceID,
		Key: key, Now: n.clock.Corrected, NewID: n.config.NewID, Client: n.config.HTTP}
	n.replica.Run(ctx)
}

// absorbers say how each noun of the feed is taken over. None writes to the outbox.
func (n *Node) absorbers() map[sync.Noun]sync.Absorb {
	return map[sync.Noun]sync.Absorb{
		sync.Site: absorb(func(ctx context.Context, s site.Site) error { return n.store.SaveSite(ctx, s) }, n.store.DeleteSite),
		sync.Gate: absorb(func(ctx context.Context, e screening.Entry) error { return n.store.SaveEntry(ctx, e) }, n.store.DeleteEntry),
		sync.Appointment: absorb(func(ctx context.Context, a appointment.Appointment) error { return n.store.SaveAppointment(ctx, a) },
			n.store.DeleteAppointment),
		sync.Pass:  absorb(func(ctx context.Context, p visit.Pass) error { return n.store.SavePass(ctx, p) }, n.store.DeletePass),
		sync.Donor: absorb(func(ctx context.Context, d donor.Donor) error { return n.store.SaveDonor(ctx, d) }, n.store.DeleteDonor),
		sync.Visit: absorb(n.absorbVisit, func(context.Context, string) error { return nil }),
		sync.Pack:  absorb(n.absorbPack, func(context.Context, string) error { return nil }),
	}
}

// absorb decodes a change of type T and saves or removes it.
func absorb[T any](save func(context.Context, T) error, remove func(context.Context, string) error) sync.Absorb {
	return func(ctx context.Context, c sync.Change) error {
		if c.Deleted {
			return remove(ctx, c.ID)
		}
		var content T
		if err := json.Unmarshal(c.Data, &content); err != nil {
			return fmt.Errorf("decode %s %s: %w", c.Noun, c.ID, err)
		}
		return save(ctx, content)
	}
}

// absorbVisit keeps who is checked in at this site on other kiosks. This
// kiosk's own visits are here already, with everything.
func (n *Node) absorbVisit(ctx context.Context, v visit.Visit) error {
	if v.DeviceID == n.place().DeviceID || v.Outcome != visit.Waiting {
		return nil
	}
	return n.store.SaveForeignVisit(ctx, v)
}

// absorbPack keeps a pack that passes its check; another is reported and the one
// before it stays in force.
func (n *Node) absorbPack(ctx context.Context, p pack.Pack) error {
	if err := pack.Check(p); err != nil {
		n.config.Log.ErrorContext(ctx, "pulled pack left out", "pack", p.ID, "version", p.Version, "error", err)
		return nil
	}
	if err := n.store.SavePack(ctx, p); err != nil {
		return err
	}
	return n.fillPacks(ctx)
}
