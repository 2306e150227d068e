package center

import (
	"context"
	"errors"
	"maps"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/lang"
	"lianxin/backend/redemption"
	"lianxin/backend/staff"
	"lianxin/backend/textmessage"
)

// ringing is a driver that several instances use at once. It counts how often it was given each
// message; before, when there is one, may refuse it.
type ringing struct {
	mu     gosync.Mutex
	given  map[string]int // by the message's ID
	last   map[string]textmessage.Message
	before func(m textmessage.Message) error
}

// Send implements textmessage.Driver.
func (r *ringing) Send(_ context.Context, m textmessage.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.before != nil {
		if err := r.before(m); err != nil {
			return err
		}
	}
	r.given[m.ID]++
	r.last[m.ID] = m
	return nil
}

// vouchers are a bench's vouchers, which all end on one day.
type vouchers struct {
	*bench
	phones    *ringing
	instances []*Center
	ids       []string
	ends      calendar.Date
}

// newVouchers makes a voucher for each phone, "" for somebody without one. The languages take turns, Chinese first.
func newVouchers(t *testing.T, b *bench, phones ...string) *vouchers {
	t.Helper()
	v := &vouchers{bench: b, phones: &ringing{given: map[string]int{}, last: map[string]textmessage.Message{}}, instances: []*Center{b.Center, b.open()}}
	for _, c := range v.instances {
		c.config.Messages = v.phones
	}
	g, people := b.shop("site-1", len(phones)), b.rich(len(phones), 100)
	for i, d := range people {
		d.Phone = phones[i]
		if err := b.store.SaveDonor(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		ask := redemption.Ask{ID: b.config.NewID(), DonorID: d.ID, GiftID: g.ID, SiteID: "site-1", Points: g.Points, Lang: []lang.Tag{lang.Chinese, lang.English}[i%2]}
		if _, err := b.redeeming().Hold(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
		step, err := b.redeeming().Confirm(t.Context(), ask.ID, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		v.ids, v.ends = append(v.ids, ask.ID), step.Redemption.PickUpUntil
	}
	return v
}

// at lets time go by until an hour of a day so long before the end, and every instance look at once, twice.
func (v *vouchers) at(before, hour int) {
	v.t.Helper()
	v.pass(v.ends.AddDays(-before).Begins().Add(time.Duration(hour) * time.Hour).Sub(v.clock()))
	for range 2 {
		var looking gosync.WaitGroup
		for _, c := range v.instances {
			looking.Go(func() {
				if err := c.remindOwners(v.t.Context()); err != nil {
					v.t.Error(err)
				}
			})
		}
		looking.Wait()
	}
}

// were fails unless so many messages were given to the phones so often, as "PLACE-ends-DAYS": times.
func (v *vouchers) were(when string, want map[string]int) {
	v.t.Helper()
	whole := map[string]int{}
	for id, n := range want {
		whole[v.ids[id[0]-'0']+id[1:]] = n
	}
	if !maps.Equal(v.phones.given, whole) {
		v.t.Errorf("%s: %v, want %v", when, v.phones.given, whole)
	}
}

// Whoever has a phone and a voucher they do not use is told once for each mark, by whatever number of
// instances, by day, in the language of the voucher; the log and the audit log say that, and not whom or what.
func TestOwnersAreRemindedBeforeAVoucherEnds(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		v := newVouchers(t, b, "19900000001", "19900000002", "", "19900000004")
		v.at(15, 12)
		v.were("a day too early", nil)
		v.at(14, remindFrom-1)
		v.were("before phones may ring", nil)
		v.at(14, remindFrom)
		first := map[string]int{"0-ends-14": 1, "1-ends-14": 1, "3-ends-14": 1}
		v.were("two weeks before", first)
		zh, en := v.phones.last[v.ids[0]+"-ends-14"], v.phones.last[v.ids[1]+"-ends-14"]
		if zh.To != "19900000001" || zh.Language != lang.Chinese || !strings.Contains(zh.Text, "请带证件和兑换券") || zh.Template != textmessage.VoucherEnds ||
			zh.Params["until"] != v.ends.String() || !zh.Expires.Equal(v.ends.AddDays(1).Begins()) {
			t.Errorf("%+v %q %v", zh, zh.Text, zh.Params)
		}
		if en.To != "19900000002" || en.Language != lang.English || !strings.Contains(en.Text, "bring your document") {
			t.Errorf("%+v %q", en, en.Text)
		}
		if m := b.metrics(); !strings.Contains(m, `lianxin_point_job_changed{job="reminder"} 3`) {
			t.Error("/metrics does not tell of it")
		}
		again := b.open() // started anew
		again.config.Messages = v.phones
		v.instances = append(v.instances, again)
		v.at(13, 12)
		v.were("the day after, and after a restart", first)
		number, err := b.store.Voucher(t.Context(), v.ids[3])
		if err != nil {
			t.Fatal(err)
		}
		by := api.Caller{StaffID: "lin", Role: string(staff.Reception), Sites: []string{"site-1"}}
		if _, err := b.HandOver(t.Context(), api.HandOver{Text: number.Code.Text(), SiteID: "site-1"}, by); err != nil {
			t.Fatal(err)
		}
		v.at(3, remindUntil)
		v.were("too late in the evening", first)
		v.at(2, 12) // made up for, once
		both := maps.Clone(first)
		both["0-ends-3"], both["1-ends-3"] = 1, 1
		v.were("three days before, told late; who had it handed over is told nothing", both)
		v.at(0, 12)
		v.at(-1, 12)
		v.were("on the last day and after it", both)
		for _, said := range []string{"19900000001", "带证件", "bring your document", zh.Params["gift"]} {
			if strings.Contains(b.log.String(), said) {
				t.Errorf("the log says %q", said)
			}
		}
	})
}

// An instance that dies after a message was taken over and before that is written down sends it again under
// the same ID, which a driver sends once; what was told before is not told again. Who is told with any of their files.
func TestRemindersGoOnAfterAnInstanceDied(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		v := newVouchers(t, b, "19900000001", "19900000002")
		v.pass(v.ends.AddDays(-14).Begins().Add(12 * time.Hour).Sub(v.clock()))
		dies, cut := context.WithCancel(t.Context())
		defer cut()
		taken := 0
		v.phones.before = func(textmessage.Message) error {
			if taken++; taken == 2 {
				cut()
			}
			return nil
		}
		if err := v.remindOwners(dies); err == nil {
			t.Fatal("nothing was cut short")
		}
		v.were("when it died", map[string]int{"0-ends-14": 1, "1-ends-14": 1})
		other := v.instances[1]
		if err := other.remindOwners(t.Context()); err != nil || taken != 2 {
			t.Fatalf("taken over from an instance at work: %d, %v", taken, err)
		}
		v.pass(reminderLease)
		if err := other.remindOwners(t.Context()); err != nil {
			t.Fatal(err)
		}
		if taken != 3 {
			t.Errorf("%d messages, want the one that was not written down once more: %v", taken, v.phones.given)
		}
	})
}

