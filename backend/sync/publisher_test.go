package sync_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/seal"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

func (c *center) pull(t testing.TB, cursor string, scopes ...string) sync.PullResponse {
	t.Helper()
	out, err := c.publisher.Pull(context.Background(), scopes, cursor, 0)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ids(changes []sync.Change) []string {
	all := []string{}
	for _, c := range changes {
		id := c.ID
		if c.Deleted {
			id += " deleted"
		}
		all = append(all, id)
	}
	return all
}

func TestPullAnswersWhatChangedSince(t *testing.T) {
	onBoth(t, func(t *testing.T, c *center) {
		out := c.pull(t, "", sync.Everywhere, "here")
		equal(t, "nothing", []any{ids(out.Changes), out.More, out.Now, out.Protocol}, []any{[]string{}, false, now(), sync.Protocol})
		c.saveSite(t, sync.Everywhere, "a", "1")
		c.saveSite(t, "here", "b", "1")
		c.saveSite(t, sync.Everywhere, "c", "1")
		out = c.pull(t, out.Cursor, sync.Everywhere, "here")
		equal(t, "scope by scope, in order", ids(out.Changes), []string{"a", "c", "b"})
		if want := `"phone":"1"`; !strings.Contains(string(out.Changes[0].Data), want) {
			t.Errorf("content %s lacks %s", out.Changes[0].Data, want)
		}
		equal(t, "nothing new", ids(c.pull(t, out.Cursor, sync.Everywhere, "here").Changes), []string{})

		c.saveSite(t, sync.Everywhere, "a", "2")
		if err := c.DeleteSite(t.Context(), "c"); err != nil {
			t.Fatal(err)
		}
		if err := c.MarkChanged(t.Context(), sync.Mark{Scope: sync.Everywhere, Noun: sync.Site, ID: "c", Deleted: true}); err != nil {
			t.Fatal(err)
		}
		out = c.pull(t, out.Cursor, sync.Everywhere, "here")
		equal(t, "the last state of each", ids(out.Changes), []string{"a", "c deleted"})
		if want := `"phone":"2"`; !strings.Contains(string(out.Changes[0].Data), want) {
			t.Errorf("content %s lacks %s", out.Changes[0].Data, want)
		}
		equal(t, "from the start", ids(c.pull(t, "", sync.Everywhere, "here").Changes), []string{"a", "c deleted", "b"})
	})
}

// What is gone although its mark says nothing of it is told as deleted.
func TestPullOfWhatIsGone(t *testing.T) {
	c := sqliteCenter(t)
	if err := c.MarkChanged(t.Context(), sync.Mark{Scope: "here", Noun: sync.Site, ID: "never-was"}); err != nil {
		t.Fatal(err)
	}
	equal(t, "changes", ids(c.pull(t, "", "here").Changes), []string{"never-was deleted"})
	if err := c.MarkChanged(t.Context(), sync.Mark{Scope: "here", Noun: "nobody-loads", ID: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.publisher.Pull(t.Context(), []string{"here"}, "", 0); err == nil {
		t.Error("a noun nobody loads is left out in silence")
	}
}

func TestPullInPages(t *testing.T) {
	c := sqliteCenter(t)
	mark := func(scope string, n int) {
		marks := make([]sync.Mark, n)
		for i := range marks {
			marks[i] = sync.Mark{Scope: scope, Noun: sync.Site, ID: fmt.Sprintf("%s-%04d", scope, i), Deleted: true}
		}
		if err := c.MarkChanged(t.Context(), marks...); err != nil {
			t.Fatal(err)
		}
	}
	mark(sync.Everywhere, sync.PageSize+200)
	mark("here", sync.PageSize-200)
	var all []string
	cursor, pages := "", 0
	for more := true; more; pages++ {
		out := c.pull(t, cursor, sync.Everywhere, "here")
		if len(out.Changes) > sync.PageSize {
			t.Errorf("a page of %d changes", len(out.Changes))
		}
		all, cursor, more = append(all, ids(out.Changes)...), out.Cursor, out.More
	}
	equal(t, "changes", len(all), 2*sync.PageSize)
	equal(t, "each once", len(slices.Compact(slices.Sorted(slices.Values(all)))), 2*sync.PageSize)
	if pages > 3 {
		t.Errorf("%d pages", pages)
	}
	equal(t, "then nothing", ids(c.pull(t, cursor, sync.Everywhere, "here").Changes), []string{})
}

// Another site's people are nobody's business: they are never in an answer,
// whatever the cursor says.
func TestScopesAreApart(t *testing.T) {
	c := sqliteCenter(t)
	c.saveSite(t, "here", "ours", "1")
	c.saveSite(t, "there", "theirs", "1")
	for _, cursor := range []string{"", c.pull(t, "", "there").Cursor, "epoch-1;there=0", "epoch-1;*=0;here=0;there=0", "epoch-1"} {
		for _, id := range ids(c.pull(t, cursor, sync.Everywhere, "here").Changes) {
			if id != "ours" {
				t.Errorf("cursor %q brings %s", cursor, id)
			}
		}
	}
	out := c.pull(t, "epoch-1;there=99", "here")
	equal(t, "a place in another scope counts for nothing", ids(out.Changes), []string{"ours"})
	if cursor, err := sync.ParseCursor(out.Cursor); err != nil || len(cursor.Seqs) != 1 {
		t.Errorf("cursor %q, %v", out.Cursor, err)
	}
}

func TestAnotherEpochStartsOver(t *testing.T) {
	c := sqliteCenter(t)
	c.saveSite(t, "here", "a", "1")
	out := c.pull(t, "", "here")
	c.epoch = "epoch-2"
	again := c.pull(t, out.Cursor, "here")
	equal(t, "everything again", ids(again.Changes), []string{"a"})
	equal(t, "then nothing", ids(c.pull(t, again.Cursor, "here").Changes), []string{})
	broken := errors.New("test failure")
	c.publisher.Epoch = func(context.Context) (string, error) { return "", broken }
	if _, err := c.publisher.Pull(t.Context(), []string{"here"}, "", 0); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestCursor(t *testing.T) {
	for _, bad := range []string{"e;here", "e;here=", "e;here=x", "e;here=-1", "e;here=1;there", "e;here=99999999999999999999"} {
		_, err := sync.ParseCursor(bad)
		if fault.CodeOf(err) != "sync.cursor" {
			t.Errorf("%q: %v", bad, err)
		}
		if _, err := sqliteCenter(t).publisher.Pull(t.Context(), []string{"here"}, bad, 0); fault.CodeOf(err) != "sync.cursor" {
			t.Errorf("pull with %q: %v", bad, err)
		}
	}
	c := sync.Cursor{Epoch: "e", Seqs: map[string]int64{"*": 7, "here": 1 << 60, "elsewhere": 3}}
	equal(t, "text", c.String([]string{"*", "here"}), "e;*=7;here=1152921504606846976")
}

func FuzzParseCursor(f *testing.F) {
	for _, text := range []string{"", "e", "e;*=1;here=2", ";;=0", "e;a=1;a=2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := sync.ParseCursor(text)
		if err != nil {
			return
		}
		scopes := []string{}
		for scope, seq := range c.Seqs {
			if seq < 0 {
				t.Fatalf("place %d", seq)
			}
			scopes = append(scopes, scope)
		}
		again, err := sync.ParseCursor(c.String(scopes))
		if err != nil || again.Epoch != c.Epoch || len(again.Seqs) != len(c.Seqs) {
			t.Fatalf("%q became %+v, then %+v, %v", text, c, again, err)
		}
	})
}

// bubble runs a test on a clock of its own, with a center on a real store.
func bubble(t *testing.T, test func(t *testing.T, c *center)) {
	path, keyring := filepath.Join(t.TempDir(), "center.db"), storetest.Keyring(t)
	synctest.Test(t, func(t *testing.T) {
		c := centerOn(openInBubble(t, path, keyring))
		test(t, c)
	})
}

func openInBubble(t *testing.T, path string, keyring *seal.Keyring) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: path, Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestLongPullEnds(t *testing.T) {
	type answer struct {
		out sync.PullResponse
		err error
	}
	start := func(ctx context.Context, c *center, wait time.Duration) chan answer {
		answered := make(chan answer, 1)
		go func() {
			out, err := c.publisher.Pull(ctx, []string{"here"}, "", wait)
			answered <- answer{out, err}
		}()
		synctest.Wait()
		return answered
	}
	bubble(t, func(t *testing.T, c *center) {
		began := time.Now()
		got := <-start(t.Context(), c, 25*time.Second)
		equal(t, "with nothing, when its time is over", []any{len(got.out.Changes), got.err, time.Since(began)}, []any{0, nil, 25 * time.Second})
		if got.out.Cursor == "" {
			t.Error("no cursor to ask with next time")
		}

		began = time.Now()
		answered := start(t.Context(), c, 25*time.Second)
		c.saveSite(t, "here", "a", "1")
		got = <-answered
		equal(t, "at once, when something changes here", []any{ids(got.out.Changes), time.Since(began)}, []any{[]string{"a"}, time.Duration(0)})

		began = time.Now()
		out, err := c.publisher.Pull(t.Context(), []string{"here"}, got.out.Cursor, 0)
		equal(t, "at once, when nobody waits", []any{len(out.Changes), err, time.Since(began)}, []any{0, nil, time.Duration(0)})
	})
	bubble(t, func(t *testing.T, c *center) {
		began := time.Now()
		answered := start(t.Context(), c, 25*time.Second)
		if err := c.MarkChanged(t.Context(), sync.Mark{Scope: "here", Noun: sync.Site, ID: "x", Deleted: true}); err != nil {
			t.Fatal(err) // as another center on the same database does, which wakes nobody here
		}
		got := <-answered
		equal(t, "soon, when another center changed something", ids(got.out.Changes), []string{"x deleted"})
		if took := time.Since(began); took <= 0 || took > 2*time.Second {
			t.Errorf("took %v", took)
		}
	})
	bubble(t, func(t *testing.T, c *center) {
		ctx, cancel := context.WithCancelCause(t.Context())
		answered := start(ctx, c, 25*time.Second)
		gone := errors.New("the kiosk hung up")
		cancel(gone)
		if got := <-answered; !errors.Is(got.err, gone) {
			t.Errorf("%v", got.err)
		}
	})
	bubble(t, func(t *testing.T, c *center) {
		answered := start(t.Context(), c, 25*time.Second)
		c.saveSite(t, "elsewhere", "a", "1") // wakes, and is none of its business
		synctest.Wait()
		select {
		case got := <-answered:
			t.Errorf("woken by another site: %v", ids(got.out.Changes))
		default:
		}
		<-answered
	})
}
