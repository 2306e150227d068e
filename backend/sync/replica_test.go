package sync_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/site"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// agree checks that both ends say the same of every operation, and have the same
// visits and sites.
func agree(t testing.TB, k *kiosk, c *center) {
	t.Helper()
	ctx := context.Background()
	if sum := k.count(t, outbox.Applied, outbox.AlreadyApplied, outbox.Refused, outbox.Parked, outbox.Pending); sum != k.made {
		t.Errorf("%d operations were made and %d are counted", k.made, sum)
	}
	ops, err := k.OperationsFrom(ctx, 1, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	ids, visits := []string{}, []string{}
	for _, op := range ops {
		ids = append(ids, op.ID)
		if op.Kind == outbox.VisitCheckedIn {
			visits = append(visits, fmt.Sprintf("visit-%06d", op.Seq))
		}
	}
	known, err := c.AppliedOperations(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "operations the center knows", len(known), k.made)
	tally := map[outbox.Fate]int{}
	for _, a := range known {
		tally[a.Fate]++
	}
	equal(t, "applied on both sides", k.count(t, outbox.Applied, outbox.AlreadyApplied), tally[outbox.Applied])
	equal(t, "refused on both sides", k.count(t, outbox.Refused), tally[outbox.Refused])
	equal(t, "parked on both sides", k.count(t, outbox.Parked), tally[outbox.Parked])
	equal(t, "visits at the center", c.visits(t), visits)
	here, err := k.Sites(ctx)
	if err != nil {
		t.Fatal(err)
	}
	there, err := c.Sites(ctx)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "sites", here, there)
}

// Whatever the line does, nothing is lost and nothing is done twice; when it is
// good again both ends agree.
func TestBothEndsAgreeWhateverTheLineDoes(t *testing.T) {
	for name, value := range map[string]string{"rapid.checks": "25", "rapid.nofailfile": "true"} { // a failure prints its seed
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		c := sqliteCenter(t)
		k := newKiosk(t, c)
		changed := 0
		actions := rapid.SliceOfN(rapid.IntRange(0, 7), 5, 40).Draw(r, "actions")
		k.line.next = func() mishap { return mishap(rapid.IntRange(0, int(mishaps)-1).Draw(r, "mishap")) }
		for _, action := range actions {
			switch action {
			case 0, 1:
				k.checkIn(t)
			case 2:
				k.make(t, refusing)
			case 3:
				k.make(t, unknown)
			case 4:
				changed++
				c.saveSite(t, storetest.Site, fmt.Sprintf("site-%d", changed%4), fmt.Sprint(changed))
			case 5:
				_ = k.replica.PullOnce(t.Context()) // fails as often as the line does
			case 6:
				_ = k.replica.PushAll(t.Context())
			case 7:
				k.restart(t, "1.0")
			}
			if sum := k.count(t, outbox.Applied, outbox.AlreadyApplied, outbox.Refused, outbox.Parked, outbox.Pending); sum != k.made {
				r.Fatalf("%d operations were made and %d are counted", k.made, sum)
			}
		}
		k.line.next = func() mishap { return none }
		k.drain(t)
		k.pullAll(t)
		agree(t, k, c)
		if t.Failed() {
			r.Fatal("the two ends do not agree")
		}
	})
}

