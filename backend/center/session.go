package center

import (
	"context"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

// sessionPrefix begins the ids of logins, which are clients beside devices: by it
// a token tells which of the two it was given to.
const sessionPrefix = "session:"

func isSession(client string) bool { return strings.HasPrefix(client, sessionPrefix) }

// Login implements api.Staff: password and code open a session under a key the
// desk or browser has made for it.
func (c *Center) Login(ctx context.Context, in api.StaffLogin, network string) (api.StaffSession, error) {
	key, err := token.NewPublicKey(in.PublicKey)
	if err != nil {
		return api.StaffSession{}, err
	}
	people, err := c.staff()
	if err != nil {
		return api.StaffSession{}, err
	}
	m, err := people.Login(ctx, staff.Attempt{Login: in.Login, Password: in.Password, Code: in.Code, Cookie: in.DeviceCookie,
		From: staff.Origin("net:" + network)})
	if err != nil {
		return api.StaffSession{}, c.loginRefused(ctx, in.Login, err)
	}
	now := c.config.Now().UTC()
	session := staff.Session{ID: sessionPrefix + c.config.NewID(), MemberID: m.ID, PublicKey: key.Bytes(),
		StartedAt: now, EndsAt: now.Add(staff.SessionLife)}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.InsertSession(ctx, session); err != nil {
			return err
		}
		return c.record(ctx, m.ID, "staff.login", "session", session.ID)
	})
	if err != nil {
		return api.StaffSession{}, err
	}
	access, err := c.sessionToken(ctx, session.ID)
	if err != nil {
		return api.StaffSession{}, err
	}
	cookie, err := people.NewCookie(m.ID)
	if err != nil {
		return api.StaffSession{}, err
	}
	view, err := c.staffView(ctx, m)
	return api.StaffSession{AccessToken: access, SessionID: session.ID, EndsAt: session.EndsAt, DeviceCookie: cookie, DeskKey: c.deskKey(m.ID), Member: view}, err
}

// deskKey is the same at each login of a member and nobody else's: a desk keeps what the
// center does not have yet under it, and knows it only while they are logged in.
func (c *Center) deskKey(memberID string) []byte { return c.keyring.Derive("desk/" + memberID) }

// loginRefused writes a wrong password or code of an existing account down; what
// was typed as a name nobody has could be anything and is kept nowhere.
func (c *Center) loginRefused(ctx context.Context, login string, why error) error {
	if fault.CodeOf(why) != "staff.login_refused" {
		return why
	}
	m, err := c.MemberByLogin(ctx, login)
	switch code := fault.CodeOf(err); {
	case code == "staff.not_found" || code == "staff.login_malformed":
		return why
	case err != nil:
		return err
	}
	if err := c.record(ctx, m.ID, "staff.login_refused", "staff", m.ID); err != nil {
		return err
	}
	return why
}

// Logout implements api.Staff: the session's tokens are refused from the next call on.
func (c *Center) Logout(ctx context.Context, by api.Caller) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.EndSession(ctx, by.SessionID); err != nil {
			return err
		}
		return c.record(ctx, by.StaffID, "staff.logout", "session", by.SessionID)
	})
}

// ChangePassword implements api.Staff: it ends every other login of the member.
func (c *Center) ChangePassword(ctx context.Context, in api.PasswordChange, by api.Caller) error {
	people, err := c.staff()
	if err != nil {
		return err
	}
	m, err := c.store.Member(ctx, by.StaffID)
	if err != nil {
		return err
	}
	// First, so that a weak one does not use up the code.
	if err := staff.CheckPassword(in.Next, m.Login); err != nil {
		return err
	}
	// Outside a transaction: that a wrong attempt counts must stay when it is refused.
	if err := people.ChangePassword(ctx, staff.Attempt{Login: m.Login, Password: in.Password, Code: in.Code,
		From: staff.Origin(by.SessionID)}, in.Next); err != nil {
		return c.loginRefused(ctx, m.Login, err)
	}
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.store.EndSessionsOf(ctx, m.ID, by.SessionID); err != nil {
			return err
		}
		return c.record(ctx, m.ID, "staff.password", "staff", m.ID)
	})
}

// Me implements api.Staff.
func (c *Center) Me(ctx context.Context, by api.Caller) (api.StaffView, error) {
	m, err := c.store.Member(ctx, by.StaffID)
	if err != nil {
		return api.StaffView{}, err
	}
	return c.staffView(ctx, m)
}

// openSession returns a session that may still ask for tokens, with its member
// as they are now. Faults: "token.key_unknown", "token.revoked".
func (c *Center) openSession(ctx context.Context, id string) (staff.Session, staff.Member, error) {
	s, m, err := c.store.Session(ctx, id)
	if fault.CodeOf(err) == "staff.session_not_found" {
		err = fault.Wrap(err, fault.Unauthorized, "token.key_unknown")
	}
	if err != nil {
		return s, m, err
	}
	if s.IsOver(c.config.Now()) || !m.Active {
		return s, m, fault.New(fault.Unauthorized, "token.revoked")
	}
	return s, m, nil
}

// client is who may speak: a device, a login with its member, or a donor's login.
type client struct {
	key     token.PublicKey
	session staff.Session
	member  staff.Member
	donor   donor.Session
}

// openClient finds a device or session that may speak.
func (c *Center) openClient(ctx context.Context, id string) (who client, err error) {
	if isDonorSession(id) {
		if who.donor, err = c.openDonorSession(ctx, id); err == nil {
			who.key, err = token.NewPublicKey(who.donor.PublicKey)
		}
		return who, err
	}
	if !isSession(id) {
		who.key, err = c.deviceKey(ctx, id)
		return who, err
	}
	if who.session, who.member, err = c.openSession(ctx, id); err == nil {
		who.key, err = token.NewPublicKey(who.session.PublicKey)
	}
	return who, err
}

// clientKey returns the key of a device or session that may speak.
func (c *Center) clientKey(ctx context.Context, id string) (token.PublicKey, error) {
	who, err := c.openClient(ctx, id)
	return who.key, err
}

// sessionToken gives a session its next access token, with what the member may
// do now.
func (c *Center) sessionToken(ctx context.Context, id string) (api.AccessToken, error) {
	s, m, err := c.openSession(ctx, id)
	if err != nil {
		return api.AccessToken{}, err
	}
	key, err := token.NewPublicKey(s.PublicKey)
	if err != nil {
		return api.AccessToken{}, err
	}
	return c.issueUntil(s.EndsAt, token.Grant{Subject: m.ID, Client: s.ID, Audience: c.config.URL, Scope: scopesOf(m.Role), Binding: key})
}

// staffCaller is who a token of a member of staff speaks for. What counts is what
// the member may do now, not when the token was given.
func (c *Center) staffCaller(ctx context.Context, claims token.Claims, who client, need api.Permission) (api.Caller, error) {
	if who.session.ID == "" {
		return api.Caller{}, fault.New(fault.Unauthorized, "token.key_unknown") // a device's
	}
	if who.member.ID != claims.Subject || !mayUse(who.member.Role, need) {
		return api.Caller{}, fault.New(fault.Forbidden, "token.scope").With("scope", string(need))
	}
	sites, districts, err := c.reachOf(ctx, who.member)
	return api.Caller{StaffID: who.member.ID, Role: string(who.member.Role), SessionID: who.session.ID, Sites: sites, Districts: districts}, err
}
