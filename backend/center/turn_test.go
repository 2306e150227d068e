package center

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/token"
)

// bothWait has two pieces of work wait while a third holds the head of the audit log,
// and lets them go. Had they taken what they need in different orders, each would now
// hold what the other waits for, and PostgreSQL would end one of them.
func bothWait(t *testing.T, b *bench, first, second func() error) {
	t.Helper()
	ended := make(chan error, 2)
	err := b.store.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := b.store.AuditHead(ctx); err != nil {
			return err
		}
		for i, work := range []func() error{first, second} {
			go func() { ended <- work() }()
			pgtest.AwaitBlocked(t, b.database, i+1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// A machine is enrolled anew while staff revoke what it was.
func TestTransactionsWaitInOneOrder(t *testing.T) {
	b := newBenchOn(t, pgtest.Database(t))
	k := b.newKiosk("site-1", b.serve())
	_, invitation, err := b.Invite(t.Context(), "一层大厅 1号机", "kiosk", "site-1", "terminal", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t)
	in := claimOf(invitation.Code, key)
	in.Predecessor, in.PredecessorProof = k.id, token.ProveSuccession(k.key, k.id, invitation.Code, key.Public())
	var waiting api.EnrolmentView
	b.want("claim", http.MethodPost, "/enrolments", "", in, &waiting, "")
	bothWait(t, b, func() error {
		_, err := b.Approve(context.Background(), waiting.ID, waiting.Fingerprint, "terminal")
		return err
	}, func() error { return b.Revoke(context.Background(), k.id, api.Caller{StaffID: "terminal"}) })
}
