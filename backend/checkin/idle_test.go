package checkin

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"lianxin/backend/calendar"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
)

// stop walks a new person to a step and stays there.
func (k *kiosk) stop(step Step, p identity.Person) Session {
	k.t.Helper()
	switch step {
	case StepIdentify:
		return k.start(lang.Chinese)
	case StepBooking:
		return k.card(p)
	case StepGate, StepDeferred:
		if step == StepDeferred {
			k.holds(p, nil, policy.Deferral{RuleID: "no-such-rule", Until: today.AddDays(30)})
		}
		k.card(p)
		return k.choose(step, blood400)
	case StepQuestionnaire:
		return k.toQuestions(p)
	case StepConsent:
		return k.toConsent(p)
	case StepExclusion:
		return k.sign(k.toConsent(p))
	case StepRepeat:
		k.finish(p, "use")
		k.start(lang.Chinese)
		s, err := k.service.IdentifyCard(k.t.Context(), p)
		return k.at(StepRepeat, s, err)
	}
	return k.finish(p, "discard")
}

var steps = []Step{StepIdentify, StepBooking, StepRepeat, StepGate, StepDeferred, StepQuestionnaire, StepConsent, StepExclusion, StepDone}

func TestWhoWalksAwayIsWiped(t *testing.T) {
	for _, step := range steps {
		t.Run(string(step), func(t *testing.T) {
			k := newKiosk(t)
			s := k.stop(step, k.guest("测试甲乙", "1990-03-04", "902"))
			left := s.ExpiresAt.Sub(k.clock.Now())
			if left != idle[step] || s.IdleSeconds != int(left.Seconds()) || s.WarnSeconds >= s.IdleSeconds {
				t.Fatalf("%s left, idle %d s, warn %d s", left, s.IdleSeconds, s.WarnSeconds)
			}
			k.clock.advance(left - time.Millisecond)
			if k.service.Tick() {
				t.Fatal("wiped too early")
			}
			s, err := k.service.Touch(t.Context())
			k.at(step, s, err)
			k.clock.advance(left - time.Millisecond)
			s, err = k.service.Current(t.Context())
			if k.at(step, s, err); s.ExpiresAt.Sub(k.clock.Now()) != time.Millisecond {
				t.Error("looking at the session gives more time")
			}
			k.clock.advance(time.Millisecond)
			if !k.service.Tick() || k.service.Tick() {
				t.Fatal("not wiped, or twice")
			}
			k.empty()
			_, err = k.service.Touch(t.Context())
			k.refused("checkin.no_session", err)
		})
	}
}

func TestEndForgetsEverythingAtEveryStep(t *testing.T) {
	for _, step := range steps {
		t.Run(string(step), func(t *testing.T) {
			k := newKiosk(t)
			k.stop(step, k.guest("测试甲乙", "1990-03-04", "902"))
			k.must(k.service.End(t.Context()))
			k.service.Wait()
			k.empty()
			k.must(k.service.End(t.Context()))
			if got := k.service.Step(); got != "" {
				t.Errorf("at step %q without a session", got)
			}
		})
	}
}

// What is on the disk is not kept in memory for the seconds the ticket is shown.
func TestTheTicketNeedsNoAnswers(t *testing.T) {
	for _, step := range []Step{StepDone, StepRepeat} {
		k := newKiosk(t)
		k.stop(step, k.guest("测试甲乙", "1990-03-04", "902"))
		c := k.service.current
		if c.form != nil || c.pass != nil || len(c.consent.Strokes) != 0 || c.recorded.visit.Screening != nil {
			t.Errorf("at %s the answers are still there", step)
		}
	}
}

// empty walks everything reachable from the service, private fields too, and
// fails on anything of a person.
func (k *kiosk) empty() {
	k.t.Helper()
	k.service.deps = Deps{} // the store may know people; that is what it is for
	var texts []string
	collect(reflect.ValueOf(k.service).Elem(), &texts, map[uintptr]bool{})
	all := strings.Join(texts, "\x00")
	k.search("the service", all)
	for _, secret := range []string{"well-today", "within_4h", "discard", "device-1"} {
		if strings.Contains(all, secret) {
			k.t.Errorf("the service still holds %q", secret)
		}
	}
}

func collect(v reflect.Value, texts *[]string, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Kind() == reflect.Pointer && seen[v.Pointer()] {
			return
		}
		if v.Kind() == reflect.Pointer {
			seen[v.Pointer()] = true
		}
		collect(v.Elem(), texts, seen)
	case reflect.Struct:
		for i := range v.NumField() {
			collect(v.Field(i), texts, seen)
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			*texts = append(*texts, string(v.Bytes()))
			return
		}
		for i := range v.Len() {
			collect(v.Index(i), texts, seen)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			collect(key, texts, seen)
			collect(v.MapIndex(key), texts, seen)
		}
	case reflect.String:
		*texts = append(*texts, v.String())
	}
}

// TestTheSearchFindsWhatIsThere keeps the test above honest.
func TestTheSearchFindsWhatIsThere(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.toConsent(p)
	var texts []string
	collect(reflect.ValueOf(k.service.current).Elem(), &texts, map[uintptr]bool{})
	all := strings.Join(texts, "\x00")
	for _, want := range []string{p.Name, p.Document.Number, "within_4h"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is in the session and was not found", want)
		}
	}
}

