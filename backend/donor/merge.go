package donor

import (
	"context"
	"time"
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

// MergeStatuses are all of them.
func MergeStatuses() []MergeStatus { return []MergeStatus{MergeOpen, Merged, NotTheSame, MergeUndone} }

// MergeStore keeps merges. All methods take part in the transaction that ctx carries.
type MergeStore interface {
	// Suspect puts pairs on the list, unless they are or were on it.
	Suspect(ctx context.Context, pairs ...Merge) error
	// LockMerge finds a pair and keeps others from deciding until the transaction
	// ends; fault "merge.not_found".
	LockMerge(ctx context.Context, id string) (Merge, error)
	SaveMerge(ctx context.Context, m Merge) error
	Merges(ctx context.Context, status MergeStatus, limit int) ([]Merge, error)
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
