package linearizable

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/outbox"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/staffcall"
	"lianxin/backend/token"
)

// contest is many who want the same at the same time.
type contest struct {
	*installation
	*History
}

func (at *installation) contest() contest { return contest{at, NewHistory()} }

// do asks somebody and writes down; only an outage may leave it without an answer.
func (c contest) do(input any, ask func(base string) (any, error)) error {
	err := c.Ask(input, func() (any, error) {
		said, err := ask(c.anybody())
		if err == nil {
			return said, nil
		}
		return codeOf(err)
	})
	c.onlyOutages(err)
	return err
}

// look asks what changes nothing.
func (c contest) look(ask func(base string) (map[any]any, error)) {
	c.onlyOutages(c.Look(func() (map[any]any, error) { return ask(c.anybody()) }))
}

func (c contest) onlyOutages(err error) {
	if err != nil && !isOutage(err) {
		c.t.Error(err)
	}
}

func (c contest) request(base, method, path, bearer string, in, out any) error {
	return fleet.Ask(c.t.Context(), c.client, method, base, path, bearer, in, out)
}

// together runs all at once and waits for them.
func together(all ...func()) {
	var running sync.WaitGroup
	for _, n := range mathrand.Perm(len(all)) {
		running.Go(all[n])
	}
	running.Wait()
}

// checkIns: everybody checks in on every device; the desks look who waits.
func (c contest) checkIns(people int) {
	began := time.Now()
	orders := make([][]int, people) // the place of each device's check-in among the person's
	for p := range orders {
		orders[p] = mathrand.Perm(devices)
	}
	var known sync.Map // by id of the visit
	over, end := context.WithCancel(c.t.Context())
	all := []func(){}
	var capturing sync.WaitGroup
	for n, d := range c.devices {
		capturing.Add(1)
		all = append(all, func() {
			defer capturing.Done()
			for p := range people {
				in := checkIn{p, orders[p][n]}
				v := d.VisitOf(p, began.Add(time.Duration(in.arrival)*time.Second))
				known.Store(v.ID, in)
				op, err := d.Record(outbox.VisitCheckedIn, v.At, v)
				if err != nil {
					c.t.Error(err)
				}
				c.deliver(d, in, op)
			}
		})
	}
	look := func(bearer string) {
		c.look(func(base string) (map[any]any, error) { return c.whoWaits(base, bearer, people, &known) })
	}
	for _, bearer := range c.staff {
		all = append(all, func() {
			for over.Err() == nil {
				look(bearer)
			}
		})
	}
	all = append(all, func() { capturing.Wait(); end() })
	together(all...)
	for _, bearer := range c.staff {
		look(bearer) // once more when all is settled
	}
}

// deliver pushes an operation until it has a fate, as a device does: the center may
// have carried it out at the first attempt or at any later one.
func (c contest) deliver(d *fleet.Device, in checkIn, op outbox.Operation) {
	err := c.Ask(in, func() (any, error) {
		for {
			out, err := d.Line(c.client, c.anybody(), c.URL).Push(c.t.Context(), d.Batch(op))
			if err != nil && c.t.Context().Err() == nil && isOutage(err) {
				continue
			}
			if err != nil || len(out.Answers) != 1 {
				return nil, errors.Join(fmt.Errorf("%d answers", len(out.Answers)), err)
			}
			if out.Answers[0].Fate == outbox.AlreadyApplied {
				return string(outbox.Applied), nil
			}
			return string(out.Answers[0].Fate) + out.Answers[0].Code, nil
		}
	})
	if err != nil {
		c.t.Errorf("push: %v", err)
	}
}

// whoWaits is a desk's list, person by person.
func (c contest) whoWaits(base, bearer string, people int, known *sync.Map) (map[any]any, error) {
	var rows []api.VisitRow
	path := fmt.Sprintf("/sites/%s/visits?day=%s", siteID, calendar.Of(time.Now()))
	if err := c.request(base, http.MethodGet, path, bearer, nil, &rows); err != nil {
		return nil, err
	}
	found := make([][]byte, people)
	for p := range found {
		found[p] = []byte(seen(0))
	}
	for _, row := range rows {
		which, ok := known.Load(row.ID)
		if !ok {
			return nil, fmt.Errorf("visit %s was never made", row.ID)
		}
		in := which.(checkIn)
		found[in.person][in.arrival] = row.Outcome[0]
	}
	all := map[any]any{}
	for p, said := range found {
		all[checkIn{p, -1}] = string(said)
	}
	return all, nil
}

// assertions: each is shown by several who know it.
func (c contest) assertions(rounds int) {
	for n := range rounds {
		text, err := c.devices[n%devices].Assertion(c.URL)
		if err != nil {
			c.t.Error(err)
		}
		show := func() {
			c.do(assertion{n}, func(base string) (any, error) {
				in := map[string]string{"grant_type": api.AssertionGrant, "assertion": text}
				return "token", c.request(base, http.MethodPost, "/token", "", in, nil)
			})
		}
		together(show, show, show, show)
	}
}

