package audit

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
)

func TestVerifyFindsWhatWasDone(t *testing.T) {
	const n = 20
	whole := logOf(n)
	rehash := func(log []Entry, at int) { // as somebody would who may write to the database
		head := Head{}
		if at > 0 {
			head = log[at-1].Head()
		}
		log[at] = Chain(head, log[at])
	}
	cases := []struct {
		name   string
		edit   func([]Entry) []Entry
		seq    int64
		reason string
	}{
		{"who", func(l []Entry) []Entry { l[4].Who = "staff-2"; return l }, 5, "altered"},
		{"time by a microsecond", func(l []Entry) []Entry { l[4].At = l[4].At.Add(time.Microsecond); return l }, 5, "altered"},
		{"a field moved to its neighbour", func(l []Entry) []Entry {
			l[4].Where = Where{Device: l[4].Where.Device + l[4].Where.Site}
			return l
		}, 5, "altered"},
		{"hash", func(l []Entry) []Entry { l[4].Hash = bytes.Clone(l[3].Hash); return l }, 5, "altered"},
		{"hash emptied", func(l []Entry) []Entry { l[4].Hash = nil; return l }, 5, "altered"},
		{"altered and hashed again", func(l []Entry) []Entry { l[4].Who = "staff-2"; rehash(l, 4); return l }, 6, "unlinked"},
		{"taken out", func(l []Entry) []Entry { return slices.Delete(l, 4, 5) }, 5, "missing"},
		{"taken out, numbers closed up", func(l []Entry) []Entry {
			l = slices.Delete(l, 4, 5)
			for i := 4; i < len(l); i++ {
				l[i].Seq--
			}
			return l
		}, 5, "unlinked"},
		{"exchanged", func(l []Entry) []Entry { l[4], l[5] = l[5], l[4]; return l }, 5, "missing"},
		{"doubled", func(l []Entry) []Entry { return slices.Insert(l, 5, l[4]) }, 6, "missing"},
		{"beginning cut off", func(l []Entry) []Entry { return l[3:] }, 1, "missing"},
		{"end cut off", func(l []Entry) []Entry { return l[:15] }, 16, "cut"},
		{"everything cut off", func([]Entry) []Entry { return nil }, 1, "cut"},
		{"the last one rewritten", func(l []Entry) []Entry { l[n-1].Who = "staff-2"; rehash(l, n-1); return l }, n, "cut"},
		{"all rewritten", func(l []Entry) []Entry {
			l[0].Who = "staff-2"
			for i := range l {
				rehash(l, i)
			}
			return l
		}, n, "cut"},
	}
	known := whole[n-1].Head()
	for _, c := range cases {
		report, err := Verify(each(c.edit(slices.Clone(whole))), known)
		f := fault.From(err)
		if f.Code != "audit.broken" || report.Broken != c.seq || f.Params["seq"] != c.seq || f.Params["reason"] != c.reason {
			t.Errorf("%s: %+v, %v %v", c.name, report, err, f.Params)
			continue
		}
		if c.reason != "cut" && report.Count != c.seq-1 {
			t.Errorf("%s: %d entries are called right", c.name, report.Count)
		}
	}
	if report, err := Verify(each(whole), known); err != nil || report.Count != n {
		t.Errorf("the cases changed the whole log: %+v, %v", report, err)
	}
	if report, err := Verify(each(whole), whole[9].Head()); err != nil || report.Count != n {
		t.Errorf("a log that has grown since: %+v, %v", report, err)
	}
	if report, err := Verify(each(nil), Head{}); err != nil || report.Count != 0 {
		t.Errorf("an empty log: %+v, %v", report, err)
	}
}

// Any change of any member of any entry is found at that entry.
func TestVerifyProperty(t *testing.T) {
	whole := logOf(12)
	rapid.Check(t, func(t *rapid.T) {
		log := slices.Clone(whole)
		at := rapid.IntRange(0, len(log)-1).Draw(t, "at")
		e := &log[at]
		texts := []*string{&e.Who, &e.Role, &e.Action, &e.Object.Noun, &e.Object.ID, &e.Where.Device, &e.Where.Site, &e.Before, &e.After}
		target := texts[rapid.IntRange(0, len(texts)-1).Draw(t, "member")]
		value := rapid.String().Draw(t, "value")
		if value == *target {
			return
		}
		*target = value
		if report, err := Verify(each(log), Head{}); err == nil || report.Broken != int64(at+1) {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	log := logOf(10_000)
	for b.Loop() {
		if _, err := Verify(each(log), Head{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(log)*b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkChain(b *testing.B) {
	head := Head{}
	for b.Loop() {
		head = Chain(head, entry(1)).Head()
	}
}
