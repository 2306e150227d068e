package store_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
)

// A kiosk forgets what was pulled for days that are over, and nothing of its own.
func TestForgetPast(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s, ctx := open(t), t.Context()
			own, other := storetest.Visit(1), storetest.Visit(2)
			other.DeviceID, other.Screening = "another-kiosk", nil
			booked := storetest.Appointment(1)
			pass := storetest.Pass(1, storetest.At)
			for _, err := range []error{s.InsertVisit(ctx, own), s.SaveForeignVisit(ctx, other), s.SaveAppointment(ctx, booked), s.SavePass(ctx, pass)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			has := func(want bool) {
				t.Helper()
				_, visitErr := s.Visit(ctx, other.ID)
				_, bookingErr := s.Appointment(ctx, booked.ID)
				_, passErr := s.Pass(ctx, pass.ID)
				for what, err := range map[string]error{"visit.not_found": visitErr, "appointment.not_found": bookingErr, "pass.not_found": passErr} {
					if got := fault.CodeOf(err) != what; got != want {
						t.Errorf("%s: %v, want there: %v", what, err, want)
					}
				}
				if _, err := s.Visit(ctx, own.ID); err != nil {
					t.Errorf("the kiosk's own visit: %v", err)
				}
			}
			if err := s.ForgetPast(ctx, []string{"another", own.DeviceID}, storetest.Today); err != nil {
				t.Fatal(err)
			}
			has(true)
			if err := s.ForgetPast(ctx, []string{"another", own.DeviceID}, storetest.Today.AddDays(2)); err != nil {
				t.Fatal(err)
			}
			has(false)
		})
	}
}

// said is a kiosk with the operations of four people: the center has the first, has
// refused the second, which staff dealt with, and the third, which they did not, and
// has not heard the fourth; nor of a call for staff that comes last.
type said struct {
	*testing.T
	storetest.Subject
	ops []outbox.Operation
}

func newSaid(t *testing.T, s storetest.Subject) said {
	k := said{T: t, Subject: s}
	for n := 1; n <= 5; n++ {
		v, kind := storetest.Visit(n), outbox.VisitCheckedIn
		var payload any = v
		if n == 5 {
			kind, payload = outbox.StaffCallRaised, map[string]string{"id": storetest.Visit(4).ID}
		} else {
			k.must(s.InsertVisit(t.Context(), v))
			k.must(s.SaveReceipt(t.Context(), "paper-of-"+v.ID, v.ID, storetest.At, json.RawMessage(`{}`)))
		}
		op, err := outbox.New(storetest.Operation(t, n).ID, kind, storetest.At, payload)
		k.must(err)
		op, err = s.AppendOperation(t.Context(), op)
		k.must(err)
		k.ops = append(k.ops, op)
	}
	k.answer(outbox.Applied, 1)
	k.answer(outbox.Refused, 2, 3)
	k.must(s.SettleLetter(t.Context(), k.ops[1].ID, "1024", storetest.At))
	return k
}

func (k said) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func (k said) answer(fate outbox.Fate, places ...int) {
	k.Helper()
	for _, n := range places {
		k.must(k.RecordFates(k.Context(), []outbox.Answer{{ID: k.ops[n-1].ID, Seq: int64(n), Fate: fate}}))
	}
}

func (k said) forget(today, day calendar.Date) {
	k.Helper()
	k.must(k.ForgetOwn(k.Context(), today, day))
}

// kept names the places of which everything is there, and fails when one is half there.
func (k said) kept() string {
	k.Helper()
	ops, err := k.OperationsFrom(k.Context(), 1, 10)
	k.must(err)
	if len(ops) != len(k.ops) {
		k.Fatalf("%d operations are left", len(ops))
	}
	var all string
	for i, op := range ops {
		if string(op.Hash) != string(k.ops[i].Hash) || string(op.Prev) != string(k.ops[i].Prev) {
			k.Errorf("operation %d lost its place in the chain", op.Seq)
		}
		if op.Forgotten() == op.Verify() {
			k.Errorf("operation %d: forgotten is %v, verified is %v", op.Seq, op.Forgotten(), op.Verify())
		}
		left := 0
		if op.Kind == outbox.VisitCheckedIn {
			for _, cell := range []string{"visits WHERE id", "screenings WHERE visit_id", "self_exclusions WHERE visit_id", "receipts WHERE visit_id"} {
				var n int
				k.must(k.Raw.QueryRow("SELECT count(*) FROM " + cell + " = '" + storetest.Visit(i+1).ID + "'").Scan(&n))
				left += n
			}
			if left != 4 && left != 0 || (left == 0) != op.Forgotten() {
				k.Errorf("of visit %d there are %d parts, forgotten: %v", i+1, left, op.Forgotten())
			}
		}
		if !op.Forgotten() {
			all += string(rune('0' + op.Seq))
		}
	}
	return all
}

// What somebody said at a kiosk goes when the center has had it for the period, or
// staff dealt with it that long ago; what is owed to anybody stays.
func TestForgetOwn(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			k, first := newSaid(t, open(t)), storetest.Today
			want := func(what, places string) {
				t.Helper()
				if got := k.kept(); got != places {
					t.Errorf("%s: %q is kept, want %q", what, got, places)
				}
			}
			k.forget(first, first.AddDays(-90))
			k.forget(first.AddDays(90), first)
			want("the period is not over", "12345")
			k.answer(outbox.Applied, 5)
			k.forget(first.AddDays(91), first.AddDays(1))
			want("applied and dealt with", "345")
			k.answer(outbox.Applied, 4) // made as long ago, and delivered only now
			k.forget(first.AddDays(181), first.AddDays(91))
			want("each by the day it was accounted for", "345")
			k.forget(first.AddDays(182), first.AddDays(92))
			want("the call", "34")

			// A center that came back from a backup asks again, for the first as well: the
			// period of what it takes now begins anew.
			k.must(k.ReopenOperations(t.Context(), 1))
			k.forget(first.AddDays(400), first.AddDays(310))
			want("waiting again", "34")
			k.answer(outbox.Applied, 4)
			k.forget(first.AddDays(400), first.AddDays(310))
			want("accounted for anew", "34")
			k.forget(first.AddDays(491), first.AddDays(401))
			want("over at last", "3")
			if letters, err := k.DeadLetters(t.Context(), 9); err != nil || len(letters) != 0 {
				t.Errorf("%v, %v", letters, err) // the third waits to be sent again
			}
		})
	}
}

// One operation that cannot be read keeps only itself.
func TestForgetOwnGoesOnPastDamage(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			k := newSaid(t, open(t))
			k.answer(outbox.Applied, 3, 4, 5)
			if _, err := k.Raw.Exec("UPDATE operations SET sealed = substr(sealed, 1, 40) WHERE seq = 2"); err != nil {
				t.Fatal(err)
			}
			k.forget(storetest.Today, storetest.Today)
			err := k.ForgetOwn(t.Context(), storetest.Today.AddDays(1), storetest.Today.AddDays(1))
			if err == nil || !strings.Contains(err.Error(), "operation 2") {
				t.Errorf("%v", err)
			}
			var left string
			if err := k.Raw.QueryRow("SELECT seq FROM operations WHERE length(sealed) > 0").Scan(&left); err != nil || left != "2" {
				t.Errorf("%q is left, %v", left, err)
			}
		})
	}
}
