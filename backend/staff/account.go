package staff

import (
	"context"
	"errors"
	"fmt"

	"lianxin/backend/fault"
)

// Draft judges an account before its second factor is set up, and draws that
// factor: a person learns of a wrong password while they look at it. Faults: those
// of Add, without "staff.login_taken" and "staff.totp_wrong".
func (s *Service) Draft(a Account) (TOTP, error) {
	login, err := checkAccount(a)
	if err != nil {
		return TOTP{}, err
	}
	return NewTOTP(s.Random, login)
}

func checkAccount(a Account) (login string, err error) {
	if login, err = ParseLogin(a.Login); err != nil {
		return "", err
	}
	if err := checkPost(a.Name, a.Role, a.Scope); err != nil {
		return "", err
	}
	return login, CheckPassword(a.Password, login)
}

// errUnchanged ends an UpdateFirstRun that only looked.
var errUnchanged = errors.New("the link is only looked at")

// CheckFirstRun tells whether a first-run link would work now, without using it
// up. Faults: those of FirstRun.Use and "staff.already_set_up".
func (s *Service) CheckFirstRun(ctx context.Context, token string) error {
	err := s.Store.UpdateFirstRun(ctx, func(ctx context.Context, f *FirstRun) error {
		if _, err := f.Use(token, s.Now()); err != nil {
			return err
		}
		if err := s.checkNobody(ctx); err != nil {
			return err
		}
		return errUnchanged
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// Reset gives a member who has lost their password or their phone new ones, and
// forgets the delays of failed logins. The code shows that the new second factor
// has arrived. Faults: "staff.not_found", "staff.password_rejected",
// "staff.totp_wrong".
func (s *Service) Reset(ctx context.Context, id, password, totpSecret, totpCode string) (Member, error) {
	m, err := s.Store.Member(ctx, id)
	if err != nil {
		return Member{}, err
	}
	if err := CheckPassword(password, m.Login); err != nil {
		return Member{}, err
	}
	step, err := acceptTOTP(totpSecret, totpCode, s.Now(), 0)
	if err != nil {
		return Member{}, fault.Wrap(err, fault.Invalid, "staff.totp_wrong")
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return Member{}, fmt.Errorf("reset account: %w", err)
	}
	return s.Store.UpdateMember(ctx, id, func(m *Member) error {
		m.PasswordHash, m.TOTPSecret, m.TOTPStep, m.Throttles = hash, totpSecret, step, nil
		return nil
	})
}
