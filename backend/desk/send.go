package desk

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

const (
	// sendPatience is how long who pressed waits for what becomes of it; it goes on beside them.
	sendPatience = 7 * time.Second
	// sendTime bounds sending one claim with all its pages over a slow line.
	sendTime = 10 * time.Minute
)

// job is a claim on its way.
type job struct {
	done chan struct{}
	out  *captured // as it was in the end
	view *api.ClaimOpened
	err  error // what kept it
}

// SendClaim implements api.Desk.
func (d *Desk) SendClaim(ctx context.Context, id string, handsIn bool) (api.KeptClaimOpened, error) {
	l, err := d.kept()
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	what := send
	if handsIn {
		what = submit
	}
	c, err := l.captures.change(id, func(c *captured) error {
		c.Order, c.Code, c.Params, c.Places = what, "", nil, nil
		return nil
	})
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	j := d.sends(l, id)
	var view *api.ClaimOpened
	patience := time.NewTimer(sendPatience)
	defer patience.Stop()
	select {
	case <-j.done:
		c, view = j.out, j.view
	case <-patience.C:
	case <-ctx.Done():
		return api.KeptClaimOpened{}, context.Cause(ctx)
	}
	if now, err := d.kept(); err != nil || now != l {
		return api.KeptClaimOpened{}, fault.New(fault.Forbidden, "desk.locked")
	}
	out, err := d.opened(ctx, l)(c, nil)
	out.Center = view
	return out, err
}

// sendWhenBack sends what waits whenever the line may be back.
func (d *Desk) sendWhenBack(ctx context.Context) {
	for {
		select {
		case <-d.lineBack:
			d.sendWaiting(ctx, d.current())
		case <-ctx.Done():
			return
		}
	}
}

// sendWaiting sends what waits for the line, one claim after the other, also while the
// desk is locked: that it is to be sent was said before, and nothing of it is shown. A claim
// the center fails with keeps no other from being sent.
func (d *Desk) sendWaiting(ctx context.Context, l *login) {
	if l == nil || l.captures == nil {
		return
	}
	for _, c := range l.captures.unsent() {
		if c.Order == noOrder || c.Code != "" || ctx.Err() != nil || d.current() != l {
			continue
		}
		j := d.sends(l, c.ID)
		<-j.done
		if isLine(j.err) || fault.From(j.err).Kind == fault.TooMany {
			return // for all that wait
		}
	}
}

// sends begins to send a claim, or finds that it is on its way.
func (d *Desk) sends(l *login, id string) *job {
	k := l.captures
	k.mu.Lock()
	j, isOnItsWay := k.jobs[id]
	if !isOnItsWay {
		j = &job{done: make(chan struct{})}
		k.jobs[id] = j
	}
	k.mu.Unlock()
	if isOnItsWay {
		return j
	}
	d.jobs.Go(func() {
		ctx, cancel := context.WithTimeout(l.life, sendTime)
		defer cancel()
		s := &sending{desk: d, login: l, id: id}
		j.out = s.all(ctx)
		j.view, j.err = s.view, s.err
		k.mu.Lock()
		delete(k.jobs, id)
		k.mu.Unlock()
		close(j.done)
		d.events.Tell("state", nil)
		d.events.Tell("claims", nil)
	})
	return j
}

// sending sends one claim. Every part of it may be told again: what the center has is
// noted as soon as it says so, and what it said when nobody heard is found out.
type sending struct {
	desk  *Desk
	login *login
	id    string
	view  *api.ClaimOpened // the last answer
	err   error            // what kept it from being sent
}

// all sends what there is to send and notes what became of it.
func (s *sending) all(ctx context.Context) *captured {
	c, err := s.login.captures.get(s.id)
	if err != nil || c.Order == noOrder {
		return c
	}
	upTo := c.Changes
	err = s.parts(ctx, c)
	s.err = err
	after, noted := s.login.captures.change(s.id, func(now *captured) error {
		s.note(now, upTo, c.Order, err)
		return nil
	})
	if noted == nil && err == nil && !after.isUnsent() && c.Order == submit {
		noted = s.login.captures.forget(s.id)
	}
	if noted != nil {
		s.desk.config.Log.ErrorContext(ctx, "what became of a claim is not noted", "error", noted)
	}
	if after == nil {
		return c
	}
	return after
}

// note is what a claim here is after it was sent, or was not.
func (s *sending) note(now *captured, upTo int, what order, err error) {
	switch f := fault.From(err); {
	case err == nil:
		now.Sent = max(now.Sent, upTo)
		if now.Changes == upTo && now.Order == what {
			now.Order = noOrder
		}
	case waits(err):
	default:
		now.Order, now.Code, now.Params, now.Places = noOrder, f.Code, f.Params, f.Places
	}
}

