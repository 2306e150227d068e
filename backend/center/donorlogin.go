package center

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/resultcode"
	"lianxin/backend/screening"
	"lianxin/backend/token"
)

// donorSessionPrefix begins the IDs of donors' logins: clients beside devices and logins of staff.
const donorSessionPrefix = "donor-session:"

func isDonorSession(client string) bool { return strings.HasPrefix(client, donorSessionPrefix) }

// AskDonorCode implements api.DonorLogins.
func (c *Center) AskDonorCode(ctx context.Context, network string, in api.DonorAsk) (api.ResultAsked, error) {
	doc, err := identity.ParseOn(in.Kind, in.Number, c.Today())
	if err != nil {
		return api.ResultAsked{}, err
	}
	return c.ask(ctx, network, resultcode.Asked{Purpose: resultcode.ForLogin, DonorKey: screening.Key(c.gateKey(), doc), Language: in.Language}, in.DIN)
}

// LoginDonor implements api.DonorLogins: the code opens one session, under the key it was
// first told with. An answer that was lost is asked for again with the same.
func (c *Center) LoginDonor(ctx context.Context, in api.DonorLogin) (api.DonorSession, error) {
	key, err := token.NewPublicKey(in.PublicKey)
	if err != nil {
		return api.DonorSession{}, err
	}
	out := api.DonorSession{SessionID: donorSessionPrefix + in.Request}
	fits := func(asked resultcode.Asked) bool {
		return asked.Purpose == resultcode.ForLogin && (!asked.Opened || asked.KeyID == key.ID())
	}
	err = c.try(ctx, in.Request, in.Code, fits, func(ctx context.Context, asked *resultcode.Asked) error {
		d, err := c.store.DonorByKey(ctx, asked.DonorKey)
		if err != nil {
			return cmp.Or(unlessMissing(err), error(fault.New(fault.Conflict, "result_code.over"))) // removed meanwhile
		}
		by, err := c.asDonor(ctx, d.ID)
		if err != nil {
			return err
		}
		if !slices.Contains(by.Person, asked.DonorID) { // the code went to who is somebody else after all
			return fault.New(fault.Conflict, "result_code.over")
		}
		out.Person = d.Person.Masked()
		if asked.KeyID != "" { // told again
			s, err := c.openDonorSession(ctx, out.SessionID)
			out.EndsAt = s.EndsAt
			return err
		}
		asked.KeyID = key.ID()
		now := c.config.Now().UTC()
		out.EndsAt = now.Add(donor.SessionLife)
		if err := c.store.SaveDonorSession(ctx, donor.Session{ID: out.SessionID, DonorID: d.ID, PublicKey: key.Bytes(), StartedAt: now, EndsAt: out.EndsAt}); err != nil {
			return err
		}
		return c.recordDonor(ctx, d.ID, "donor_login.opened", out.SessionID)
	})
	if err != nil {
		return api.DonorSession{}, err
	}
	out.AccessToken, err = c.donorToken(ctx, out.SessionID)
	return out, err
}

// LogoutDonor implements api.DonorLogins: the session's tokens are refused from the next call on.
func (c *Center) LogoutDonor(ctx context.Context, by api.Caller) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.EndDonorSession(ctx, by.SessionID); err != nil {
			return err
		}
		return c.recordDonor(ctx, by.DonorID, "donor_login.ended", by.SessionID)
	})
}

func (c *Center) recordDonor(ctx context.Context, donorID, action, sessionID string) error {
	_, err := c.audit.Record(ctx, audit.Entry{Who: claim.Applicant(donorID), Role: atPhone, Action: action,
		Object: audit.Object{Noun: "donor", ID: donorID}, Where: audit.Where{Device: sessionID}})
	return err
}

// loginOver is what a donor is told whose login has ended; the phone asks for a code again.
const loginOver = "donor_login.over"

// openDonorSession returns a session that may still ask for tokens; fault "donor_login.over".
func (c *Center) openDonorSession(ctx context.Context, id string) (donor.Session, error) {
	s, err := c.store.DonorSession(ctx, id)
	if fault.CodeOf(err) == "donor.session_not_found" {
		err = fault.Wrap(err, fault.Unauthorized, loginOver)
	}
	if err == nil && s.IsOver(c.config.Now()) {
		err = fault.New(fault.Unauthorized, loginOver)
	}
	return s, err
}

// donorToken gives a donor's session its next access token.
func (c *Center) donorToken(ctx context.Context, id string) (api.AccessToken, error) {
	s, err := c.openDonorSession(ctx, id)
	if err != nil {
		return api.AccessToken{}, err
	}
	key, err := token.NewPublicKey(s.PublicKey)
	if err != nil {
		return api.AccessToken{}, err
	}
	return c.issueUntil(s.EndsAt, token.Grant{Subject: s.DonorID, Client: s.ID, Audience: c.config.URL, Scope: []string{string(api.DonorSelf)}, Binding: key})
}

// donorCaller is the donor a token speaks for.
func (c *Center) donorCaller(ctx context.Context, claims token.Claims, who client) (api.Caller, error) {
	if who.donor.ID == "" || who.donor.DonorID != claims.Subject {
		return api.Caller{}, fault.New(fault.Unauthorized, "token.key_unknown")
	}
	by, err := c.asDonor(ctx, claims.Subject)
	by.SessionID = who.donor.ID
	return by, err
}

// asDonor is a donor with all files of that person: they see no site and no district.
func (c *Center) asDonor(ctx context.Context, donorID string) (api.Caller, error) {
	person, err := c.store.Together(ctx, []string{donorID})
	return api.Caller{DonorID: donorID, Person: person, Sites: []string{}, Districts: []string{}}, err
}
