package node

import (
	"context"
	"io"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	document "lianxin/backend/identity"
	"lianxin/backend/screening"
	"lianxin/backend/token"
)

// identity is who this kiosk is: its own key from the first start on, and what
// the center granted once it was approved.
type identity struct {
	Seed      []byte           // of the Ed25519 key, sealed in the settings
	Center    string           // address it was enrolled at
	Enrolment string           // id of the enrolment that is pending
	Grant     *api.DeviceGrant // nil until approved
	Former    []former         // what this machine was before it was revoked and enrolled anew, oldest first
}

// former is an enrolment this machine had. Its key signs for the next one, so that
// what was recorded under it can still be delivered.
type former struct {
	DeviceID  string
	Seed      []byte
	LetterKey []byte // of the center it was enrolled at, for letters exported meanwhile
}

// sender is under what enrolment letters are exported: the present one or, between a
// new code and its approval, the last. Fault "kiosk.unenrolled".
func (i *identity) sender() (former, error) {
	switch {
	case i.Grant != nil:
		return former{i.Grant.DeviceID, i.Seed, i.Grant.LetterKey}, nil
	case len(i.Former) > 0:
		return i.Former[len(i.Former)-1], nil
	}
	return former{}, fault.New(fault.Conflict, "kiosk.unenrolled")
}

// devices lists the ids of what this machine is and was.
func (i *identity) devices() []string {
	ids := []string{}
	for _, f := range i.Former {
		ids = append(ids, f.DeviceID)
	}
	if i.Grant != nil {
		ids = append(ids, i.Grant.DeviceID)
	}
	return ids
}

// renewed is a revoked identity made ready for another enrolment: the key that may
// be the reason is used no more, except to sign for the next one.
func (i identity) renewed(random io.Reader) (identity, error) {
	key, err := token.NewKey(random)
	if err != nil {
		return i, err
	}
	i.Former = append(slices.Clone(i.Former), former{i.Grant.DeviceID, i.Seed, i.Grant.LetterKey})
	i.Seed, i.Grant, i.Enrolment = key.Seed(), nil, ""
	return i, nil
}

// claim uses a one-time code with the key of this identity.
func (i *identity) claim(code token.Code, version string) (api.EnrolmentClaim, error) {
	key, err := i.key()
	if err != nil {
		return api.EnrolmentClaim{}, err
	}
	in := api.EnrolmentClaim{Code: string(code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, code), Version: version}
	if len(i.Former) == 0 {
		return in, nil
	}
	last := i.Former[len(i.Former)-1]
	earlier, err := token.KeyFromSeed(last.Seed)
	if err != nil {
		return in, err
	}
	in.Predecessor, in.PredecessorProof = last.DeviceID, token.ProveSuccession(earlier, last.DeviceID, code, key.Public())
	return in, nil
}

const identitySetting = "device.identity"

func (i *identity) key() (token.Key, error) { return token.KeyFromSeed(i.Seed) }

// loadIdentity reads who the kiosk is and makes its key on the first start.
func (n *Node) loadIdentity(ctx context.Context) error {
	var who identity
	ok, err := n.store.Setting(ctx, identitySetting, &who)
	if err != nil {
		return err
	}
	if !ok {
		key, err := token.NewKey(n.config.Random)
		if err != nil {
			return err
		}
		who.Seed = key.Seed()
		if err := n.store.SaveSetting(ctx, identitySetting, who); err != nil {
			return err
		}
	}
	n.identity.Store(&who)
	return nil
}

// become writes a changed identity down and uses it.
func (n *Node) become(ctx context.Context, who identity) error {
	if err := n.store.SaveSetting(ctx, identitySetting, who); err != nil {
		return err
	}
	n.identity.Store(&who)
	n.stateChanged()
	return nil
}

// place implements checkin.Deps.Place.
func (n *Node) place() checkin.Place {
	g := n.identity.Load().Grant
	if g == nil {
		return checkin.Place{}
	}
	return checkin.Place{DeviceID: g.DeviceID, SiteID: g.SiteID, Letter: g.Letter}
}

// donorKey is the keyed hash under which the center publishes a person.
func (n *Node) donorKey(doc document.Document) string {
	g := n.identity.Load().Grant
	if g == nil {
		return ""
	}
	return screening.Key(g.GateKey, doc)
}

// noticeCode is the code under which the notice of a booking at another site is kept.
func (n *Node) noticeCode(code string) string {
	g := n.identity.Load().Grant
	if g == nil {
		return ""
	}
	return appointment.NoticeCode(appointment.CodeKey(g.GateKey, code))
}
