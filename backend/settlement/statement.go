package settlement

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/lang"
	"lianxin/backend/ledger"
)

// State is whether a month of a district may still be posted to.
type State string

const (
	Open   State = "open"
	Locked State = "locked"
)

// Line is one advance of a statement. Money is in fen; a correction of an earlier month
// is a line like any other, negative where money came back.
type Line struct {
	EntryID    string      `json:"entry_id"`
	Kind       ledger.Kind `json:"kind" enum:"paid,back,waived"`
	At         time.Time   `json:"at"`
	Cause      string      `json:"cause" doc:"ID of the claim or of the hospital's case"`
	Number     string      `json:"number" doc:"What people call it by"`
	HospitalID string      `json:"hospital_id,omitempty" doc:"Of a case"`
	Fen        int64       `json:"fen"`
}

// IsCase tells whether the line is of a hospital's case, else it is of a claim.
func (l Line) IsCase() bool { return l.Kind == KindWaived }

// Part is lines of one kind together.
type Part struct {
	Lines int   `json:"lines"`
	Fen   int64 `json:"fen"`
}

// Head is what a statement is, without its lines.
type Head struct {
	ID       string    `json:"id" doc:"DISTRICT-MONTH"`
	District string    `json:"district" doc:"GB/T 2260"`
	Month    Month     `json:"month"`
	State    State     `json:"state" enum:"open,locked"`
	Claims   Part      `json:"claims"`
	Cases    Part      `json:"cases"`
	TotalFen int64     `json:"total_fen"`
	LockedAt time.Time `json:"locked_at,omitzero"`
	LockedBy string    `json:"locked_by,omitempty"`
	// Hospitals are as they were called when the month was locked.
	Hospitals map[string]lang.Text `json:"hospitals" doc:"Names of the hospitals of its lines"`
	Hash      string               `json:"hash,omitempty" doc:"SHA-256 over all of the statement, of a locked one"`
}

// Statement is what the center advanced for a district in a month.
type Statement struct {
	Head
	Lines []Line `json:"lines" doc:"In the order in which it was advanced"`
}

// ID names the statement of a district and month.
func ID(district string, m Month) string { return district + "-" + string(m) }

// districtLength is that of a code of GB/T 2260.
const districtLength = 6

// ParseID reads what ID wrote; ok is false for anything else.
func ParseID(id string) (district string, m Month, ok bool) {
	if len(id) < districtLength+2 || id[districtLength] != '-' {
		return "", "", false
	}
	m, err := ParseMonth(id[districtLength+1:])
	return id[:districtLength], m, err == nil
}

// statementOf adds lines up.
func statementOf(district string, m Month, lines []Line, names map[string]lang.Text) Statement {
	s := Statement{Head: Head{ID: ID(district, m), District: district, Month: m, State: Open, Hospitals: map[string]lang.Text{}}, Lines: lines}
	if lines == nil {
		s.Lines = []Line{}
	}
	for _, l := range lines {
		part := &s.Claims
		if l.IsCase() {
			part = &s.Cases
			s.Hospitals[l.HospitalID] = names[l.HospitalID]
		}
		part.Lines++
		part.Fen += l.Fen
		s.TotalFen += l.Fen
	}
	return s
}

// digest is the hash over everything a statement says but the hash itself.
func (s Statement) digest() (string, error) {
	s.Hash = ""
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("write a statement: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
