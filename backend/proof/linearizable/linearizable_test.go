package linearizable

import (
	"database/sql"
	"errors"
	"flag"
	"path/filepath"
	"testing"

	"github.com/anishathalye/porcupine"
	_ "github.com/mattn/go-sqlite3" // for the planted defects

	"lianxin/backend/store/pgtest"
)

var rounds = flag.Int("rounds", 12, "how many things each contest is about")

// check wants the model to explain a history in which something happened.
func check(t *testing.T, what string, h *History, model porcupine.Model) {
	t.Helper()
	asked, lost := h.Figures()
	if got, story := h.Check(model); got != porcupine.Ok || asked == 0 {
		t.Fatalf("%s: %d questions: %s\n%s", what, asked, got, story)
	}
	t.Logf("%-12s %5d questions, %2d without an answer: one order explains them", what, asked, lost)
}

// Whatever the engine, and although an instance is killed in the middle, each
// decision looks as if one clerk with one book had taken it.
func TestSharedDecisions(t *testing.T) {
	for engine, instances := range map[string]int{"sqlite": 1, "postgres": 2} {
		t.Run(engine, func(t *testing.T) {
			database := ""
			if engine == "postgres" {
				database = pgtest.Database(t)
			}
			at := newInstallation(t, database, instances)
			at.killAt = int64(*rounds) * 25
			checkedIn, shown, helped, enrolled, called, redeemed := at.contest(), at.contest(), at.contest(), at.contest(), at.contest(), at.contest()
			var given *History
			together(
				func() { checkedIn.checkIns(*rounds) },
				func() { shown.assertions(*rounds) },
				func() { helped.calls(*rounds) },
				func() { given = enrolled.enrolments(*rounds) },
				func() { called.turns(*rounds) },
				func() { redeemed.redemptions(*rounds) },
			)
			if !at.killed.Load() {
				t.Error("nobody was killed")
			}
			check(t, "check-ins", checkedIn.History, checkIns())
			check(t, "assertions", shown.History, assertions())
			check(t, "calls", helped.History, calls())
			check(t, "enrolments", enrolled.History, enrolments())
			check(t, "letters", given, letters())
			check(t, "turns", called.History, turns(queued))
			check(t, "gifts", redeemed.History, shelves(pieces))
			report, err := at.GiftReport(t.Context())
			must(t, errors.Join(err, report.Check))
		})
	}
}

// The checker sees when the database loses or changes what it was told.
func TestTheCheckerBites(t *testing.T) {
	contests := map[string]struct {
		defect string
		run    func(c contest) *History
		model  porcupine.Model
	}{
		"two wait for one person": {`CREATE TRIGGER defect AFTER INSERT ON visits WHEN NEW.outcome = 'duplicate'
			BEGIN UPDATE visits SET outcome = 'waiting', donor_key = donor_key || NEW.id WHERE id = NEW.id; END`,
			func(c contest) *History { c.checkIns(3); return c.History }, checkIns()},
		"a used assertion is forgotten": {`CREATE TRIGGER defect AFTER INSERT ON used_tokens
			BEGIN DELETE FROM used_tokens WHERE id = NEW.id; END`,
			func(c contest) *History { c.assertions(3); return c.History }, assertions()},
		"who is on the way is forgotten": {`CREATE TRIGGER defect AFTER UPDATE OF acknowledged_by ON staff_calls
			BEGIN UPDATE staff_calls SET acknowledged_by = '', acknowledged_at = 0 WHERE id = NEW.id; END`,
			func(c contest) *History { c.calls(4); return c.History }, calls()},
		"a claim is forgotten": {`CREATE TRIGGER defect AFTER UPDATE ON enrolments
			BEGIN UPDATE enrolments SET sealed = OLD.sealed WHERE id = NEW.id; END`,
			func(c contest) *History { c.enrolments(3); return c.History }, enrolments()},
		"a letter is given twice": {`CREATE TRIGGER defect AFTER INSERT ON devices
			BEGIN UPDATE devices SET letter = '' WHERE id = NEW.id; END`,
			func(c contest) *History { return c.enrolments(6) }, letters()},
		"who was called is forgotten": {`CREATE TRIGGER defect AFTER INSERT ON receptions WHEN NEW.state = 'called'
			BEGIN UPDATE receptions SET state = 'waiting' WHERE visit_id = NEW.visit_id; END`,
			func(c contest) *History { c.turns(3); return c.History }, turns(queued)},
		"the last piece stays on the shelf": {`CREATE TRIGGER defect AFTER UPDATE OF held ON gift_stock WHEN NEW.held > OLD.held AND NEW.remaining = 0
			BEGIN UPDATE gift_stock SET remaining = 1, loaded = loaded + 1 WHERE gift_id = NEW.gift_id AND site_id = NEW.site_id; END`,
			func(c contest) *History { c.redemptions(4); return c.History }, shelves(pieces)},
	}
	for name, x := range contests {
		t.Run(name, func(t *testing.T) {
			// A defect shows only when two meet it, which not every contest brings about.
			for range 10 {
				if got, _ := x.run(newInstallation(t, "", 1, x.defect).contest()).Check(x.model); got == porcupine.Illegal {
					return
				}
			}
			t.Error("ten contests with the defect, and nobody noticed")
		})
	}
}

