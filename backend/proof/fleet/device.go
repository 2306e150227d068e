package fleet

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/outbox"
	"lianxin/backend/site"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// NewID is how the product names things.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Device is an enrolled device as the center sees it: its key, and the end of its log.
type Device struct {
	ID, SiteID, Letter string
	Key                token.Key
	last               outbox.Operation
	tickets            int
}

// SaveSite makes a site.
func SaveSite(ctx context.Context, c *center.Center, id string) error {
	return c.SaveSite(ctx, site.Site{ID: id, District: "110102", Phone: "010-5550-0000"})
}

// Claim is what a machine with this key says when it uses a code.
func Claim(code token.Code, key token.Key) api.EnrolmentClaim {
	return api.EnrolmentClaim{Code: string(code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, code), Version: "fleet"}
}

// Enrol lets a kiosk in at a site.
func Enrol(ctx context.Context, c *center.Center, name, siteID string) (*Device, error) {
	return EnrolAs(ctx, c, "kiosk", name, siteID)
}

// EnrolAs lets a device of any surface in.
func EnrolAs(ctx context.Context, c *center.Center, surface, name, siteID string) (*Device, error) {
	made, invitation, err := c.Invite(ctx, name, surface, siteID, "terminal", 10*time.Minute)
	if err != nil {
		return nil, err
	}
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if _, err := c.Claim(ctx, Claim(invitation.Code, key)); err != nil {
		return nil, err
	}
	d, err := c.Approve(ctx, made.ID, key.Public().Fingerprint(), "terminal")
	return &Device{ID: d.ID, SiteID: d.SiteID, Letter: d.Letter, Key: key}, err
}

// Line is the device's way to a center at base, which calls itself issuer.
func (d *Device) Line(client *http.Client, base, issuer string) *sync.HTTPCenter {
	return &sync.HTTPCenter{URL: base, Issuer: issuer, DeviceID: d.ID, Key: d.Key, Now: time.Now, NewID: NewID, Client: client}
}

// Assertion is one with which the device asks for a token at a center that calls
// itself issuer. It is good once.
func (d *Device) Assertion(issuer string) (string, error) {
	return token.Assertion{Device: d.ID, Audience: issuer + "/token", ID: NewID()}.Sign(d.Key, time.Now())
}

// VisitOf is the check-in of a made-up person on this device, at a time.
func (d *Device) VisitOf(person int, at time.Time) visit.Visit {
	d.tickets++
	v := storetest.Visit(person)
	v.ID, v.SiteID, v.DeviceID, v.AppointmentID, v.ClockOffset = NewID(), d.SiteID, d.ID, "", 0
	v.At, v.Day = at.UTC().Truncate(time.Microsecond), calendar.Of(at)
	v.TicketNumber, v.Ticket = d.tickets, fmt.Sprintf("%s%03d", d.Letter, d.tickets)
	return v
}

// Record puts something at the end of the device's log.
func (d *Device) Record(kind outbox.Kind, at time.Time, payload any) (outbox.Operation, error) {
	op, err := outbox.New(NewID(), kind, at, payload)
	if err == nil {
		op = op.Follow(d.last.Seq, d.last.Hash)
		d.last = op
	}
	return op, err
}

// Batch is a push of operations of this device.
func (d *Device) Batch(ops ...outbox.Operation) sync.PushRequest {
	return sync.PushRequest{Protocol: sync.Protocol, Version: "fleet", SentAt: time.Now().UTC(), Operations: ops, LastSeq: d.last.Seq}
}
