// Package staff holds the people who work with the product: who they are, what
// they may do and where, and how they prove it with a password and a code from
// their phone.
//
// Logging in is Service.Login: password (Argon2id), then a time-based code (RFC
// 6238) that works once, with a delay that doubles after failures, for each origin
// by itself and to a minute at most, so that nobody can keep somebody else out. To the outside every refusal of a login is the
// same fault, "staff.login_refused", or "staff.too_soon". The latter tells a
// patient guesser that an account exists; logging in is only offered to enrolled
// desks.
package staff

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"lianxin/backend/fault"
)

// Member is a member of staff.
type Member struct {
	ID           string
	Login        string // unique, in the form of ParseLogin
	Name         string // shown on screens; sealed by the store
	Role         Role
	Scope        Scope
	PasswordHash string // PHC string
	TOTPSecret   string // base32; sealed by the store
	TOTPStep     int64  // the last time step a code was accepted for; no code of it or before works again
	Throttles    Throttles
	Active       bool
	CreatedAt    time.Time
}

// Scope is where somebody works. Without any entry a member works everywhere.
type Scope struct {
	Stations  []string // ids of blood stations
	Districts []string // GB/T 2260 codes, "110105"
}

// Covers tells whether a station or district lies in the scope. Pass "" for what a thing does not have.
func (s Scope) Covers(station, district string) bool {
	if len(s.Stations) == 0 && len(s.Districts) == 0 {
		return true
	}
	inStation := station != "" && slices.Contains(s.Stations, station)
	inDistrict := district != "" && slices.Contains(s.Districts, district)
	return inStation || inDistrict
}

// May tells whether the member may do something at a place.
func (m Member) May(p Permission, station, district string) bool {
	return m.Active && m.Role.Can(p) && m.Scope.Covers(station, district)
}

var loginShape = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)

var notDigits = regexp.MustCompile(`[^0-9]+`)

// loginDigits is how many digits a login name has at most: a landline has eight.
const loginDigits = 7

// ParseLogin reads a login name: 3 to 32 small letters, digits, dot, hyphen and
// underscore, beginning with a letter, with at most seven digits. Capitals are taken as
// small. It is written to logs and so must not hold a number of a person; fault
// "staff.login_malformed".
func ParseLogin(text string) (string, error) {
	login := strings.ToLower(strings.TrimSpace(text))
	if !loginShape.MatchString(login) || len(notDigits.ReplaceAllString(login, "")) > loginDigits {
		return "", fault.New(fault.Invalid, "staff.login_malformed")
	}
	return login, nil
}

// Store keeps members and the first-run link. Methods take part in the
// transaction that ctx carries, if there is one.
type Store interface {
	// InsertMember adds a member; fault "staff.login_taken".
	InsertMember(ctx context.Context, m Member) error
	// Member finds by id; fault "staff.not_found".
	Member(ctx context.Context, id string) (Member, error)
	// MemberByLogin finds by login name; fault "staff.not_found".
	MemberByLogin(ctx context.Context, login string) (Member, error)
	Members(ctx context.Context) ([]Member, error)
	CountMembers(ctx context.Context) (int, error)
	// UpdateMember reads a member, lets change alter it and writes it back, with
	// nobody else in between: two logins at once must not count as one. When
	// change fails nothing is written and its error is returned as it is.
	UpdateMember(ctx context.Context, id string, change func(*Member) error) (Member, error)
	// SaveFirstRun replaces the first-run link.
	SaveFirstRun(ctx context.Context, f FirstRun) error
	// UpdateFirstRun lets change alter the link, with nobody else in between. What
	// change writes with its ctx belongs to the same transaction: all of it
	// happens or nothing. Without a stored link change gets an empty one.
	UpdateFirstRun(ctx context.Context, change func(ctx context.Context, f *FirstRun) error) error
}
