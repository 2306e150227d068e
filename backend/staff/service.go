package staff

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"lianxin/backend/fault"
)

// Service is everything that happens to members. It is safe for concurrent use.
type Service struct {
	Store  Store
	Hasher *Hasher
	Now    func() time.Time
	NewID  func() string
	Random io.Reader
	// CookieKey makes and checks device cookies; 32 bytes.
	CookieKey []byte
}

// Account is what a new member needs. The code shows that the second factor has
// arrived in the person's app before the account depends on it.
type Account struct {
	Login      string
	Name       string
	Role       Role
	Scope      Scope
	Password   string
	TOTPSecret string
	TOTPCode   string
}

// Add makes a member. Faults: "staff.login_malformed", "staff.login_taken",
// "staff.name_missing", "staff.role_unknown", "staff.password_rejected",
// "staff.totp_wrong".
func (s *Service) Add(ctx context.Context, a Account) (Member, error) {
	m, err := s.prepare(ctx, a)
	if err != nil {
		return Member{}, err
	}
	return m, s.Store.InsertMember(ctx, m)
}

func (s *Service) prepare(ctx context.Context, a Account) (Member, error) {
	login, err := checkAccount(a)
	if err != nil {
		return Member{}, err
	}
	step, err := acceptTOTP(a.TOTPSecret, a.TOTPCode, s.Now(), 0)
	if err != nil {
		return Member{}, fault.Wrap(err, fault.Invalid, "staff.totp_wrong")
	}
	hash, err := s.Hasher.Hash(ctx, a.Password)
	if err != nil {
		return Member{}, err
	}
	return Member{
		ID: s.NewID(), Login: login, Name: strings.TrimSpace(a.Name), Role: a.Role, Scope: a.Scope, PasswordHash: hash,
		TOTPSecret: a.TOTPSecret, TOTPStep: step, Active: true, CreatedAt: s.Now().UTC(),
	}, nil
}

// FirstRunLink makes the link for the first administrator, and makes every
// earlier one worthless. Fault "staff.already_set_up" once there is a member.
func (s *Service) FirstRunLink(ctx context.Context) (token string, err error) {
	if err := s.checkNobody(ctx); err != nil {
		return "", err
	}
	token, f, err := NewFirstRun(s.Random, s.Now())
	if err != nil {
		return "", err
	}
	return token, s.Store.SaveFirstRun(ctx, f)
}

// FirstAdmin makes the first administrator with a first-run link. The link is
// used up only if the account was made.
func (s *Service) FirstAdmin(ctx context.Context, token string, a Account) (Member, error) {
	a.Role, a.Scope = Admin, Scope{}
	var m Member
	err := s.Store.UpdateFirstRun(ctx, func(ctx context.Context, f *FirstRun) error {
		used, err := f.Use(token, s.Now())
		if err != nil {
			return err
		}
		if err := s.checkNobody(ctx); err != nil {
			return err
		}
		if m, err = s.Add(ctx, a); err != nil {
			return err
		}
		*f = used
		return nil
	})
	return m, err
}

func (s *Service) checkNobody(ctx context.Context) error {
	n, err := s.Store.CountMembers(ctx)
	if err == nil && n > 0 {
		return fault.New(fault.Conflict, "staff.already_set_up")
	}
	return err
}

// Attempt is one attempt at logging in.
type Attempt struct {
	Login    string
	Password string
	Code     string
	From     Origin // the network or the login it comes from
	Cookie   string // of a device that logged this member in before; "" for none
}

// Login returns the member with this name, password and code. It fails with
// "staff.too_soon" during a delay and with "staff.login_refused" for every other
// reason a person could cause; its cause, for the log, says which.
func (s *Service) Login(ctx context.Context, a Attempt) (Member, error) {
	m, err := s.find(ctx, a.Login)
	if err != nil {
		return Member{}, errors.Join(err, s.Hasher.Waste(ctx, a.Password))
	}
	from := s.origin(m.ID, a)
	// The attempt counts before it is judged, or many at once would all be free.
	if m, err = s.Store.UpdateMember(ctx, m.ID, func(m *Member) error {
		if err := m.Throttles[from].Check(s.Now()); err != nil {
			return err
		}
		m.Throttles = m.Throttles.Fail(from, s.Now())
		return nil
	}); err != nil {
		return Member{}, err
	}
	ok, outdated, err := s.Hasher.Check(ctx, m.PasswordHash, a.Password)
	if err != nil {
		return Member{}, err
	}
	step, codeErr := acceptTOTP(m.TOTPSecret, a.Code, s.Now(), m.TOTPStep)
	if codeErr != nil && !errors.Is(codeErr, errCode) {
		return Member{}, codeErr
	}
	if !ok || codeErr != nil {
		return Member{}, loginRefused(errors.New("wrong password or code"))
	}
	return s.admit(ctx, m, step, a.Password, from, outdated)
}

// admit writes down a right login, unless something has changed meanwhile.
func (s *Service) admit(ctx context.Context, seen Member, step int64, password string, from Origin, outdated bool) (Member, error) {
	hash := seen.PasswordHash
	if outdated {
		var err error
		if hash, err = s.Hasher.Hash(ctx, password); err != nil {
			return Member{}, err
		}
	}
	return s.Store.UpdateMember(ctx, seen.ID, func(m *Member) error {
		if !m.Active || m.PasswordHash != seen.PasswordHash || m.TOTPSecret != seen.TOTPSecret || m.TOTPStep >= step {
			return loginRefused(errors.New("the code was used, or the account changed, at the same moment"))
		}
		m.PasswordHash, m.TOTPStep, m.Throttles = hash, step, m.Throttles.Clear(from)
		return nil
	})
}

// find returns an active member.
func (s *Service) find(ctx context.Context, name string) (Member, error) {
	login, err := ParseLogin(name)
	if err != nil {
		return Member{}, loginRefused(err)
	}
	m, err := s.Store.MemberByLogin(ctx, login)
	if fault.CodeOf(err) == "staff.not_found" {
		return Member{}, loginRefused(err)
	}
	if err != nil {
		return Member{}, fmt.Errorf("log in: %w", err)
	}
	if !m.Active {
		return Member{}, loginRefused(errors.New("the account is not active"))
	}
	return m, nil
}

func loginRefused(why error) error {
	return fault.Wrap(why, fault.Unauthorized, "staff.login_refused")
}

// ChangePassword gives a member another password. It asks for the old one and a
// fresh code, with the delays of Login.
func (s *Service) ChangePassword(ctx context.Context, a Attempt, next string) error {
	m, err := s.Login(ctx, a)
	if err != nil {
		return err
	}
	if err := CheckPassword(next, m.Login); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(ctx, next)
	if err != nil {
		return err
	}
	_, err = s.Store.UpdateMember(ctx, m.ID, func(m *Member) error {
		m.PasswordHash = hash
		return nil
	})
	return err
}
