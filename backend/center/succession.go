package center

import (
	"context"
	"encoding/json"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/token"
)

// checkPredecessor checks that the key of the device a machine says it was has
// signed for its new one. Faults: "enrolment.predecessor_unknown",
// "enrolment.predecessor_proof", "enrolment.predecessor_taken".
func (c *Center) checkPredecessor(ctx context.Context, in api.EnrolmentClaim, code token.Code, next token.PublicKey) error {
	if in.Predecessor == "" {
		return nil
	}
	before, err := c.store.Device(ctx, in.Predecessor)
	if fault.CodeOf(err) == "device.not_found" {
		return fault.Wrap(err, fault.NotFound, "enrolment.predecessor_unknown")
	}
	if err != nil {
		return err
	}
	earlier, err := token.NewPublicKey(before.PublicKey)
	if err != nil {
		return err
	}
	if err := token.CheckSuccession(earlier, before.ID, code, next, in.PredecessorProof); err != nil {
		return err
	}
	_, err = c.successors(ctx, before.ID)
	return err
}

// successors lists the devices that were let in after another but never spoke. One
// that did speak goes on with the log, and a second one would be a copied disk:
// fault "enrolment.predecessor_taken".
func (c *Center) successors(ctx context.Context, id string) (silent []device.Device, err error) {
	all, err := c.store.Devices(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Predecessor != id {
			continue
		}
		if !d.LastSeen.IsZero() {
			return nil, fault.New(fault.Conflict, "enrolment.predecessor_taken")
		}
		silent = append(silent, d)
	}
	return silent, nil
}

// succeed lets d go on where its predecessor's log ended, and ends the predecessor: a
// machine is one device. It returns whom it ended.
func (c *Center) succeed(ctx context.Context, d *device.Device, predecessor string) (ended []string, err error) {
	if predecessor == "" {
		return nil, nil
	}
	before, err := c.store.LockDevice(ctx, predecessor)
	if err != nil {
		return nil, err
	}
	silent, err := c.successors(ctx, predecessor)
	if err != nil {
		return nil, err
	}
	for _, one := range append(silent, before) {
		if one, err = c.store.LockDevice(ctx, one.ID); err != nil {
			return nil, err
		}
		if one.ID != predecessor && !one.LastSeen.IsZero() { // it spoke at this moment
			return nil, fault.New(fault.Conflict, "enrolment.predecessor_taken")
		}
		if one.Status != device.Active {
			continue
		}
		one.Status = device.Revoked
		if err := c.store.SaveDevice(ctx, one); err != nil {
			return nil, err
		}
		ended = append(ended, one.ID)
	}
	d.Predecessor, d.LastSeq, d.LastHash = predecessor, before.LastSeq, before.LastHash
	return ended, nil
}

// author is the device an operation was recorded by: the one that sends it, or one
// the same machine was before.
func (c *Center) author(ctx context.Context, from device.Device, op outbox.Operation) (device.Device, error) {
	if from.Predecessor == "" {
		return from, nil // it never was another
	}
	var said struct {
		DeviceID string `json:"device_id"`
	}
	if json.Unmarshal(op.Payload, &said) != nil {
		return from, nil // whoever applies it says what is wrong
	}
	for one := from; ; {
		if one.ID == said.DeviceID {
			return one, nil
		}
		if one.Predecessor == "" {
			return from, nil
		}
		var err error
		if one, err = c.store.Device(ctx, one.Predecessor); err != nil {
			return from, err
		}
	}
}
