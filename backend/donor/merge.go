package donor

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"lianxin/backend/fault"
)

// Merge is a pair of donors who may be one person, and what staff said about it.
type Merge struct {
	ID        string
	DonorID   string // who was known first
	OtherID   string
	Reason    MergeReason
	Status    MergeStatus
	FoundAt   time.Time
	DecidedAt time.Time // zero while it is open
	DecidedBy string
	// UndoneFor is why a merge was taken back, in the words of who did; sealed, for people
	// are named in such words.
	UndoneFor string
}

// MergeReason is why two donors may be one person.
type MergeReason string

const (
	SamePerson      MergeReason = "same_person"      // name, birth date, sex and phone are the same
	EarlierDocument MergeReason = "earlier_document" // a station knows the document of one as an earlier one of the other
)

// MergeStatus is what staff said.
type MergeStatus string

const (
	MergeOpen   MergeStatus = "open"
	Merged      MergeStatus = "merged"
	NotTheSame  MergeStatus = "not_the_same"
	MergeUndone MergeStatus = "undone" // they were merged, and that was wrong
)

// Decision is what staff say of a pair.
type Decision struct {
	Status MergeStatus // Merged, NotTheSame or MergeUndone
	// KeptID says of the two of a merge under whom everything is counted from now on;
	// "" for whom the one known first is counted with.
	KeptID string
	Reason string // why a merge is undone
	// Seen is what the pair was when they looked at it: of two people who decide at the
	// same moment the second is told, instead of overruling the first. "" looks at nothing.
	Seen MergeStatus
}

// longestReason is how much may be said of why a merge is undone, in characters.
const longestReason = 200

// Decide says of a pair what staff say. Faults: "merge.decided" when it was decided
// otherwise meanwhile, "merge.not_merged" when there is no merge to undo,
// "merge.kept_other" when who is to be kept is neither of the two, "merge.no_reason".
func (m Merge) Decide(d Decision, by string, at time.Time) (Merge, error) {
	reason := strings.TrimSpace(d.Reason)
	switch {
	case d.Status == MergeUndone && m.Status != Merged:
		return m, fault.New(fault.Conflict, "merge.not_merged")
	case d.Status != MergeUndone && m.Status == Merged, d.Seen != "" && d.Seen != m.Status:
		return m, fault.New(fault.Conflict, "merge.decided")
	case d.KeptID != "" && d.KeptID != m.DonorID && d.KeptID != m.OtherID:
		return m, fault.New(fault.Invalid, "merge.kept_other")
	case d.Status == MergeUndone && (reason == "" || utf8.RuneCountInString(reason) > longestReason):
		return m, fault.New(fault.Invalid, "merge.no_reason")
	}
	m.Status, m.DecidedAt, m.DecidedBy, m.UndoneFor = d.Status, at, by, ""
	if d.Status == MergeUndone {
		m.UndoneFor = reason
	}
	return m, nil
}

// MergeQuery says which pairs to list.
type MergeQuery struct {
	Statuses []MergeStatus
	After    string // ID of the last one that is known; "" from the first
	Limit    int
	// Latest lists the one decided last first, instead of the one found first.
	Latest bool
}

// Decided are the statuses of pairs about which staff have said something.
func Decided() []MergeStatus { return []MergeStatus{Merged, NotTheSame, MergeUndone} }

// MergeStore keeps merges. All methods take part in the transaction that ctx carries.
type MergeStore interface {
	// Suspect puts pairs on the list, unless they are or were on it.
	Suspect(ctx context.Context, pairs ...Merge) error
	// LockMerge finds a pair and keeps others from deciding until the transaction
	// ends; fault "merge.not_found".
	LockMerge(ctx context.Context, id string) (Merge, error)
	// Merge finds by ID; fault "merge.not_found".
	Merge(ctx context.Context, id string) (Merge, error)
	SaveMerge(ctx context.Context, m Merge) error
	Merges(ctx context.Context, q MergeQuery) ([]Merge, error)
	// MergeInto makes donors the same person as head; "" makes each its own again.
	MergeInto(ctx context.Context, head string, ids ...string) error
	// MergedAmong lists the pairs that are merged now and lie within some donors.
	MergedAmong(ctx context.Context, ids []string) ([]Merge, error)
}

// Persons sorts donors into persons by the pairs that are merged: who is linked to
// whom, directly or by way of others, is one. Within a person the order of ids stays.
func Persons(ids []string, merged []Merge) [][]string {
	linked := map[string][]string{}
	for _, m := range merged {
		linked[m.DonorID], linked[m.OtherID] = append(linked[m.DonorID], m.OtherID), append(linked[m.OtherID], m.DonorID)
	}
	number, persons := map[string]int{}, 0
	var reach func(id string)
	reach = func(id string) {
		if _, seen := number[id]; !seen {
			number[id] = persons
			for _, next := range linked[id] {
				reach(next)
			}
		}
	}
	var all [][]string
	for _, id := range ids {
		if _, seen := number[id]; !seen {
			reach(id)
			persons++
			all = append(all, nil)
		}
		all[number[id]] = append(all[number[id]], id)
	}
	return all
}
