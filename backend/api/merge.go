package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

// Merges is the list of donors who may be one person. The two of a pair are of two stations
// as a rule, so that it is there for nobody with limits. Every look at it is written down.
type Merges interface {
	MergePairs(ctx context.Context, in MergesQuery, by Caller) (MergeList, error)
	// MergePair is one pair side by side; fault "merge.not_found".
	MergePair(ctx context.Context, id string, by Caller) (MergeOpened, error)
	// DecideMerge says of a pair what staff say; faults are those of donor.Merge.Decide
	// and "merge.not_found".
	DecideMerge(ctx context.Context, id string, d donor.Decision, by Caller) (MergeOpened, error)
}

// MergesQuery says which pairs to list.
type MergesQuery struct {
	Decided bool   `query:"decided" doc:"Those that were decided, the last one first, instead of those that are open, the one found first first"`
	After   string `query:"after" maxLength:"40" doc:"next of the list before"`
}

// MergeList is a page of pairs.
type MergeList struct {
	Pairs []MergePair `json:"pairs"`
	Next  string      `json:"next,omitempty" doc:"To ask for more with; absent at the end"`
}

// MergePair is two donors who may be one person.
type MergePair struct {
	ID        string            `json:"id"`
	Reason    donor.MergeReason `json:"reason" enum:"same_person,earlier_document" doc:"same_person: name, birth date, sex and phone are the same; earlier_document: a station names the document of one as an earlier one of the other"`
	Status    donor.MergeStatus `json:"status" enum:"open,merged,not_the_same,undone"`
	FoundAt   time.Time         `json:"found_at"`
	DecidedAt time.Time         `json:"decided_at,omitzero"`
	DecidedBy string            `json:"decided_by,omitempty" doc:"Name of who did; terminal for the center's own machine"`
	// IsOne may be so of an open pair, by way of somebody else.
	IsOne  bool         `json:"is_one" doc:"The two are counted as one person now, by this decision or by others"`
	Donors []MergeDonor `json:"donors" minItems:"2" maxItems:"2" doc:"The one known first first"`
}

// MergeDonor is one of the two in the list.
type MergeDonor struct {
	DonorID     string        `json:"donor_id"`
	Mask        identity.Mask `json:"donor"`
	StationName lang.Text     `json:"station_name" doc:"The station that keeps the file"`
	Kept        bool          `json:"kept" doc:"Everything of the person is counted under this one now; of neither when they are two, or counted under a third"`
}

// MergeOpened is a pair with what it takes to decide.
type MergeOpened struct {
	MergePair
	Alike          donor.Compared `json:"alike"`
	Files          []MergeFile    `json:"files" minItems:"2" maxItems:"2" doc:"In the order of donors"`
	Others         int            `json:"others" doc:"How many more files are counted with one of the two already"`
	Donations      int            `json:"donations" doc:"How many the person has when they are one, with those of others counted with them"`
	PointsTogether int64          `json:"points_together" doc:"What the person may spend when they are one"`
	UndoneFor      string         `json:"undone_for,omitempty" doc:"Why a merge was taken back"`
}

// MergeFile is what is known of one of the two: whole where whole is what is compared, and
// else masked.
type MergeFile struct {
	Name       string           `json:"name"`
	LatinName  string           `json:"latin_name,omitempty"`
	Born       calendar.Date    `json:"born,omitzero"`
	Phone      string           `json:"phone_masked" doc:"Its last four digits; empty when there is none"`
	BloodGroup string           `json:"blood_group,omitempty" doc:"O+; absent before the first test"`
	Points     int64            `json:"points" doc:"Of this file alone"`
	Donations  []DonationOnFile `json:"donations" doc:"Of this file alone, the newest first"`
}

type mergeDecision struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Decision string            `json:"decision" enum:"one_person,two_people"`
		Kept     string            `json:"kept,omitempty" maxLength:"40" doc:"one_person: ID of the one of the two under which everything is counted; absent for the one known first"`
		Seen     donor.MergeStatus `json:"seen" enum:"open,not_the_same,undone" doc:"What the pair was when it was looked at; when it is not any more, nothing is decided"`
	}
}

type mergeUndo struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"Why; kept with the pair, sealed"`
	}
}

func (in mergeDecision) decision() donor.Decision {
	if in.Body.Decision == "one_person" {
		return donor.Decision{Status: donor.Merged, KeptID: in.Body.Kept, Seen: in.Body.Seen}
	}
	return donor.Decision{Status: donor.NotTheSame, Seen: in.Body.Seen}
}

func merges(api huma.API, m Merges) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/merges"+path, summary, "merge", StaffMerges)
	}
	opened := func(out MergeOpened, err error) (*bodyOf[MergeOpened], error) { return &bodyOf[MergeOpened]{out}, err }
	huma.Register(api, op("list-merges", http.MethodGet, "", "Donors who may be one person; nothing for who has limits"),
		handle(func(ctx context.Context, in *MergesQuery) (*bodyOf[MergeList], error) {
			list, err := m.MergePairs(ctx, *in, callerOf(ctx))
			return &bodyOf[MergeList]{list}, err
		}))
	huma.Register(api, op("get-merge", http.MethodGet, "/{id}", "The two of a pair side by side"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[MergeOpened], error) {
			return opened(m.MergePair(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("decide-merge", http.MethodPost, "/{id}/decide", "Say that the two are one person, or that they are two"),
		handle(func(ctx context.Context, in *mergeDecision) (*bodyOf[MergeOpened], error) {
			return opened(m.DecideMerge(ctx, in.ID, in.decision(), callerOf(ctx)))
		}))
	huma.Register(api, op("undo-merge", http.MethodPost, "/{id}/undo", "Take a merge back; everything is still whose it was"),
		handle(func(ctx context.Context, in *mergeUndo) (*bodyOf[MergeOpened], error) {
			return opened(m.DecideMerge(ctx, in.ID, donor.Decision{Status: donor.MergeUndone, Reason: in.Body.Reason}, callerOf(ctx)))
		}))
}