// A clock put right by a year neither wipes nor keeps: idle time is counted by
// the monotonic clock, which a time carries beside the wall clock.
func TestAJumpingWallClock(t *testing.T) {
	for name, jump := range map[string]time.Duration{"a year ahead": 365 * 24 * time.Hour, "a year back": -365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			real := time.Now()
			k.clock.set(real)
			k.start(lang.Chinese)
			k.clock.set(wall(real.Add(30*time.Second), jump))
			if k.service.Tick() {
				t.Fatal("wiped by the jump")
			}
			s, err := k.service.Current(t.Context())
			if k.at(StepIdentify, s, err); !s.ExpiresAt.Equal(k.clock.Now().Add(30 * time.Second)) {
				t.Errorf("the page would count to %s, it is %s", s.ExpiresAt, k.clock.Now())
			}
			k.clock.set(wall(real.Add(60*time.Second), jump))
			if !k.service.Tick() {
				t.Error("kept by the jump")
			}
		})
	}
}

// wall moves the wall clock of a time and leaves its monotonic reading, as the
// system does when the clock is set. The layout is that of package time: the
// seconds of the wall clock stand above 30 bits of nanoseconds.
func wall(t time.Time, by time.Duration) time.Time {
	word := (*uint64)(unsafe.Pointer(&t))
	*word += uint64(int64(by/time.Second)) << 30
	return t
}

func TestMovingTheWallClockWorksAsMeant(t *testing.T) {
	now := time.Now()
	moved := wall(now, time.Hour)
	if moved.Sub(now) != 0 || moved.Round(0).Sub(now.Round(0)) != time.Hour {
		t.Fatalf("moved by %s, on the wall by %s", moved.Sub(now), moved.Round(0).Sub(now.Round(0)))
	}
}

// Midnight passes, or the clock is put right: what was decided for another day
// does not count, what the person answered by hand does.
func TestTheDayChangesDuringASession(t *testing.T) {
	for _, step := range []Step{StepBooking, StepGate, StepDeferred, StepQuestionnaire, StepConsent, StepExclusion} {
		t.Run(string(step), func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("测试甲乙", "1990-03-04", "902")
			k.clock.set(time.Date(2026, 11, 23, 23, 59, 30, 0, calendar.Beijing))
			k.books(p, nil)
			k.stop(step, p)
			k.clock.advance(31 * time.Second)
			_, err := k.service.Exclude(t.Context(), "use")
			k.refused("checkin.other_step", err)
			s, err := k.service.Current(t.Context())
			s = k.at(StepBooking, s, err)
			if s.Chosen != nil || len(s.Bookings) != 0 || len(k.visitsToday()) != 0 {
				t.Errorf("on the new day: %s, %d visits", k.json(s), len(k.visitsToday()))
			}
			if step == StepDeferred {
				return
			}
			k.choose(StepGate, blood400)
			s, err = k.service.Continue(t.Context())
			s = k.at(StepQuestionnaire, s, err)
			if all := s.Questionnaire.Answered == len(s.Questionnaire.Items); all != (step == StepConsent || step == StepExclusion) {
				t.Errorf("%d of %d answers are left", s.Questionnaire.Answered, len(s.Questionnaire.Items))
			}
		})
	}
}

func TestAPassDoesNotOutliveItsDay(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.answered(p, ten)
	k.clock.set(time.Date(2026, 11, 23, 23, 59, 0, 0, calendar.Beijing))
	k.card(p)
	k.choose(StepGate, blood400)
	s, err := k.service.Continue(t.Context())
	k.at(StepConsent, s, err)
	k.clock.advance(time.Minute)
	s, err = k.service.Touch(t.Context())
	k.at(StepBooking, s, err)
	k.choose(StepGate, blood400)
	s, err = k.service.Continue(t.Context())
	if s = k.at(StepQuestionnaire, s, err); s.Questionnaire.Answered != 0 || s.Questionnaire.FromPass {
		t.Errorf("%d answers of yesterday count today", s.Questionnaire.Answered)
	}
}

// The ticket is on the disk; midnight takes it from nobody's screen.
func TestATicketStaysOnTheScreenOverMidnight(t *testing.T) {
	k := newKiosk(t)
	k.clock.set(time.Date(2026, 11, 23, 23, 59, 50, 0, calendar.Beijing))
	k.finish(k.guest("测试甲乙", "1990-03-04", "902"), "use")
	k.clock.advance(20 * time.Second)
	s, err := k.service.Touch(t.Context())
	if s = k.at(StepDone, s, err); s.Done.Ticket != "A001" {
		t.Errorf("done %+v", s.Done)
	}
}

// The kiosk decides by the center's clock, and keeps its own as it said it.
func TestADeviceClockYearsOff(t *testing.T) {
	k := newKiosk(t)
	k.clock.set(time.Date(2001, 1, 1, 8, 0, 0, 0, calendar.Beijing))
	k.clock.offset = ten.Sub(k.clock.Now())
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.books(p, nil)
	if s := k.card(p); !s.Bookings[0].Usable {
		t.Errorf("booking %+v", s.Bookings[0])
	}
	k.choose(StepGate, blood400)
	s, err := k.service.Continue(t.Context())
	k.answerAll(k.at(StepQuestionnaire, s, err))
	s, err = k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	all, err := k.store.VisitsAt(t.Context(), here, today)
	k.must(err)
	if len(all) != 1 || !all[0].At.Equal(k.clock.Now()) || all[0].ClockOffset != k.clock.offset {
		t.Errorf("recorded %+v", all)
	}
}

func TestASessionIsTheSameAfterTheyLook(t *testing.T) {
	k := newKiosk(t)
	s := k.toConsent(k.guest("测试甲乙", "1990-03-04", "902"))
	again, err := k.service.Current(t.Context())
	if k.at(StepConsent, again, err); k.json(s) != k.json(again) {
		t.Error("a reloaded page would see something else")
	}
	if !json.Valid([]byte(k.json(s))) {
		t.Error("no JSON")
	}
}