// waits tells whether another try may help, without anybody doing anything.
func waits(err error) bool {
	switch fault.From(err).Kind {
	case fault.Unavailable, fault.TooMany, fault.Unauthorized, fault.Internal:
		return fault.CodeOf(err) != "desk.kept_unreadable"
	}
	return false
}

func (s *sending) parts(ctx context.Context, c *captured) error {
	if err := s.content(ctx, c); err != nil {
		return err
	}
	for _, p := range c.Pages {
		if err := s.page(ctx, p); err != nil {
			return err
		}
	}
	if c.Order != submit {
		return nil
	}
	if now, err := s.login.captures.get(s.id); err != nil || now.Changes != c.Changes || now.Order != submit {
		return err // the clerk types on: it is not handed in
	}
	return s.handIn(ctx)
}

func (s *sending) path() string { return "/claims/" + url.PathEscape(s.id) }

// ask asks the center and keeps what it says of the claim.
func (s *sending) ask(ctx context.Context, method, path string, in any) error {
	var view api.ClaimOpened
	if err := s.desk.askCenter(ctx, s.login, method, path, in, &view); err != nil {
		return err
	}
	s.view = &view
	_, err := s.login.captures.change(s.id, func(c *captured) error {
		c.Version, c.Number, c.Known = view.Version, view.Number, digest(view.Content)
		return nil
	})
	return err
}

func (s *sending) version() int {
	c, err := s.login.captures.get(s.id)
	if err != nil {
		return 0
	}
	return c.Version
}

// content sends what was typed. A version of the center's that says the same is our own,
// whose answer was lost.
func (s *sending) content(ctx context.Context, c *captured) error {
	if c.Version == 0 {
		if err := s.ask(ctx, http.MethodPost, "/claims", api.ClaimNew{ID: c.ID, District: c.District, Content: c.Content.Trimmed()}); err != nil {
			return err
		}
	}
	now, err := s.login.captures.get(s.id)
	if err != nil || now.Known == digest(c.Content) {
		return err
	}
	err = s.ask(ctx, http.MethodPut, s.path(), api.ClaimChange{Version: now.Version, Content: c.Content.Trimmed()})
	if fault.CodeOf(err) != "claim.changed" {
		return err
	}
	if look := s.ask(ctx, http.MethodGet, s.path(), nil); look != nil {
		return look
	}
	if digest(s.view.Content) == digest(c.Content) {
		return nil
	}
	return err
}

// page makes one file at the center what it is here.
func (s *sending) page(ctx context.Context, p page) error {
	path := s.path() + "/attachments/" + url.PathEscape(p.ID)
	if p.Gone {
		if err := s.ask(ctx, http.MethodDelete, path, nil); err != nil {
			return err
		}
		return s.mark(p.ID, nil)
	}
	if !p.Sent {
		content, err := s.login.captures.folder.Read(s.id + "." + p.ID + contentEnding)
		if err != nil {
			return err
		}
		if err := s.ask(ctx, http.MethodPut, path, api.ClaimHanded{Kind: p.Kind, Content: content}); err != nil {
			return err
		}
		if err := s.mark(p.ID, func(p *page) { p.Sent, p.TurnsSent = true, 0 }); err != nil {
			return err
		}
		p.TurnsSent = 0
	}
	if p.Turns == p.TurnsSent {
		return nil
	}
	if err := s.ask(ctx, http.MethodPost, path+"/rotate", map[string]int{"turns": p.Turns}); err != nil {
		return err
	}
	return s.mark(p.ID, func(now *page) { now.TurnsSent = p.Turns })
}

// mark notes what the center has of a page; nil: nothing any more.
func (s *sending) mark(pageID string, do func(p *page)) error {
	_, err := s.login.captures.change(s.id, func(c *captured) error {
		for i := range c.Pages {
			if c.Pages[i].ID != pageID {
				continue
			}
			if do == nil {
				c.Pages = append(c.Pages[:i], c.Pages[i+1:]...)
			} else {
				do(&c.Pages[i])
			}
			return nil
		}
		return nil
	})
	return err
}

// handIn submits. When the claim was changed meanwhile, it may be by our own step.
func (s *sending) handIn(ctx context.Context) error {
	err := s.ask(ctx, http.MethodPost, s.path()+"/submit", api.ClaimAct{Version: s.version()})
	if code := fault.CodeOf(err); code != "claim.changed" && code != "claim.step" {
		return err
	}
	if look := s.ask(ctx, http.MethodGet, s.path(), nil); look != nil {
		return look
	}
	if s.view.Status != claim.Draft && s.view.Status != claim.Returned {
		return nil
	}
	return err
}
