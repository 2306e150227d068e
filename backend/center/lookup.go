package center

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/audit"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// allowance is how often one device may ask for people: so many at once, and one
// more every so often. More than can stand before it, and few for whoever stole its key.
type allowance struct {
	purse  string // what is counted together, "" for lookups
	atOnce int
	every  time.Duration
}

const (
	lookupsAtOnce = 30
	lookupEvery   = 2 * time.Second
)

// An account says more than a lookup, and somebody reads it for a while; whoever
// redeems three gifts and gives one back asks for theirs five times.
var (
	lookups  = allowance{"", lookupsAtOnce, lookupEvery}
	accounts = allowance{"/account", 30, 10 * time.Second}
)

// atDevice is the role of a kiosk in the audit log.
const atDevice = "device"

// Lookup implements api.SyncCenter. What is handed out is written down, by its ID.
func (c *Center) Lookup(ctx context.Context, deviceID string, in sync.LookupRequest) (sync.LookupResponse, error) {
	out := sync.LookupResponse{Protocol: sync.Protocol, Changes: []sync.Change{}}
	if !in.IsOne() {
		return out, fault.New(fault.Invalid, "lookup.request")
	}
	return out, c.askedBy(ctx, deviceID, lookups, func(ctx context.Context, from device.Device) (err error) {
		if out.Changes, err = c.lookedUp(ctx, in); err != nil {
			return err
		}
		return c.recordLookup(ctx, from, out.Changes)
	})
}

// askedBy answers a device that asks for one person, as often as it may.
func (c *Center) askedBy(ctx context.Context, deviceID string, a allowance, answer func(ctx context.Context, from device.Device) error) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		from, err := c.store.Device(ctx, deviceID)
		if err != nil {
			return err
		}
		may, err := c.store.TakeLookup(ctx, deviceID+a.purse, c.config.Now(), a.atOnce, a.every)
		if err != nil {
			return err
		}
		if !may {
			return fault.New(fault.TooMany, "lookup.too_many")
		}
		return answer(ctx, from)
	})
}

// lookedUp finds what is asked for, and the answers given today by the same person.
func (c *Center) lookedUp(ctx context.Context, in sync.LookupRequest) ([]sync.Change, error) {
	found, key := []sync.Change{}, in.DonorKey
	add := func(noun sync.Noun, id string, content any) error {
		data, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("encode %s: %w", noun, err)
		}
		found = append(found, sync.Change{Noun: noun, ID: id, Data: data})
		return nil
	}
	switch {
	case in.CardKey != "":
		d, err := c.store.DonorByCardKey(ctx, in.CardKey)
		if err != nil {
			return found, unlessMissing(err)
		}
		if err := add(sync.Donor, d.ID, shownDonor(d)); err != nil {
			return nil, err
		}
		key = d.Key
	case in.CodeKey != "":
		booked, err := c.store.Appointment(ctx, in.BookingID)
		if err != nil {
			return found, unlessMissing(err)
		}
		if booked.Day.Before(c.Today()) || !hmac.Equal([]byte(in.CodeKey), []byte(appointment.CodeKey(c.gateKey(), booked.Code))) {
			return found, nil
		}
		if err := add(sync.Appointment, booked.ID, booked); err != nil {
			return nil, err
		}
		key = booked.DonorKey
	}
	pass, ok, err := c.store.PassOf(ctx, key, c.config.Now())
	if err == nil && ok {
		err = add(sync.Pass, pass.ID, pass)
	}
	return found, err
}

// unlessMissing makes nothing of a failure to find.
func unlessMissing(err error) error {
	if fault.From(err).Kind == fault.NotFound {
		return nil
	}
	return err
}

// recordLookup writes down what a kiosk was handed, or that it asked in vain: who
// tries keys out shows by that.
func (c *Center) recordLookup(ctx context.Context, from device.Device, handed []sync.Change) error {
	entry := audit.Entry{Who: from.ID, Role: atDevice, Action: "lookup.nothing",
		Object: audit.Object{Noun: "device", ID: from.ID}, Where: audit.Where{Site: from.SiteID}}
	if len(handed) == 0 {
		_, err := c.audit.Record(ctx, entry)
		return err
	}
	entry.Action = "lookup.handed_out"
	for _, change := range handed {
		entry.Object = audit.Object{Noun: string(change.Noun), ID: change.ID}
		if _, err := c.audit.Record(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}
