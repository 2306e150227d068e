package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// What was refused when its turn came is listed without a name and whole on demand,
// never with the private choice; the doctor finds it, and what is dealt with is forgotten.
func TestWhatWasRefusedLaterIsListedUntilForgotten(t *testing.T) {
	p := Place{Data: t.TempDir(), URL: "http://center.example.invalid", Demo: true}
	err := p.begins(func(ctx context.Context, c *center.Center) error {
		good, bad := storetest.Operation(t, 1).Follow(0, nil), storetest.Operation(t, 2).Follow(1, nil)
		bad.Payload = []byte(`["not a visit"]`)
		for _, op := range []outbox.Operation{good, bad} {
			a := sync.Applied{ID: op.ID, DeviceID: "device-1", Seq: op.Seq, Hash: op.Hash, Fate: outbox.Refused, Code: "visit.malformed", At: time.Now()}
			if err := errors.Join(c.Store().ParkOperation(ctx, "device-1", op), c.Store().InsertApplied(ctx, a)); err != nil {
				return err
			}
		}
		shown := func(l RefusedListCmd) string {
			var out bytes.Buffer
			if err := l.show(ctx, c, &out); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
		list, whole := shown(RefusedListCmd{Limit: 9}), shown(RefusedListCmd{Limit: 9, JSON: true})
		person := storetest.Person(1)
		if !strings.Contains(list, good.ID) || !strings.Contains(list, bad.ID) || strings.Contains(list, person.Name) || strings.Contains(list, person.Document.Number) {
			t.Errorf("the list:\n%s", list)
		}
		if !strings.Contains(whole, person.Document.Number) || strings.Contains(whole, `"exclusion": "use"`) {
			t.Errorf("whole:\n%s", whole)
		}
		if err := refused(ctx, c); fault.CodeOf(err) != "operation.refused_later" {
			t.Errorf("the doctor says %v", err)
		}
		for _, id := range []string{good.ID, bad.ID} {
			if err := c.ForgetRefused(ctx, id, operator); err != nil {
				return err
			}
		}
		if err := c.ForgetRefused(ctx, good.ID, operator); fault.CodeOf(err) != "operation.not_refused" {
			t.Errorf("twice: %v", err)
		}
		if list := shown(RefusedListCmd{Limit: 9}); strings.Contains(list, good.ID) || refused(ctx, c) != nil {
			t.Errorf("afterwards:\n%s", list)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
