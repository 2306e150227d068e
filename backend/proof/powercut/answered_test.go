package powercut

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/outbox"
)

// losses opens what the platter holds and says what of what was answered is not there.
func (x *counter) losses(folder string) (wrong []string) {
	x.t.Helper()
	c, err := center.Open(x.t.Context(), installed(folder).Config())
	if err != nil {
		return []string{"does not open: " + err.Error()}
	}
	defer func() {
		if err := c.Close(); err != nil {
			x.t.Error(err)
		}
	}()
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	ctx := x.t.Context()
	known, err := c.Store().AppliedOperations(ctx, x.applied)
	if err != nil {
		say("operations: %v", err)
	}
	for _, id := range x.applied {
		if known[id].Fate != outbox.Applied {
			say("operation %s is gone", id)
		}
	}
	if visits, err := c.Store().VisitsAt(ctx, centerSite, calendar.Of(time.Now())); err != nil || len(visits) < len(x.applied) {
		say("%d visits of %d are there: %v", len(visits), len(x.applied), err)
	}
	x.lostAtDesks(ctx, c, say)
	if _, err := c.VerifyAudit(ctx); err != nil {
		say("the audit log: %v", err)
	}
	if time.Since(x.since) > bearersFor {
		if err := x.logIn(c); err != nil {
			say("nobody logs in: %v", err)
		}
	}
	return wrong
}

func (x *counter) lostAtDesks(ctx context.Context, c *center.Center, say func(format string, args ...any)) {
	for call, visitID := range x.calls {
		if r, ok, err := c.Store().ReceptionByCall(ctx, call); err != nil || !ok || r.VisitID != visitID {
			say("call %s of visit %s is gone: %v", call, visitID, err)
		}
	}
	for _, id := range x.claims {
		if _, err := c.Store().Claim(ctx, id); err != nil {
			say("claim %s is gone: %v", id, err)
		}
	}
	for _, id := range x.files {
		if content, err := c.Store().ClaimFile(ctx, id, "page"); err != nil || !bytes.Equal(content, x.kept) {
			say("the page of claim %s has %d bytes of %d: %v", id, len(content), len(x.kept), err)
		}
	}
}
