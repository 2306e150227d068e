package storetest

import (
	"bytes"
	"context"
	"fmt"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/token"
)

func key(t *testing.T, n byte) token.Key {
	t.Helper()
	return got(token.KeyFromSeed(bytes.Repeat([]byte{n}, 32)))(t)
}

func enrolment(n int) token.Enrolment {
	return token.Enrolment{ID: fmt.Sprintf("enrolment-%d", n), CodeHash: fmt.Appendf(nil, "hash %d", n), Status: token.Invited,
		Name: "测试大厅", Surface: "kiosk", SiteID: Site, CreatedBy: "staff-1", CreatedAt: At, ExpiresAt: At.Add(time.Duration(n) * time.Minute)}
}

func enrolments(t *testing.T, s Subject) {
	ctx, want := t.Context(), enrolment(15)
	must(t, s.SaveEnrolment(ctx, want))
	must(t, s.SaveEnrolment(ctx, enrolment(5)))
	equal(t, "without a key", got(s.Enrolment(ctx, want.ID))(t), want)
	want.Status, want.Key, want.ClaimedAt = token.Pending, key(t, 1).Public(), At.Add(time.Second)
	must(t, s.SaveEnrolment(ctx, want))
	equal(t, "with its key", got(s.EnrolmentByCode(ctx, want.CodeHash))(t), want)
	_, err := s.Enrolment(ctx, "none")
	refused(t, "unknown id", err, "enrolment.not_found")
	_, err = s.EnrolmentByCode(ctx, []byte("other"))
	refused(t, "unknown code", err, "enrolment.code_unknown")
	equal(t, "not over yet", got(s.EnrolmentsUntil(ctx, At.Add(5*time.Minute)))(t), []token.Enrolment{want})
	twice := enrolment(7)
	twice.CodeHash = want.CodeHash
	if err := s.SaveEnrolment(ctx, twice); err == nil {
		t.Error("two enrolments have one code")
	}
}

// Two devices use one code in the same moment: each sees what the other did
// before it decides, so that one of them gets it.
func enrolmentClaimedByTwo(t *testing.T, s Subject) {
	must(t, s.SaveEnrolment(t.Context(), enrolment(1)))
	var claims gosync.WaitGroup
	var won atomic.Int32
	for range 6 {
		claims.Go(func() {
			err := s.InTx(t.Context(), func(ctx context.Context) error {
				e, err := s.EnrolmentByCode(ctx, enrolment(1).CodeHash)
				if err != nil || e.Status != token.Invited {
					return err
				}
				e.Status = token.Pending
				won.Add(1)
				return s.SaveEnrolment(ctx, e)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	claims.Wait()
	equal(t, "claims that won", won.Load(), int32(1))
}

func signingKeys(t *testing.T, s Subject) {
	ctx := t.Context()
	equal(t, "none yet", len(got(s.SigningKeys(ctx))(t)), 0)
	old := token.Period{Key: key(t, 1), ActiveFrom: At, RetiredUntil: At.Add(time.Hour)}
	next := token.Period{Key: key(t, 2), ActiveFrom: At.Add(time.Minute)}
	must(t, s.SaveSigningKeys(ctx, []token.Period{old, next}))
	set := got(token.NewKeySet(got(s.SigningKeys(ctx))(t)...))(t)
	equal(t, "both", set.Periods(), []token.Period{old, next})
	must(t, s.SaveSigningKeys(ctx, []token.Period{next}))
	equal(t, "replaced", got(s.SigningKeys(ctx))(t), []token.Period{next})
	if err := s.SaveSigningKeys(ctx, []token.Period{old, old}); err == nil {
		t.Error("one key is kept twice")
	}
	equal(t, "a failed replacement leaves what was there", got(s.SigningKeys(ctx))(t), []token.Period{next})
}

func tokens(t *testing.T, s Subject) {
	ctx := t.Context()
	var callers gosync.WaitGroup
	var fresh atomic.Int32
	for range 12 {
		callers.Go(func() {
			isNew, err := s.Remember(ctx, "issuer", "token", At)
			if err != nil {
				t.Error(err)
			}
			if isNew {
				fresh.Add(1)
			}
		})
	}
	callers.Wait()
	equal(t, "callers told that it is new", fresh.Load(), int32(1))
	equal(t, "another issuer's", got(s.Remember(ctx, "issuer 2", "token", At))(t), true)

	// A token seen before does not end a transaction around it.
	must(t, s.InTx(ctx, func(ctx context.Context) error {
		again, err := s.Remember(ctx, "issuer", "token", At)
		if err != nil {
			return err
		}
		equal(t, "again", again, false)
		_, err = s.Remember(ctx, "issuer", "other", At.Add(time.Hour))
		return err
	}))
	must(t, s.ForgetTokens(ctx, At.Add(time.Minute)))
	equal(t, "forgotten when it was over", got(s.Remember(ctx, "issuer", "token", At))(t), true)
	equal(t, "kept while it lives", got(s.Remember(ctx, "issuer", "other", At))(t), false)
}