func TestSixtyDaysWithoutALine(t *testing.T) {
	const days, aDay = 60, 20
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	err := k.InTx(t.Context(), func(ctx context.Context) error {
		for n := range days * aDay {
			v := storetest.Visit(n)
			v.Day, v.At = storetest.Today.AddDays(n/aDay), storetest.At.AddDate(0, 0, n/aDay).Add(time.Duration(n)*time.Second)
			k.made++
			if _, err := k.visits.CheckIn(ctx, v, "A"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	k.line.next = func() mishap { return requestLost }
	for range 3 {
		if err := k.replica.PushAll(t.Context()); err == nil {
			t.Error("a dead line works")
		}
	}
	equal(t, "waiting", k.count(t, outbox.Pending), days*aDay)
	k.line.next = func() mishap { return none }
	k.drain(t)
	equal(t, "applied", k.count(t, outbox.Applied), days*aDay)
	for day := range days {
		came, err := c.ListVisits(t.Context(), storetest.Site, storetest.Today.AddDays(day))
		if err != nil || len(came) != aDay {
			t.Fatalf("day %d: %d visits, %v", day, len(came), err)
		}
	}
	if n := len(k.line.pushed); n < days*aDay/sync.BatchSize || n > 30 {
		t.Errorf("%d pushes", n)
	}
	equal(t, "the device says what is left", k.line.pushed[0].Pending, int64(days*aDay))
}

// Long signatures make large operations: a push stays under what a center takes, and small
// until the line and the center have shown to be quick.
func TestPushIsBoundedByBytes(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	large, err := json.Marshal(string(make([]byte, 20_000))) // six bytes each in JSON
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		k.made++
		op := of(t, unknown, k.made)
		op.Payload = large
		if _, err := k.AppendOperation(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	var elapsed, journey time.Duration
	k.replica.Clock.Elapsed = func() time.Duration { return elapsed }
	exchanges := 0
	k.line.next = func() mishap {
		switch exchanges++; exchanges {
		case 4: // it was quick so far
			return requestLost
		case 7:
			journey = 10 * time.Second
		}
		elapsed += journey
		return none
	}
	if err := k.replica.PushAll(t.Context()); err == nil {
		t.Error("a lost push is none")
	}
	k.drain(t)
	equal(t, "parked", k.count(t, outbox.Parked), 100)
	var sizes []int // of those that arrived, in half megabytes
	for _, in := range k.line.pushed {
		text, err := json.Marshal(in)
		if err != nil || len(text) > sync.MostBytes {
			t.Errorf("a push of %d bytes, %v", len(text), err)
		}
		sizes = append(sizes, (len(text)+sync.BatchBytes-1)/sync.BatchBytes)
	}
	// Twice as large each time, after the second that was read ahead with the first, until
	// one is lost; then small again, and after a slow one at once.
	equal(t, "sizes", fmt.Sprint(sizes[:min(len(sizes), 7)]), "[1 1 2 1 1 2 1]")
}

// A center that answers strangely must not make the device send the same thing
// over and over without a pause.
func TestStrangeAnswersEndTheTurn(t *testing.T) {
	ops := checkIns(t, 3)
	for name, c := range map[string]struct {
		answer sync.PushResponse
		want   string
	}{
		"nothing at all":                     {sync.PushResponse{}, "sync.no_answer"},
		"asks for what it was just sent":     {sync.PushResponse{ResendFrom: 1}, "sync.no_answer"},
		"asks for what was never made":       {sync.PushResponse{ResendFrom: 9}, "sync.operations_missing"},
		"asks for what the device lost":      {sync.PushResponse{ResendFrom: -1}, "sync.operations_missing"},
		"answers for somebody else":          {sync.PushResponse{Answers: []outbox.Answer{{ID: "x", Seq: 1, Fate: outbox.Applied}}}, "internal"},
		"answers for a place that is not it": {sync.PushResponse{Answers: []outbox.Answer{{ID: ops[0].ID, Seq: 2, Fate: outbox.Applied}}}, "internal"},
	} {
		k := newKiosk(t, sqliteCenter(t))
		for range 3 {
			k.checkIn(t)
		}
		pushes := 0
		k.replica.Center = answering(func(sync.PushRequest) (sync.PushResponse, error) {
			if pushes++; pushes > 5 {
				t.Fatalf("%s: the device goes on and on", name)
			}
			return c.answer, nil
		})
		if err := k.replica.PushAll(t.Context()); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		equal(t, name+": still waiting", k.count(t, outbox.Pending), 3)
	}
}

// answering is a center that answers pushes as it likes.
type answering func(in sync.PushRequest) (sync.PushResponse, error)

func (a answering) Push(_ context.Context, in sync.PushRequest) (sync.PushResponse, error) {
	return a(in)
}
func (a answering) Pull(context.Context, string, time.Duration) (sync.PullResponse, error) {
	return sync.PullResponse{}, errLine
}

func TestPullIsTakenOverWholeOrNotAtAll(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	c.saveSite(t, storetest.Site, "a", "1")
	c.saveSite(t, storetest.Site, "b", "1")
	broken := errors.New("test failure")
	k.replica.Absorbers[sync.Site] = func(ctx context.Context, change sync.Change) error {
		return errors.Join(k.absorbSite(ctx, change), map[string]error{"b": broken}[change.ID])
	}
	if err := k.replica.PullOnce(t.Context()); !errors.Is(err, broken) {
		t.Fatalf("%v", err)
	}
	sites, err := k.Sites(t.Context())
	equal(t, "sites of a failed page", []any{sites, err, k.replica.Status().Progress.Cursor}, []any{[]site.Site{}, nil, ""})
	k.replica.Absorbers[sync.Site] = k.absorbSite
	k.pullAll(t)
	sites, err = k.Sites(t.Context())
	equal(t, "sites", []any{len(sites), err}, []any{2, nil})
	equal(t, "operations written by a pull", k.count(t, outbox.Pending, outbox.Applied), 0)
}

// What an old program does not know is left; the next one asks for all again.
func TestNewerProgramPullsEverythingAnew(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	delete(k.replica.Absorbers, sync.Site)
	c.saveSite(t, storetest.Site, "a", "1")
	k.pullAll(t)
	sites, err := k.Sites(t.Context())
	equal(t, "old program", []any{sites, err}, []any{[]site.Site{}, nil})
	cursor := k.replica.Status().Progress.Cursor

	k.restart(t, "1.0")
	equal(t, "the cursor outlives a restart", k.replica.Status().Progress.Cursor, cursor)
	k.restart(t, "2.0")
	equal(t, "and not an update", k.replica.Status().Progress.Cursor, "")
	k.pullAll(t)
	if sites, err = k.Sites(t.Context()); err != nil || len(sites) != 1 {
		t.Errorf("new program: %v, %v", sites, err)
	}
}

func TestDataIsAsOldAsTheLastWholePull(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	marks := make([]sync.Mark, sync.PageSize+1)
	for i := range marks {
		marks[i] = sync.Mark{Scope: storetest.Site, Noun: sync.Site, ID: fmt.Sprint(i), Deleted: true}
	}
	if err := c.MarkChanged(t.Context(), marks...); err != nil {
		t.Fatal(err)
	}
	if err := k.replica.PullOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "after a part", k.replica.Status().Progress.AsOf, time.Time{})
	k.pullAll(t)
	equal(t, "after the rest", k.replica.Status().Progress.AsOf, now())
}
