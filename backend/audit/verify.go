package audit

import (
	"bytes"
	"iter"

	"lianxin/backend/chain"
	"lianxin/backend/fault"
)

// Report is what a verification found.
type Report struct {
	Count  int64 // entries that are right, from the first on
	Broken int64 // sequence where the log is first wrong; 0 when it is whole
	Head   Head  // end of the right part; keep it with an export
}

// Verify walks a log from its first entry. known is an end that was kept
// earlier, or the zero Head: the log must contain it.
//
// A wrong log gives "audit.broken" with parameters "seq" and "reason": "missing"
// (a gap, or entries in another order), "unlinked" (prev is not the hash before
// it), "altered" (the content is not what was hashed), "cut" (it ends before the
// known end, or has another entry there).
func Verify(entries iter.Seq2[Entry, error], known Head) (Report, error) {
	return VerifyAfter(Head{}, entries, known)
}

// VerifyAfter is Verify for what comes after an end that was found right: a long log is
// walked in parts, each from where the one before ended.
func VerifyAfter(end Head, entries iter.Seq2[Entry, error], known Head) (Report, error) {
	r := Report{Head: end}
	for e, err := range entries {
		if err != nil {
			return r, err
		}
		if reason := follows(r.Head, e); reason != "" {
			return r.broken(r.Head.Seq+1, reason)
		}
		if e.Seq == known.Seq && !bytes.Equal(e.Hash, known.Hash) {
			return r.broken(e.Seq, "cut")
		}
		r.Count, r.Head = r.Count+1, e.Head()
	}
	if r.Head.Seq < known.Seq {
		return r.broken(r.Head.Seq+1, "cut")
	}
	return r, nil
}

// follows says what is wrong with e as the entry after end, "" when nothing is.
func follows(end Head, e Entry) string {
	switch {
	case e.Seq != end.Seq+1:
		return "missing"
	case !bytes.Equal(e.Prev, end.Hash):
		return "unlinked"
	case !chain.Holds(e.Prev, e.canonical(), e.Hash):
		return "altered"
	}
	return ""
}

func (r Report) broken(seq int64, reason string) (Report, error) {
	r.Broken = seq
	return r, fault.New(fault.Conflict, "audit.broken").With("seq", seq).With("reason", reason)
}