// A phone that is refused keeps no other from being told, and is tried again later; nothing is tried while the driver takes nothing.
func TestAReminderThatIsNotTaken(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		many := make([]string, reminderPart+1)
		for i := range many {
			many[i] = "199000001" + string(rune('0'+i/10)) + string(rune('0'+i%10))
		}
		v := newVouchers(t, b, many...)
		v.pass(v.ends.AddDays(-14).Begins().Add(remindFrom * time.Hour).Sub(v.clock()))
		tried := map[string]int{}
		refuse := func(whom func(to string) bool) {
			v.phones.before = func(m textmessage.Message) error {
				if tried[m.To]++; whom(m.To) {
					return errors.New("no: " + m.To)
				}
				return nil
			}
		}
		look := func() {
			t.Helper()
			for _, c := range v.instances {
				if err := c.remindOwners(t.Context()); err != nil && !errors.Is(err, errNotTaken) {
					t.Error(err)
				}
			}
		}
		refuse(func(string) bool { return true })
		look()
		look()
		if len(tried) != reminderPart || len(v.phones.given) != 0 {
			t.Errorf("a driver that takes nothing was tried for %d phones", len(tried))
		}
		refuse(func(to string) bool { return to == many[0] })
		v.pass(reminderPause)
		look() // the one behind the first part, and that was the round
		v.pass(reminderPause)
		look() // a round for all who were not told
		v.pass(reminderPause)
		look()
		if len(v.phones.given) != len(many)-1 || tried[many[0]] != 3 || tried[many[1]] != 2 {
			t.Errorf("told %d of %d, tried %v", len(v.phones.given), len(many), tried)
		}
		for id, n := range v.phones.given {
			if n != 1 {
				t.Errorf("%s: %d times", id, n)
			}
		}
		if strings.Contains(b.log.String(), many[0]) {
			t.Error("the log has the phone")
		}
	})
}

func TestAPersonsPhoneIsInAnyFile(t *testing.T) {
	if got := phoneOf([]donor.Donor{{ID: "a"}, {ID: "b", Phone: "1"}, {ID: "c", Phone: "2"}}); got != "1" {
		t.Errorf("%q", got)
	}
}