func execute(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Clean(file)+"?_busy_timeout=10000")
	must(t, err)
	_, err = db.ExecContext(t.Context(), statement)
	must(t, err)
	must(t, db.Close())
}

// A model that is too strict or too lax is found here, where the answer is known.
func TestModels(t *testing.T) {
	at := func(call, back int64, input, output any) porcupine.Operation {
		return porcupine.Operation{Input: input, Output: output, Call: call, Return: back}
	}
	for name, c := range map[string]struct {
		model porcupine.Model
		ops   []porcupine.Operation
		want  bool
	}{
		"the earlier arrival waits, whichever is heard of first": {checkIns(), []porcupine.Operation{
			at(0, 1, checkIn{1, 2}, "applied"), at(2, 3, checkIn{1, -1}, "--w-"), at(4, 5, checkIn{1, 0}, "applied"), at(6, 7, checkIn{1, -1}, "w-d-")}, true},
		"the later one waits": {checkIns(), []porcupine.Operation{
			at(0, 1, checkIn{1, 2}, "applied"), at(2, 3, checkIn{1, 0}, "applied"), at(4, 5, checkIn{1, -1}, "d-w-")}, false},
		"an acknowledged check-in is not there": {checkIns(), []porcupine.Operation{
			at(0, 1, checkIn{1, 0}, "applied"), at(2, 3, checkIn{1, -1}, "----")}, false},
		"a lost answer that happened": {assertions(), []porcupine.Operation{
			at(0, 1<<62, assertion{1}, lost{}), at(1, 2, assertion{1}, "token.replayed")}, true},
		"a lost answer that did not happen": {assertions(), []porcupine.Operation{
			at(0, 1<<62, assertion{1}, lost{}), at(1, 2, assertion{1}, "token")}, true},
		"two tokens beside a lost answer": {assertions(), []porcupine.Operation{
			at(0, 1<<62, assertion{1}, lost{}), at(1, 2, assertion{1}, "token"), at(1, 2, assertion{1}, "token")}, false},
		"two machines with one code": {enrolments(), []porcupine.Operation{
			at(0, 5, enrolment{"c", "claim", 1}, "pending"), at(0, 5, enrolment{"c", "claim", 2}, "pending")}, false},
		"approved and refused": {enrolments(), []porcupine.Operation{
			at(0, 1, enrolment{"c", "claim", 1}, "pending"), at(2, 9, enrolment{"c", "approve", 1}, "done"), at(2, 9, enrolment{"c", "refuse", 0}, "done")}, false},
		"a number left out": {tickets(), []porcupine.Operation{
			at(0, 1, ticket{1, 1}, 1), at(2, 3, ticket{1, 2}, 3)}, false},
		"a number twice": {tickets(), []porcupine.Operation{
			at(0, 1, ticket{1, 1}, 1), at(0, 1, ticket{1, 2}, 1)}, false},
		"a letter twice": {letters(), []porcupine.Operation{at(0, 1, letter{"s"}, "A"), at(0, 1, letter{"s"}, "A")}, false},
		"somebody else is on the way": {calls(), []porcupine.Operation{
			at(0, 1, call{"c", "acknowledge", "x"}, "done"), at(2, 3, call{"c", "acknowledge", "y"}, "done"), at(4, 5, call{"c", "look", ""}, "by y")}, false},
		"help for a closed call": {calls(), []porcupine.Operation{
			at(0, 1, call{"c", "clear", "x"}, "done"), at(2, 3, call{"c", "acknowledge", "y"}, "done")}, false},
		"two called at once": {turns(3), []porcupine.Operation{
			at(0, 5, turn{"s", 0}, 1), at(0, 5, turn{"s", 1}, 1)}, false},
		"somebody who waits is passed over": {turns(3), []porcupine.Operation{
			at(0, 1, turn{"s", 0}, 1), at(2, 3, turn{"s", 1}, 3)}, false},
		"a call said twice": {turns(1), []porcupine.Operation{
			at(0, 1, turn{"s", 0}, 1), at(2, 3, turn{"s", 0}, 1), at(4, 5, turn{"s", 1}, "reception.nobody_waits")}, true},
		"the last piece for two": {shelves(1), []porcupine.Operation{
			at(0, 5, wish{"s", "hold", 0}, "held"), at(0, 5, wish{"s", "hold", 1}, "held")}, false},
		"the last piece, given back": {shelves(1), []porcupine.Operation{
			at(0, 1, wish{"s", "hold", 0}, "held"), at(2, 3, wish{"s", "cancel", 0}, "cancelled"), at(4, 5, wish{"s", "hold", 1}, "held")}, true},
		"confirmed after it was given back": {shelves(1), []porcupine.Operation{
			at(0, 1, wish{"s", "hold", 0}, "held"), at(2, 3, wish{"s", "cancel", 0}, "cancelled"), at(4, 5, wish{"s", "confirm", 0}, "confirmed")}, false},
		"the same millilitres for two": {volumes(400), []porcupine.Operation{
			at(0, 5, volume{1, "reserve", 0, 400}, 400), at(0, 5, volume{1, "reserve", 1, 400}, 400)}, false},
		"what is left for the second": {volumes(400), []porcupine.Operation{
			at(0, 5, volume{1, "reserve", 0, 250}, 250), at(0, 5, volume{1, "reserve", 1, 250}, 150)}, true},
		"what was given back for another": {volumes(400), []porcupine.Operation{
			at(0, 1, volume{1, "reserve", 0, 400}, 400), at(2, 3, volume{1, "release", 0, 0}, "done"), at(4, 5, volume{1, "reserve", 1, 400}, 400)}, true},
		"what is used for another": {volumes(400), []porcupine.Operation{
			at(0, 1, volume{1, "reserve", 0, 400}, 400), at(2, 3, volume{1, "confirm", 0, 0}, "done"), at(4, 5, volume{1, "reserve", 1, 400}, 400)}, false},
		"confirmed and released": {volumes(400), []porcupine.Operation{
			at(0, 1, volume{1, "reserve", 0, 400}, 400), at(2, 9, volume{1, "confirm", 0, 0}, "done"), at(2, 9, volume{1, "release", 0, 0}, "done")}, false},
		"a held job taken over": {leases(), []porcupine.Operation{
			at(0, 0, part{"x", "p1", 10, 20, false}, "done"), at(1, 1, part{"y", "p2", 19, 29, false}, "done")}, false},
		"a lease that is over taken over": {leases(), []porcupine.Operation{
			at(0, 0, part{"x", "p1", 10, 20, false}, "done"), at(1, 1, part{"y", "p2", 20, 30, true}, "done")}, true},
		"a part done twice": {leases(), []porcupine.Operation{
			at(0, 0, part{"x", "p1", 10, 20, false}, "done"), at(1, 1, part{"x", "p1", 12, 22, false}, "done")}, false},
	} {
		if got := porcupine.CheckOperations(c.model, c.ops); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
