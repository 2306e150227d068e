package checkin

import (
	"context"
	"strings"
	"testing"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
)

// vault is a center that answers when the test lets it.
type vault struct {
	asked  chan string
	answer chan error
	given  []account.Donation
}

// Account implements Accounts.
func (v vault) Account(ctx context.Context, donorKey string) (account.Account, error) {
	v.asked <- donorKey
	select {
	case err := <-v.answer:
		given := v.given
		if given == nil {
			given = []account.Donation{{ID: "donation-1"}}
		}
		return account.Account{WholeBloodML: 400, AsOf: today, Donations: given,
			Next: []policy.Option{{Product: donation.WholeBlood, EarliestOn: calendar.MustParse("2027-05-22")}, {Product: donation.Apheresis, Allowed: true, EarliestOn: today}}}, err
	case <-ctx.Done():
		return account.Account{}, ctx.Err()
	}
}

// atVault is a kiosk at which somebody wants to see what is theirs.
func atVault(t *testing.T) (*kiosk, vault) {
	k, v := newKiosk(t), vault{asked: make(chan string, 1), answer: make(chan error)}
	deps := k.deps()
	deps.Accounts = v
	k.service = New(deps)
	s, err := k.service.Start(t.Context(), lang.Chinese, AimAccount)
	if s = k.at(StepIdentify, s, err); s.Aim != AimAccount {
		t.Errorf("aim %q", s.Aim)
	}
	return k, v
}

func (k *kiosk) current() Session {
	k.t.Helper()
	s, err := k.service.Current(k.t.Context())
	return k.at(StepAccount, s, err)
}

func TestAnAccountIsShownAfterACardOnly(t *testing.T) {
	k, v := atVault(t)
	p := k.guest("测试甲", "1990-05-05", "901")
	_, err := k.service.IdentifyTyped(t.Context(), TypedIdentity{Kind: p.Document.Kind, Number: p.Document.Number})
	k.refused("account.card_only", err)
	_, err = k.service.IdentifyCode(t.Context(), "anything")
	k.refused("account.card_only", err)

	s, err := k.service.IdentifyCard(t.Context(), p)
	if s = k.at(StepAccount, s, err); s.Account.State != "asking" || s.Account.Account != nil {
		t.Errorf("while the center is asked: %+v", s.Account)
	}
	if key := <-v.asked; key != k.key(p.Document) {
		t.Errorf("asked for %q", key)
	}
	k.clock.advance(80 * time.Second)
	v.answer <- nil
	<-k.paper.changed
	if s := k.current(); s.Account.State != "shown" || s.Account.Account.WholeBloodML != 400 || s.Donor.NameMasked == "" {
		t.Errorf("shown %+v", s.Account)
	}
	k.clock.advance(80 * time.Second) // reading begins when there is something to read
	k.current()
	k.clock.advance(20 * time.Second)
	if _, err := k.service.Current(t.Context()); fault.CodeOf(err) != "checkin.no_session" {
		t.Errorf("left open: %v", err)
	}
}

func TestAnAccountThatCannotBeHadIsAskedForAgain(t *testing.T) {
	k, v := atVault(t)
	_, err := k.service.IdentifyCard(t.Context(), k.guest("测试甲", "1990-05-05", "901"))
	k.must(err)
	<-v.asked
	v.answer <- fault.New(fault.Unavailable, "account.offline")
	<-k.paper.changed
	if s := k.current(); s.Account.State != "failed" || s.Account.Code != "account.offline" {
		t.Errorf("%+v", s.Account)
	}
	for range 2 { // a second tap asks no second time
		s, err := k.service.Continue(t.Context())
		if s = k.at(StepAccount, s, err); s.Account.State != "asking" {
			t.Errorf("%+v", s.Account)
		}
	}
	<-v.asked
	v.answer <- nil
	<-k.paper.changed
	if s := k.current(); s.Account.State != "shown" {
		t.Errorf("%+v", s.Account)
	}
	select {
	case <-v.asked:
		t.Error("asked twice")
	default:
	}
}

// An answer that comes after the person has left is for nobody, and the next
// person does not wait for it.
func TestNothingIsKeptOfWhoLeft(t *testing.T) {
	k, v := atVault(t)
	_, err := k.service.IdentifyCard(t.Context(), k.guest("测试甲", "1990-05-05", "901"))
	k.must(err)
	<-v.asked
	k.must(k.service.End(t.Context()))
	k.start(lang.English)
	v.answer <- nil
	k.service.Wait()
	s, err := k.service.Current(t.Context())
	if s = k.at(StepIdentify, s, err); s.Account != nil || s.Aim != AimCheckIn {
		t.Errorf("%+v", s)
	}
}

// The days to come are there to take along, in the language of the page; what is
// possible today or never is not.
func TestDaysToComeAreTakenAlong(t *testing.T) {
	k, v := atVault(t)
	k.shown(v, nil)
	files := k.current().Account.Reminders
	if len(files) != 1 || files[0].Product != donation.WholeBlood || !strings.Contains(files[0].File, "DTSTART;VALUE=DATE:20270522") || !strings.Contains(files[0].File, "全血") {
		t.Errorf("%+v", files)
	}
	s, err := k.service.SetLanguage(t.Context(), lang.English)
	k.must(err)
	if !strings.Contains(s.Account.Reminders[0].File, "You may give blood again") {
		t.Error(s.Account.Reminders[0].File)
	}
}