// calls: everybody at the desks wants to help, and then everybody closes the call.
func (c contest) calls(rounds int) {
	from := c.devices[0]
	for range rounds {
		raised := staffcall.Call{ID: fleet.NewID(), SiteID: from.SiteID, DeviceID: from.ID, RaisedAt: time.Now().UTC()}
		if err := c.Center.Store().SaveCall(c.t.Context(), raised); err != nil {
			c.t.Error(err)
		}
		var hurry, late []func()
		for name, bearer := range c.staff {
			answer := func(do string) func() {
				return func() {
					c.do(call{raised.ID, do, name}, func(base string) (any, error) {
						return "done", c.request(base, http.MethodPost, "/staff-calls/"+raised.ID+"/"+do, bearer, nil, nil)
					})
				}
			}
			look := func() {
				c.look(func(base string) (map[any]any, error) { return c.whoHelps(base, bearer, raised.ID) })
			}
			hurry, late = append(hurry, answer("acknowledge"), look), append(late, look, answer("clear"), answer("acknowledge"))
		}
		together(hurry...)
		together(late...)
	}
}

func (c contest) whoHelps(base, bearer, id string) (map[any]any, error) {
	var list api.OpenCallList
	if err := c.request(base, http.MethodGet, "/staff-calls", bearer, nil, &list); err != nil {
		return nil, err
	}
	said := "gone"
	for _, open := range list.Calls {
		if open.ID == id {
			said = "by " + open.AcknowledgedBy
		}
	}
	return map[any]any{call{id: id, do: "look"}: said}, nil
}

// enrolments: several machines use one code, and several administrators decide. The
// letters that approvals give are a history of their own.
func (c contest) enrolments(rounds int) (letters *History) {
	letters = NewHistory()
	for n := range rounds {
		at := fmt.Sprintf("test-site-%d", 1+n%(sites-1))
		made, invitation, err := c.Invite(c.t.Context(), "kiosk", "kiosk", at, "terminal", 10*time.Minute)
		if err != nil {
			c.t.Error(err)
			return letters
		}
		keys := make([]token.Key, 3)
		all := []func(){}
		for i := range keys {
			if keys[i], err = token.NewKey(rand.Reader); err != nil {
				c.t.Error(err)
			}
			all = append(all, func() { c.claim(made.ID, invitation.Code, i+1, keys[i]) },
				func() { c.approve(letters, made.ID, at, i+1, keys[i], c.admins[i%2]) })
		}
		if n%3 == 0 {
			all = append(all, func() {
				c.do(enrolment{made.ID, "refuse", 0}, func(base string) (any, error) {
					return "done", c.request(base, http.MethodPost, "/enrolments/"+made.ID+"/refuse", c.admins[0], nil, nil)
				})
			})
		}
		for _, bearer := range c.admins {
			all = append(all, func() {
				c.look(func(base string) (map[any]any, error) { return c.whichMachine(base, bearer, made.ID, keys) })
			})
		}
		together(all...)
		// Whoever holds it now is let in, so that most rounds come to an end.
		for i, key := range keys {
			c.approve(letters, made.ID, at, i+1, key, c.admins[1])
		}
	}
	return letters
}

func (c contest) claim(id string, code token.Code, machine int, key token.Key) {
	c.do(enrolment{id, "claim", machine}, func(base string) (any, error) {
		var view api.EnrolmentView
		err := c.request(base, http.MethodPost, "/enrolments", "", fleet.Claim(code, key), &view)
		return view.Status, err
	})
}

// approve writes the decision into one history and the letter it gave into another.
func (c contest) approve(letters *History, id, at string, machine int, key token.Key, bearer string) {
	var view api.DeviceView
	call := letters.Now()
	err := c.do(enrolment{id, "approve", machine}, func(base string) (any, error) {
		in := map[string]string{"fingerprint": key.Public().Fingerprint()}
		return "done", c.request(base, http.MethodPost, "/enrolments/"+id+"/approve", bearer, in, &view)
	})
	if err != nil || view.Letter != "" { // a refusal gives none
		letters.Note(letter{at}, call, view.Letter, err)
	}
}

// whichMachine is what the list of those who wait says of one code: the machine that
// used it, 0 for none, "gone" when staff have decided.
func (c contest) whichMachine(base, bearer, id string, keys []token.Key) (map[any]any, error) {
	var waiting []api.WaitingEnrolment
	if err := c.request(base, http.MethodGet, "/enrolments", bearer, nil, &waiting); err != nil {
		return nil, err
	}
	in := enrolment{id, "look", 0}
	for _, w := range waiting {
		if w.ID != id {
			continue
		}
		for i, key := range keys {
			if w.Fingerprint == key.Public().Fingerprint() {
				return map[any]any{in: i + 1}, nil
			}
		}
		return map[any]any{in: 0}, nil
	}
	return map[any]any{in: "gone"}, nil
}
