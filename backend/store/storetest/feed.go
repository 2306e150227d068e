package storetest

import (
	"context"
	"errors"
	"fmt"
	gosync "sync"
	"testing"

	"lianxin/backend/sync"
)

func mark(scope, id string) sync.Mark { return sync.Mark{Scope: scope, Noun: sync.Visit, ID: id} }

func placedAt(seq int64, m sync.Mark) sync.Placed { return sync.Placed{Mark: m, Seq: seq} }

func feedOrder(t *testing.T, s Subject) {
	ctx := t.Context()
	a, b, c := mark("s", "a"), mark("s", "b"), mark("s", "c")
	must(t, s.MarkChanged(ctx, a, b, mark("other", "a")))
	must(t, s.MarkChanged(ctx, c))
	must(t, s.MarkChanged(ctx))
	equal(t, "in order", got(s.Changed(ctx, "s", 0, 10))(t), []sync.Placed{placedAt(1, a), placedAt(2, b), placedAt(3, c)})
	equal(t, "a page", got(s.Changed(ctx, "s", 1, 1))(t), []sync.Placed{placedAt(2, b)})
	equal(t, "another scope counts for itself", got(s.Changed(ctx, "other", 0, 10))(t), []sync.Placed{placedAt(1, mark("other", "a"))})
	equal(t, "a scope nobody wrote", got(s.Changed(ctx, "none", 0, 10))(t), []sync.Placed{})

	gone := a
	gone.Deleted = true
	sameID := sync.Mark{Scope: "s", Noun: sync.Pass, ID: "b"}
	must(t, s.MarkChanged(ctx, gone, sameID))
	equal(t, "a thing has one place, its last", got(s.Changed(ctx, "s", 0, 10))(t),
		[]sync.Placed{placedAt(2, b), placedAt(3, c), placedAt(4, gone), placedAt(5, sameID)})
	must(t, s.MarkChanged(ctx, a))
	equal(t, "back again", got(s.Changed(ctx, "s", 5, 10))(t), []sync.Placed{placedAt(6, a)})
}

func feedUndone(t *testing.T, s Subject) {
	ctx, undone := t.Context(), errors.New("undone")
	err := s.InTx(ctx, func(ctx context.Context) error {
		return errors.Join(s.MarkChanged(ctx, mark("s", "a"), mark("s", "b")), undone)
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	must(t, s.MarkChanged(ctx, mark("s", "c")))
	equal(t, "places of what was undone are given anew", got(s.Changed(ctx, "s", 0, 10))(t), []sync.Placed{placedAt(1, mark("s", "c"))})
}

// Writers change things at the same time, each in a transaction with several
// marks. A reader that only ever asks for what comes after the last place it saw
// must see every thing: were a lower place to become visible after a higher one,
// it would be missed for ever.
func feedConcurrent(t *testing.T, s Subject) {
	const writers, each = 6, 40
	ctx := t.Context()
	var writing gosync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				err := s.InTx(ctx, func(ctx context.Context) error {
					return s.MarkChanged(ctx, mark("s", fmt.Sprintf("%d-%d-a", w, i)), mark("s", fmt.Sprintf("%d-%d-b", w, i)))
				})
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { writing.Wait(); close(written) }()

	seen := map[string]bool{}
	for cursor, last := int64(0), false; ; {
		page, err := s.Changed(ctx, "s", cursor, 7)
		must(t, err)
		for _, p := range page {
			if p.Seq != cursor+1 {
				t.Fatalf("place %d came after %d", p.Seq, cursor)
			}
			cursor, seen[p.ID] = p.Seq, true
		}
		if len(page) == 0 && last {
			break
		}
		select {
		case <-written:
			last = true
		default:
		}
	}
	equal(t, "things seen", len(seen), writers*each*2)
}
