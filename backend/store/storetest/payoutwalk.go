package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

// PaymentsKilled pays claims over a driver and in files while everything misbehaves: the
// program is killed at any step between two transactions and around every call, calls are
// lost before or after they arrived, arrive late, answer one thing and later another,
// callbacks come twice, statements are taken in again. Whatever happens nobody is paid
// twice, and in the end every claim is paid or somebody is told why not.
func PaymentsKilled(t *testing.T, s Subject, seed uint64, n int) {
	w := &payoutWalk{t: t, s: s, seed: seed, chance: rand.New(rand.NewPCG(seed, 1)), now: At, money: map[string]*bill{}}
	w.files()
	for step := range n {
		w.step(step)
		w.nobodyTwice()
	}
	w.heal()
	w.nobodyTwice()
	w.nobodyForgotten()
}

func paymentsKilled(t *testing.T, s Subject) {
	PaymentsKilled(t, s, uint64(time.Now().UnixNano()), 150)
}

// claimsWalked are the claims of a walk; the first half are paid over the driver.
const claimsWalked = 8

// bill is what the world outside knows of a payment: of a driver, or of a bank.
type bill struct {
	claim    string
	amount   int64
	state    payout.State
	left     time.Time // when a call arrives that is still on its way; zero for none
	taken    time.Time
	returned bool
}

var errKilled = errors.New("killed")

type payoutWalk struct {
	t      *testing.T
	s      Subject
	seed   uint64
	chance *rand.Rand
	now    time.Time
	money  map[string]*bill // by number
	life   int              // steps until the program is killed; below zero: never
	dead   bool
	kills  int
	serial int
	lines  []payout.Line
	isWell bool // the world behaves

}

// files brings the claims in.
func (w *payoutWalk) files() {
	for n := range claimsWalked {
		kind := claim.BankAccount
		if n < claimsWalked/2 {
			kind = claim.WeChat
		}
		insertClaims(w.t, w.s, toPay(n+1, "110105", kind))
	}
}

// passes is called wherever the program may be killed.
func (w *payoutWalk) passes() error {
	if w.dead {
		return errKilled
	}
	if w.life == 0 {
		w.dead = true
		w.kills++
		return errKilled
	}
	w.life--
	return nil
}

// mortal is the store of a program that may be killed.
type mortal struct {
	payout.Store
	w *payoutWalk
}

// InTx implements payout.Store: the program is killed before, in or after it.
func (m mortal) InTx(ctx context.Context, do func(ctx context.Context) error) error {
	if err := m.w.passes(); err != nil {
		return err
	}
	err := m.Store.InTx(ctx, func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return m.w.passes()
	})
	if err != nil {
		return err
	}
	return m.w.passes()
}

// service is the program as it is started.
func (w *payoutWalk) service(life int) payout.Service {
	w.life, w.dead = life, false
	p := payingOn(w.s, func() time.Time { return w.now }, map[payout.Method]payout.Driver{payout.WeChat: misbehaving{w}})
	p.Store = mortal{w.s.Store, w}
	return p
}

// misbehaving is the other side of a driver.
type misbehaving struct{ w *payoutWalk }

// Send implements payout.Driver.
func (m misbehaving) Send(_ context.Context, p payout.Payment) (payout.Answer, error) {
	w := m.w
	if err := w.passes(); err != nil {
		return payout.Answer{}, err
	}
	answer, err := w.takes(p)
	if killed := w.passes(); killed != nil {
		return payout.Answer{}, killed
	}
	return answer, err
}

// takes is what happens to an order.
func (w *payoutWalk) takes(p payout.Payment) (payout.Answer, error) {
	known := w.money[p.Number]
	luck := w.chance.IntN(8)
	if w.isWell {
		luck = 7
	}
	refused := payout.Answer{State: payout.Refused, Reason: "payout.wechat_account"}
	switch {
	case luck == 0:
		return payout.Answer{}, errors.New("lost before it arrived")
	case luck == 1 && known == nil:
		w.money[p.Number] = &bill{claim: p.ClaimID, amount: p.AmountFen, state: payout.Absent, left: w.now.Add(time.Duration(1+w.chance.IntN(9)) * time.Minute)}
		return payout.Answer{}, errors.New("on its way")
	case luck == 2 && known == nil:
		return refused, nil
	}
	if known == nil || known.state == payout.Absent {
		w.money[p.Number] = &bill{claim: p.ClaimID, amount: p.AmountFen, state: payout.Pending, taken: w.now}
	}
	switch luck {
	case 3:
		return payout.Answer{}, errors.New("502 after it was taken")
	case 4:
		return refused, nil // and took it
	}
	return payout.Answer{State: payout.Pending, Reference: "T" + p.Number}, nil
}

// Ask implements payout.Driver.
func (m misbehaving) Ask(_ context.Context, number string) (payout.Answer, error) {
	w := m.w
	if err := w.passes(); err != nil {
		return payout.Answer{}, err
	}
	b := w.money[number]
	switch {
	case !w.isWell && w.chance.IntN(5) == 0:
		return payout.Answer{}, errors.New("no answer")
	case b == nil || b.state == payout.Absent || !w.isWell && b.state == payout.Pending && w.now.Sub(b.taken) < 10*time.Minute && w.chance.IntN(2) == 0:
		return payout.Answer{State: payout.Absent}, nil // of what was just taken it may not know yet
	case b.state == payout.Refused:
		return payout.Answer{State: payout.Refused, Reason: "payout.wechat_failed", Reference: "T" + number}, nil
	}
	return payout.Answer{State: b.state, AmountFen: b.amount, Reference: "T" + number}, nil
}

