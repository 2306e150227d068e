package token

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/fault"
)

// EnrolmentStatus is the life of an enrolment:
//
//	invited ──claim──▶ pending ──approve──▶ approved
//	   │                  ├─────refuse────▶ refused
//	   └──────time────────┴──────time─────▶ expired
//
// An invited one may be refused too, by whoever regrets having made the code.
type EnrolmentStatus string

const (
	Invited  EnrolmentStatus = "invited"  // a code exists; no device has used it
	Pending  EnrolmentStatus = "pending"  // a device has shown its key; staff are to compare fingerprints
	Approved EnrolmentStatus = "approved" // the device is in
	Refused  EnrolmentStatus = "refused"
	Expired  EnrolmentStatus = "expired"
)

// MaxCodeLife is the longest life of a code, and of the wait for approval after it was used.
const MaxCodeLife = 15 * time.Minute

// Enrolment is one attempt to let a device in. Its methods are pure: they return
// the enrolment as it should be stored, or the reason why not.
type Enrolment struct {
	ID        string
	CodeHash  []byte // Code.Hash; the code itself is stored nowhere
	Status    EnrolmentStatus
	Name      string // what staff call the device: "一层大厅 1号机"
	Surface   string // "kiosk", "desk", "station" or "hospital"
	SiteID    string
	CreatedBy string // staff id
	CreatedAt time.Time
	ExpiresAt time.Time
	Key       PublicKey // zero until claimed
	ClaimedAt time.Time
	// Predecessor is the device the same machine was before, "" for a new machine.
	Predecessor string
	DecidedBy   string // staff id
	DecidedAt   time.Time
}

// Invite returns an enrolment that waits for its device.
func Invite(e Enrolment, now time.Time, life time.Duration) (Enrolment, error) {
	if life <= 0 || life > MaxCodeLife {
		return e, fault.New(fault.Invalid, "enrolment.life").With("max_minutes", int(MaxCodeLife.Minutes()))
	}
	if e.ID == "" || len(e.CodeHash) == 0 || e.Surface == "" || e.CreatedBy == "" {
		return e, fmt.Errorf("invite device: the enrolment is incomplete")
	}
	e.Status, e.CreatedAt, e.ExpiresAt = Invited, now.UTC(), now.Add(life).UTC()
	return e, nil
}

// StatusAt returns the status at a time: an undecided enrolment expires by itself. One that
// is still to be made was made by a clock that was ahead, and its code would live too long.
func (e Enrolment) StatusAt(now time.Time) EnrolmentStatus {
	isOpen := e.Status == Invited || e.Status == Pending
	if isOpen && (!now.Before(e.ExpiresAt) || now.Before(e.CreatedAt.Add(-MaxCodeLife))) {
		return Expired
	}
	return e.Status
}

// Matches compares the hash of a code in constant time.
func (e Enrolment) Matches(codeHash []byte) bool {
	return len(codeHash) > 0 && subtle.ConstantTimeCompare(e.CodeHash, codeHash) == 1
}

// Claim is what a device says when it uses a code.
type Claim struct {
	Code  Code
	Key   PublicKey
	Proof string // ProvePossession
	// Predecessor is a device whose key has signed for this one; see ProveSuccession.
	Predecessor string
}

// Accept takes a device's claim; hashKey is the one of Code.Hash. The same device
// may say it again, as an answer can get lost; another key is refused with
// "enrolment.code_used", and staff should wonder why.
func (e Enrolment) Accept(now time.Time, claim Claim, hashKey []byte) (Enrolment, error) {
	if !e.Matches(claim.Code.Hash(hashKey)) {
		return e, fault.New(fault.NotFound, "enrolment.code_unknown")
	}
	if err := CheckPossession(claim.Key, claim.Code, claim.Proof); err != nil {
		return e, err
	}
	switch e.StatusAt(now) {
	case Invited:
		e.Status, e.Key, e.ClaimedAt, e.Predecessor = Pending, claim.Key, now.UTC(), claim.Predecessor
		e.ExpiresAt = now.Add(MaxCodeLife).UTC()
		return e, nil
	case Expired:
		return e, fault.New(fault.Forbidden, "enrolment.expired")
	case Refused:
		return e, fault.New(fault.Forbidden, "enrolment.refused")
	}
	if !e.Key.Equal(claim.Key) {
		return e, fault.New(fault.Conflict, "enrolment.code_used")
	}
	return e, nil
}

// Approve lets the device in. fingerprint is the one the member of staff saw and
// compared: were the key another by now, the approval would not be for it, and
// fails with "enrolment.fingerprint_mismatch".
func (e Enrolment) Approve(now time.Time, staff, fingerprint string) (Enrolment, error) {
	if err := e.decidable(now, staff, Pending); err != nil {
		return e, err
	}
	if subtle.ConstantTimeCompare([]byte(e.Key.Fingerprint()), []byte(fingerprint)) != 1 {
		return e, fault.New(fault.Conflict, "enrolment.fingerprint_mismatch")
	}
	return e.decided(Approved, now, staff), nil
}

// Refuse keeps the device out, claimed or not.
func (e Enrolment) Refuse(now time.Time, staff string) (Enrolment, error) {
	if err := e.decidable(now, staff, Invited, Pending); err != nil {
		return e, err
	}
	return e.decided(Refused, now, staff), nil
}

func (e Enrolment) decided(status EnrolmentStatus, now time.Time, staff string) Enrolment {
	e.Status, e.DecidedBy, e.DecidedAt = status, staff, now.UTC()
	return e
}

func (e Enrolment) decidable(now time.Time, staff string, from ...EnrolmentStatus) error {
	if staff == "" {
		return fmt.Errorf("decide enrolment: nobody decides")
	}
	status := e.StatusAt(now)
	if slices.Contains(from, status) {
		return nil
	}
	if status == Expired {
		return fault.New(fault.Forbidden, "enrolment.expired")
	}
	return fault.New(fault.Conflict, "enrolment.not_pending").With("status", string(status))
}
