package center

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/token"
)

// Invite makes a one-time code for a device at a site.
func (c *Center) Invite(ctx context.Context, name, surface, siteID, by string, life time.Duration) (token.Enrolment, token.Invitation, error) {
	if err := c.isPlace(ctx, surface, siteID); err != nil {
		return token.Enrolment{}, token.Invitation{}, err
	}
	code, err := token.NewCode(c.config.Random)
	if err != nil {
		return token.Enrolment{}, token.Invitation{}, err
	}
	e, err := token.Invite(token.Enrolment{ID: c.config.NewID(), CodeHash: code.Hash(c.keyring.Derive(codePurpose)),
		Name: name, Surface: surface, SiteID: siteID, CreatedBy: by}, c.config.Now(), life)
	if err != nil {
		return token.Enrolment{}, token.Invitation{}, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.SaveEnrolment(ctx, e); err != nil {
			return err
		}
		return c.record(ctx, by, "enrolment.invite", "enrolment", e.ID)
	})
	return e, token.Invitation{URL: c.config.URL, Code: code}, err
}

// isPlace tells whether there is the place a device belongs to. Faults "site.not_found",
// "hospital.not_found".
func (c *Center) isPlace(ctx context.Context, surface, id string) (err error) {
	if surface == device.Hospital {
		_, err = c.store.Hospital(ctx, id)
		return err
	}
	_, err = c.store.Site(ctx, id)
	return err
}

// Claim implements api.Enrolments.
func (c *Center) Claim(ctx context.Context, in api.EnrolmentClaim) (api.EnrolmentView, error) {
	code, err := token.ParseCode(in.Code)
	if err != nil {
		return api.EnrolmentView{}, err
	}
	key, err := token.NewPublicKey(in.PublicKey)
	if err != nil {
		return api.EnrolmentView{}, err
	}
	hashKey := c.keyring.Derive(codePurpose)
	var e token.Enrolment
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if e, err = c.store.EnrolmentByCode(ctx, code.Hash(hashKey)); err != nil {
			return err
		}
		claim := token.Claim{Code: code, Key: key, Proof: in.Proof, Predecessor: in.Predecessor}
		if e, err = e.Accept(c.config.Now(), claim, hashKey); err != nil {
			return err
		}
		if err := c.checkPredecessor(ctx, in, code, key); err != nil {
			return err
		}
		return c.store.SaveEnrolment(ctx, e)
	})
	if err != nil {
		return api.EnrolmentView{}, err
	}
	return c.enrolmentView(ctx, e)
}

// Status implements api.Enrolments. Whoever asks shows with every question that
// it holds the key of the claim; the grant is for nobody else.
func (c *Center) Status(ctx context.Context, id, proof string) (api.EnrolmentView, error) {
	e, err := c.store.Enrolment(ctx, id)
	if err != nil {
		return api.EnrolmentView{}, err
	}
	if e.Key.IsZero() || token.CheckPossession(e.Key, token.Code(e.ID), proof) != nil {
		return api.EnrolmentView{}, fault.New(fault.NotFound, "enrolment.not_found")
	}
	return c.enrolmentView(ctx, e)
}

// enrolmentView shows the grant until the device has got its first token: then it
// has written the grant down. The proof of a claim is the same each time, so
// whoever overheard it must not be able to ask for the grant later.
func (c *Center) enrolmentView(ctx context.Context, e token.Enrolment) (api.EnrolmentView, error) {
	view := api.EnrolmentView{ID: e.ID, Status: string(e.StatusAt(c.config.Now())), Fingerprint: e.Key.Fingerprint()}
	if e.Status != token.Approved {
		return view, nil
	}
	d, err := c.store.Device(ctx, e.ID)
	if err != nil {
		return api.EnrolmentView{}, err
	}
	if !d.LastSeen.IsZero() || d.Status != device.Active {
		return api.EnrolmentView{}, fault.New(fault.NotFound, "enrolment.not_found")
	}
	if d.IsProgram() { // the keys of kiosks are none of its business
		view.Grant = &api.DeviceGrant{DeviceID: d.ID, Name: d.Name, SiteID: d.SiteID, Issuer: c.config.URL}
		return view, nil
	}
	letters, err := c.letterKey()
	if err != nil {
		return api.EnrolmentView{}, err
	}
	view.Grant = &api.DeviceGrant{DeviceID: d.ID, Name: d.Name, SiteID: d.SiteID, Letter: d.Letter,
		Issuer: c.config.URL, GateKey: c.gateKey(), LetterKey: letters.Public()}
	return view, nil
}