// decides lets time pass outside: what is on its way arrives, what is pending ends.
func (w *payoutWalk) decides() {
	w.now = w.now.Add(time.Duration(1+w.chance.IntN([]int{5, 90}[w.chance.IntN(2)])) * time.Minute)
	for _, number := range w.numbers() {
		b := w.money[number]
		if !b.left.IsZero() && !w.now.Before(b.left) {
			b.taken = b.left
			if b.left = (time.Time{}); b.state == payout.Absent {
				b.state = payout.Pending
			}
		}
		if b.state == payout.Pending && (w.isWell || w.chance.IntN(3) == 0) {
			if b.state = payout.Arrived; w.chance.IntN(3) == 0 {
				b.state = payout.Refused
			}
		}
	}
}

func (w *payoutWalk) numbers() []string {
	var all []string
	for number := range w.money {
		all = append(all, number)
	}
	slices.Sort(all)
	return all
}

// step is one thing somebody does, in a program that may not live to see it done.
func (w *payoutWalk) step(n int) {
	p := w.service(w.chance.IntN(14) - 2)
	var err error
	switch w.chance.IntN(8) {
	case 0:
		method := []payout.Method{payout.BankFile, payout.WeChat}[w.chance.IntN(2)]

		_, err = p.MakeBatch(w.t.Context(), payout.NewBatch{ID: fmt.Sprintf("batch-%d", n-n%3), Method: method, Format: "bank-csv", By: "finance-1"})
	case 1:
		err = w.sends(p)
	case 2, 3:
		_, err = p.Work(w.t.Context(), payout.WeChat, 5)
	case 4:
		w.decides()
	case 5:
		if all := w.numbers(); len(all) > 0 {
			_, err = p.Wake(w.t.Context(), all[w.chance.IntN(len(all))])
		}
	case 6:
		w.releases()
	case 7:
		w.books()
		err = w.statement(p)
	}
	w.expects(err)
}

// expects lets pass what may be said; anything else is a failure.
func (w *payoutWalk) expects(err error) {
	for _, e := range split(err) {
		if code := fault.CodeOf(e); e != nil && !errors.Is(e, errKilled) && !slices.Contains([]string{"payout.nothing", "payout.batch_exists", "payout.contradiction"}, code) && !strings.Contains(e.Error(), "no answer") {
			w.t.Fatalf("seed %d: %v", w.seed, e)
		}
	}
}

func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// sends lets an open batch go. What is in a file a person gives to the bank, once.
func (w *payoutWalk) sends(p payout.Service) error {
	page, _, err := w.s.Batches(w.t.Context(), "", 20)
	must(w.t, err)
	for _, b := range page {
		if b.Status != payout.BatchOpen {
			continue
		}
		if w.chance.IntN(6) == 0 {
			_, err := p.CancelBatch(w.t.Context(), b.ID, b.Version)
			return err
		}
		_, err := p.SendBatch(w.t.Context(), b.ID, b.Version, "finance-1")
		return err
	}
	return nil
}

// books is the bank's work with the files it was given.
func (w *payoutWalk) books() {
	page, _, err := w.s.Payments(w.t.Context(), paymentsSentInFiles)
	must(w.t, err)
	for _, p := range page {
		if p.Method != payout.BankFile || w.money[p.Number] != nil || !w.isWell && w.chance.IntN(2) == 0 {
			continue
		}
		b := &bill{claim: p.ClaimID, amount: p.AmountFen, state: payout.Refused}
		if w.money[p.Number] = b; w.chance.IntN(4) > 0 {
			b.state = payout.Arrived
			w.line(p, false)
			if w.chance.IntN(4) == 0 {
				b.returned = true
				w.line(p, true)
			}
		}
	}
}

func (w *payoutWalk) line(p payout.Payment, isBack bool) {
	w.serial++
	w.lines = append(w.lines, payout.Line{Serial: fmt.Sprintf("S-%d", w.serial), On: calendar.Of(w.now), AmountFen: p.AmountFen, Incoming: isBack, Remark: "代发 " + p.Number})
}

// statement takes all the bank has written in, the old lines as well.
func (w *payoutWalk) statement(p payout.Service) error {
	if len(w.lines) == 0 {
		return nil
	}
	id, lines := fmt.Sprintf("statement-%d", len(w.lines)), slices.Clone(w.lines)
	if w.chance.IntN(2) == 0 { // many banks write the newest first, and one may be asked for the last days alone
		slices.Reverse(lines)
		lines = lines[:1+w.chance.IntN(len(lines))]
		id += fmt.Sprintf("-last-%d", len(lines))
	}
	_, err := p.TakeStatement(w.t.Context(), payout.Statement{ID: id, Digest: id, TakenBy: "finance-1"}, lines)
	return err
}

// releases lets claims whose payment failed be paid again.
func (w *payoutWalk) releases() {
	p := payingOn(w.s, func() time.Time { return w.now }, nil)
	for n := range claimsWalked {
		c := got(w.s.Claim(w.t.Context(), fmt.Sprintf("claim-%06d", n+1)))(w.t)
		if c.Status == claim.Failed {
			_, err := p.Claims.Do(w.t.Context(), c.ID, claim.Act{Step: claim.Release, By: "finance-1", Duty: claim.Pay, Version: c.Version})
			must(w.t, err)
		}
	}
}
