package center

import (
	"context"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// These purposes keep keys derived from the center's secret apart.
const (
	codePurpose   = "enrolment-code"
	gatePurpose   = "gate-list"
	letterPurpose = "dead-letters"
)

// gateKey is the key behind the hashes of the gate list.
func (c *Center) gateKey() []byte { return c.keyring.Derive(gatePurpose)[:screening.KeySize] }

// GateKey is given to seeding and to approved devices.
func (c *Center) GateKey() []byte { return c.gateKey() }

// Revoke implements api.Devices: every call from the next one on is refused.
func (c *Center) Revoke(ctx context.Context, id string, by api.Caller) error {
	return c.editDevice(ctx, id, by.StaffID, "device.revoke", func(d *device.Device) { d.Status = device.Revoked })
}

// Rename implements api.Devices.
func (c *Center) Rename(ctx context.Context, id, name string, by api.Caller) error {
	name, err := deviceName(name)
	if err != nil {
		return err
	}
	return c.editDevice(ctx, id, by.StaffID, "device.rename", func(d *device.Device) { d.Name = name })
}

func (c *Center) editDevice(ctx context.Context, id, by, action string, edit func(*device.Device)) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		d, err := c.store.LockDevice(ctx, id)
		if err != nil {
			return err
		}
		before := d
		edit(&d)
		if err := c.store.SaveDevice(ctx, d); err != nil {
			return err
		}
		return c.recordChange(ctx, d.SiteID, by, action, audit.Object{Noun: "device", ID: id}, labelOf(before), labelOf(d))
	})
}

// label is what the audit log shows of a device.
type label struct {
	Name   string        `json:"name"`
	Status device.Status `json:"status"`
}

func labelOf(d device.Device) label { return label{audit.Shown(d.Name), d.Status} }

// deviceKey returns the key of a device that may speak.
func (c *Center) deviceKey(ctx context.Context, id string) (token.PublicKey, error) {
	d, err := c.store.Device(ctx, id)
	if fault.CodeOf(err) == "device.not_found" {
		return token.PublicKey{}, fault.Wrap(err, fault.Unauthorized, "token.key_unknown")
	}
	if err != nil {
		return token.PublicKey{}, err // a database that is away has revoked nobody
	}
	if d.Status != device.Active {
		return token.PublicKey{}, fault.New(fault.Unauthorized, "token.revoked")
	}
	return token.NewPublicKey(d.PublicKey)
}

// batchKey is the key of a device that was let in. It is read once, for a device has one
// key as long as it lives; whether it may still speak is seen again under its lock.
func (c *Center) batchKey(ctx context.Context, id string) (token.PublicKey, error) {
	if key, ok := c.known.Load(id); ok {
		return key.(token.PublicKey), nil
	}
	key, err := c.deviceKey(ctx, id)
	if err == nil {
		c.known.Store(id, key)
	}
	return key, err
}

// checkBatch checks that the device signed exactly this body.
func (c *Center) checkBatch(ctx context.Context, deviceID, signature string, body []byte, in sync.PushRequest) error {
	key, err := c.batchKey(ctx, deviceID)
	if err != nil {
		return err
	}
	return token.VerifyBatch(key, token.Batch{Device: deviceID, Seq: in.FirstSeq(), Body: body}, signature)
}
