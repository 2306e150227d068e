package audit

import (
	"context"
	"slices"
	"testing"
	"time"
)

// archive is a log in memory that counts what was looked at.
type archive struct {
	memory
	looked int64
}

func (a *archive) Newest(context.Context) (int64, error) { return int64(len(a.entries)), nil }

func (a *archive) Matching(_ context.Context, q Query, after, upTo int64, limit int) ([]Entry, error) {
	a.looked += upTo - after
	var found []Entry
	for _, e := range slices.Backward(a.entries) {
		inside := e.Seq > after && e.Seq <= upTo && !e.At.Before(q.From) && (q.Until.IsZero() || e.At.Before(q.Until))
		if inside && (q.Object == "" || q.Object == e.Object.ID) && len(found) < limit {
			found = append(found, e)
		}
	}
	return found, nil
}

// collect follows a search to its end.
func collect(t *testing.T, a *archive, q Query) (seqs []int64, pages int) {
	t.Helper()
	for {
		found, err := Search(t.Context(), a, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found.Entries {
			seqs = append(seqs, e.Seq)
		}
		if pages++; found.Next == 0 {
			return seqs, pages
		}
		if found.Reached.IsZero() || q.Before != 0 && found.Next >= q.Before {
			t.Fatalf("page %d goes on at %d, reached %s", pages, found.Next, found.Reached)
		}
		q.Before = found.Next
	}
}

func TestSearchLooksThroughEverything(t *testing.T) {
	a := &archive{memory: memory{entries: logOf(2*window + 5)}}
	seqs, pages := collect(t, a, Query{Object: "visit-0", Limit: 10})
	if !slices.Equal(seqs, []int64{1}) || pages != 3 || a.looked != 2*window+5 {
		t.Errorf("%v in %d pages, %d looked at", seqs, pages, a.looked)
	}
	a = &archive{memory: memory{entries: logOf(250)}}
	seqs, pages = collect(t, a, Query{Limit: 100})
	if len(seqs) != 250 || seqs[0] != 250 || seqs[249] != 1 || pages != 3 {
		t.Errorf("%d entries in %d pages", len(seqs), pages)
	}
}

// A day years ago is found without looking through the years.
func TestSearchByTimeGoesThere(t *testing.T) {
	a := &archive{memory: memory{entries: logOf(3 * window)}}
	from := noon.Truncate(time.Second).Add(100 * time.Second)
	seqs, _ := collect(t, a, Query{From: from, Until: from.Add(10 * time.Second), Limit: 100})
	if len(seqs) != 10 || a.looked > 3*slack {
		t.Errorf("%v, %d looked at", seqs, a.looked)
	}
	// Written at the same moment, one stands where its time would not have it.
	a.entries[150].At = noon.Add(105 * time.Second)
	if seqs, _ = collect(t, a, Query{From: from, Until: from.Add(10 * time.Second), Limit: 100}); len(seqs) != 11 || seqs[0] != 151 {
		t.Errorf("with a late one: %v", seqs)
	}
}

func TestVerifyInParts(t *testing.T) {
	log := logOf(30)
	first, err := Verify(each(log[:10]), Head{})
	if err != nil {
		t.Fatal(err)
	}
	rest, err := VerifyAfter(first.Head, each(log[10:]), Head{})
	if err != nil || rest.Head.Seq != 30 || rest.Count != 20 {
		t.Errorf("%+v, %v", rest, err)
	}
	log[10].Who = "staff-2"
	if rest, err = VerifyAfter(first.Head, each(log[10:]), Head{}); err == nil || rest.Broken != 11 {
		t.Errorf("altered: %+v, %v", rest, err)
	}
}
