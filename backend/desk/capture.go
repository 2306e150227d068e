package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// kept is what lies before who is logged in, while the desk is open to them.
func (d *Desk) kept() (*login, error) {
	l, err := d.open()
	if err != nil {
		return nil, err
	}
	if l.captures == nil {
		return nil, fault.New(fault.Unavailable, "desk.cannot_keep")
	}
	return l, nil
}

// KeptClaims implements api.Desk.
func (d *Desk) KeptClaims(context.Context) ([]api.KeptClaim, error) {
	l, err := d.kept()
	if err != nil {
		return nil, err
	}
	list := []api.KeptClaim{}
	for _, c := range l.captures.unsent() {
		list = append(list, l.captures.view(c))
	}
	return list, nil
}

// KeptClaim implements api.Desk.
func (d *Desk) KeptClaim(ctx context.Context, id string) (api.KeptClaimOpened, error) {
	l, err := d.kept()
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	return d.opened(ctx, l)(l.captures.get(id))
}

// BeginClaim implements api.Desk. What lies here with nothing of the clerk's own in it is
// asked for anew: somebody else may have worked with the claim.
func (d *Desk) BeginClaim(ctx context.Context, id string) (api.KeptClaimOpened, error) {
	l, err := d.kept()
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	opened := d.opened(ctx, l)
	known, err := l.captures.get(id)
	if err == nil && known.isUnsent() {
		return opened(known, nil)
	}
	var view api.ClaimOpened
	if err := d.askCenter(ctx, l, http.MethodGet, "/claims/"+url.PathEscape(id), nil, &view); err != nil {
		return api.KeptClaimOpened{}, said(err)
	}
	if !view.MayChange {
		return api.KeptClaimOpened{}, fault.New(fault.Conflict, "claim.closed").With("status", string(view.Status))
	}
	if err := l.captures.forget(id); err != nil {
		return api.KeptClaimOpened{}, err
	}
	out, err := opened(l.captures.put(d.begun(view)))
	out.Center = &view
	return out, err
}

// begun is a claim of the center before anything of it is changed here.
func (d *Desk) begun(view api.ClaimOpened) *captured {
	now := d.config.Now().UTC()
	c := &captured{ID: view.ID, Number: view.Number, District: view.District, Version: view.Version, Content: view.Content, Known: digest(view.Content), BegunAt: now, SavedAt: now}
	for _, f := range view.Files {
		c.Pages = append(c.Pages, page{KeptPage: api.KeptPage{ID: f.ID, Kind: f.Kind, Type: f.Type, Bytes: f.Bytes, Pages: f.Pages, Turns: f.Turns, Sent: true}, TurnsSent: f.Turns})
	}
	return c
}

// KeepClaim implements api.Desk.
func (d *Desk) KeepClaim(ctx context.Context, id string, in api.KeptContent) (api.KeptClaimOpened, error) {
	l, err := d.kept()
	if err != nil {
		return api.KeptClaimOpened{}, err
	}
	if !idPattern.MatchString(id) {
		return api.KeptClaimOpened{}, fault.New(fault.Invalid, "claim.malformed").At("path.id", "claim.malformed", "not an id")
	}
	now := d.config.Now().UTC()
	if _, err := l.captures.put(&captured{ID: id, District: in.District, BegunAt: now, SavedAt: now}); err != nil {
		return api.KeptClaimOpened{}, err
	}
	wasUnsent := len(l.captures.unsent())
	c, err := l.captures.change(id, func(c *captured) error {
		if c.District == in.District && c.Changes > 0 && digest(c.Content) == digest(in.Content) {
			return nil
		}
		if c.Version == 0 {
			c.District = in.District // a claim the center has stays with its office
		}
		c.Content = in.Content
		c.changed(now)
		return nil
	})
	if wasUnsent != len(l.captures.unsent()) {
		d.events.Tell("state", nil)
	}
	return d.opened(ctx, l)(c, err)
}