// closeGrant notes that a device has its grant and was heard.
func (c *Center) closeGrant(ctx context.Context, deviceID string) error {
	d, err := c.store.Device(ctx, deviceID)
	if err != nil || !d.LastSeen.IsZero() {
		return err
	}
	return c.store.InTx(ctx, func(ctx context.Context) error {
		d, err := c.store.LockDevice(ctx, deviceID)
		if err != nil || !d.LastSeen.IsZero() {
			return err
		}
		d.LastSeen = c.config.Now()
		return c.store.SaveDevice(ctx, d)
	})
}

// Waiting implements api.Enrolments.
func (c *Center) Waiting(ctx context.Context) ([]token.Enrolment, error) {
	now := c.config.Now()
	all, err := c.store.EnrolmentsUntil(ctx, now)
	return slices.DeleteFunc(all, func(e token.Enrolment) bool {
		status := e.StatusAt(now)
		return status != token.Invited && status != token.Pending
	}), err
}

// Approve implements api.Enrolments: it lets the device of an enrolment in, which takes
// the enrolment's ID. fingerprint is the one staff saw.
func (c *Center) Approve(ctx context.Context, id, fingerprint, by string) (device.Device, error) {
	var d device.Device
	err := c.store.InTx(ctx, func(ctx context.Context) error {
		e, err := c.store.LockEnrolment(ctx, id)
		if err != nil {
			return err
		}
		if e, err = e.Approve(c.config.Now(), by, fingerprint); err != nil {
			return err
		}
		// Two approvals at once would choose the same letter otherwise.
		if err := c.takeTurn(ctx, turnOfLetters); err != nil {
			return err
		}
		letter := ""
		if !(device.Device{Surface: e.Surface}).IsProgram() {
			if letter, err = c.freeLetter(ctx, e.SiteID); err != nil {
				return err
			}
		}
		d = device.Device{ID: e.ID, Name: e.Name, Surface: e.Surface, SiteID: e.SiteID, Letter: letter,
			PublicKey: e.Key.Bytes(), Status: device.Active, EnrolledAt: c.config.Now()}
		ended, err := c.succeed(ctx, &d, e.Predecessor)
		if err != nil {
			return err
		}
		if err := c.store.InsertDevice(ctx, d); err != nil {
			return err
		}
		if err := c.store.SaveEnrolment(ctx, e); err != nil {
			return err
		}
		return c.recordApproval(ctx, d.ID, ended, by)
	})
	return d, err
}

// recordApproval writes down who was let in and who ended by it.
func (c *Center) recordApproval(ctx context.Context, id string, ended []string, by string) error {
	if err := c.record(ctx, by, "enrolment.approve", "device", id); err != nil {
		return err
	}
	for _, one := range ended {
		if err := c.record(ctx, by, "device.revoke", "device", one); err != nil {
			return err
		}
	}
	return nil
}

// Refuse implements api.Enrolments; it keeps the device of an enrolment out.
func (c *Center) Refuse(ctx context.Context, id, by string) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		e, err := c.store.LockEnrolment(ctx, id)
		if err != nil {
			return err
		}
		if e, err = e.Refuse(c.config.Now(), by); err != nil {
			return err
		}
		if err := c.store.SaveEnrolment(ctx, e); err != nil {
			return err
		}
		return c.record(ctx, by, "enrolment.refuse", "enrolment", id)
	})
}
