package checkin

import (
	"encoding/json"
	"testing"

	"lianxin/backend/correction"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// shown lays a card down and lets the center answer as err says.
func (k *kiosk) shown(v vault, err error) Session {
	k.t.Helper()
	_, started := k.service.IdentifyCard(k.t.Context(), k.guest("测试甲", "1990-05-05", "901"))
	k.must(started)
	<-v.asked
	v.answer <- err
	<-k.paper.changed
	return k.current()
}

func (k *kiosk) corrections() []correction.Request {
	k.t.Helper()
	all, err := k.store.PendingOperations(k.t.Context(), 0, 100)
	k.must(err)
	var found []correction.Request
	for _, op := range all {
		if op.Kind != outbox.CorrectionAsked {
			continue
		}
		var r correction.Request
		k.must(json.Unmarshal(op.Payload, &r))
		found = append(found, r)
	}
	return found
}

func TestADonorSaysWhatIsNotRight(t *testing.T) {
	k, v := atVault(t)
	_, err := k.service.AskCorrection(t.Context(), CorrectionAsked{Subject: correction.Missing})
	k.refused("checkin.other_step", err)
	k.shown(v, nil)
	for _, c := range []struct {
		in   CorrectionAsked
		want string
	}{
		{CorrectionAsked{Subject: correction.Amount, DonationID: "donation-9"}, "correction.unknown_donation"},
		{CorrectionAsked{Subject: correction.Missing, About: today.AddDays(1)}, "correction.future"},
		{CorrectionAsked{Subject: correction.Amount}, "correction.malformed"},
	} {
		_, err := k.service.AskCorrection(t.Context(), c.in)
		k.refused(c.want, err)
	}
	if n := len(k.corrections()); n != 0 {
		t.Fatalf("%d refused requests are recorded", n)
	}

	_, err = k.service.AskCorrection(t.Context(), CorrectionAsked{Subject: correction.Day, DonationID: "donation-1"})
	k.must(err)
	s, err := k.service.AskCorrection(t.Context(), CorrectionAsked{Subject: correction.Missing, About: today.AddDays(-400)})
	k.must(err)
	told := s.Account.Account.Corrections
	if len(told) != 2 || told[0].Subject != correction.Missing || told[0].State != correction.Open || told[1].DonationID != "donation-1" || told[0].On != today {
		t.Errorf("shown %+v", told)
	}
	made := k.corrections()
	if len(made) != 2 || made[0].Subject != correction.Day || made[0].DonorKey == "" || made[0].Person != nil || made[1].About != today.AddDays(-400) {
		t.Errorf("recorded %+v", made)
	}
}

// Who is not on file at all says so too, and with their name: staff would not know
// whom to look for.
func TestAStrangerSaysThatDonationsAreMissing(t *testing.T) {
	k, v := atVault(t)
	s := k.shown(v, fault.New(fault.NotFound, "account.not_found"))
	if s.Account.Asked {
		t.Error("asked before they did")
	}
	s, err := k.service.AskCorrection(t.Context(), CorrectionAsked{Subject: correction.Missing})
	k.must(err)
	if made := k.corrections(); !s.Account.Asked || len(made) != 1 || made[0].Person == nil || made[0].Person.Name != "测试甲" {
		t.Errorf("%+v, recorded %+v", s.Account, made)
	}

	k, v = atVault(t)
	k.shown(v, fault.New(fault.Unavailable, "account.offline"))
	_, err = k.service.AskCorrection(t.Context(), CorrectionAsked{Subject: correction.Missing})
	k.refused("checkin.other_step", err)
}