// ForgetClaim implements api.Desk.
func (d *Desk) ForgetClaim(_ context.Context, id string) error {
	l, err := d.kept()
	if err != nil {
		return err
	}
	if err := l.captures.forget(id); err != nil {
		return err
	}
	d.events.Tell("state", nil)
	return nil
}

// opened is what answers with a claim as a form shows it.
func (d *Desk) opened(ctx context.Context, l *login) func(c *captured, err error) (api.KeptClaimOpened, error) {
	return func(c *captured, err error) (api.KeptClaimOpened, error) {
		if err != nil {
			return api.KeptClaimOpened{}, err
		}
		out := api.KeptClaimOpened{KeptClaim: l.captures.view(c), Content: c.Content, Files: []api.KeptPage{}, Params: c.Params,
			BilledFen: c.Content.BilledFen(), ClaimableFen: c.Content.ClaimableFen()}
		whole := claim.Claim{Content: c.Content.Trimmed()}
		for _, p := range c.Pages {
			if !p.Gone {
				out.Files = append(out.Files, p.KeptPage)
				whole.Attachments = append(whole.Attachments, claim.Attachment{ID: p.ID, Kind: p.Kind})
			}
		}
		out.Documents = c.Content.Asked(d.knownWords(ctx).Needs)
		out.Missing = whole.Missing(calendar.Of(d.config.Now()), out.Documents)
		for _, p := range c.Places {
			if !slices.ContainsFunc(out.Missing, func(m fault.Place) bool { return m.Location == p.Location }) {
				out.Missing = append(out.Missing, p)
			}
		}
		return out, nil
	}
}

// changed notes that something was changed here: what the center said of it before is old.
func (c *captured) changed(now time.Time) {
	c.Changes++
	c.SavedAt, c.Code, c.Params, c.Places = now, "", nil, nil
	if c.Order == submit { // whoever goes on typing has not handed it in
		c.Order = send
	}
}

const wordsFile = "claim-words.json"

// DeskClaimWords implements api.Desk. They are nobody's data, and a form needs them
// without a line too.
func (d *Desk) DeskClaimWords(ctx context.Context) (api.ClaimWords, error) {
	l, err := d.open()
	if err != nil {
		return api.ClaimWords{}, err
	}
	var words api.ClaimWords
	err = d.askCenter(ctx, l, http.MethodGet, "/claims/words", nil, &words)
	if err == nil {
		d.keepWords(ctx, words)
		return words, nil
	}
	if words = d.knownWords(ctx); len(words.Statuses) > 0 && isLine(err) {
		return words, nil
	}
	return api.ClaimWords{}, said(err)
}

func (d *Desk) keepWords(ctx context.Context, words api.ClaimWords) {
	d.mu.Lock()
	d.words = &words
	d.mu.Unlock()
	text, err := json.Marshal(words)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.config.Data, wordsFile), text, 0o600)
	}
	if err != nil {
		d.config.Log.WarnContext(ctx, "the words of claims are not known here without a line", "error", err)
	}
}

// knownWords are those the center said last, also to another login; none when it never did.
func (d *Desk) knownWords(ctx context.Context) api.ClaimWords {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.words != nil {
		return *d.words
	}
	d.words = &api.ClaimWords{}
	text, err := os.ReadFile(filepath.Join(d.config.Data, wordsFile))
	if err == nil {
		err = json.Unmarshal(text, d.words)
	}
	if err != nil && !os.IsNotExist(err) {
		d.config.Log.WarnContext(ctx, "the words of claims cannot be read", "error", err)
	}
	return *d.words
}

// askCenter asks the center in the name of a login, and notes whether it answered.
func (d *Desk) askCenter(ctx context.Context, l *login, method, path string, in, out any) error {
	err := l.center.Call(ctx, method, path, in, out)
	if err == nil || ctx.Err() == nil {
		if err = d.ended(l, err); err == nil {
			return nil
		}
	}
	return err
}
