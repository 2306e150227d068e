package center

import (
	"context"
	"slices"
	"time"

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

// letters of kiosks: without I and O, which look like digits on a ticket.
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// freeLetter returns the first letter no kiosk of the site ever had. A kiosk that
// takes over from a broken one counts its tickets from 1 again, and two people
// with the same number must not wait side by side. When all are used up, the one
// of the revoked kiosk that has been silent longest comes round again.
func (c *Center) freeLetter(ctx context.Context, siteID string) (string, error) {
	all, err := c.store.Devices(ctx)
	if err != nil {
		return "", err
	}
	holder := map[string]device.Device{} // of each letter the one who used it last
	for _, d := range all {
		if before, ok := holder[d.Letter]; d.SiteID == siteID && (!ok || isLater(d, before)) {
			holder[d.Letter] = d
		}
	}
	var oldest *device.Device
	for _, letter := range letters {
		d, taken := holder[string(letter)]
		if !taken {
			return string(letter), nil
		}
		if d.Status != device.Active && (oldest == nil || d.LastSeen.Before(oldest.LastSeen)) {
			oldest = &d
		}
	}
	if oldest == nil {
		return "", fault.New(fault.Conflict, "device.letters_used").With("count", len(letters))
	}
	return oldest.Letter, nil
}

// isLater tells whether d holds its letter rather than other: the active one does.
func isLater(d, other device.Device) bool {
	if (d.Status == device.Active) != (other.Status == device.Active) {
		return d.Status == device.Active
	}
	return d.LastSeen.After(other.LastSeen)
}

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
