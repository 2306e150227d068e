package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/fault"
)

// Permission is what a caller must hold to use an operation. Every operation
// states exactly one; one without is a fault of the program (see TestEveryOperationStatesItsPermission).
type Permission string

const (
	Public     Permission = "public"      // anybody who reaches the center
	DeviceSync Permission = "device:sync" // an enrolled, unrevoked kiosk or desk
	// StationIntake is a station's own client; it may report and nothing else.
	StationIntake Permission = "station:intake"
	// HospitalRelief is a hospital's own system; it may ask for relief and nothing else.
	HospitalRelief Permission = "hospital:relief"
	StaffSelf      Permission = "staff:self"   // every member of staff, for what is their own
	StaffVisits    Permission = "staff:visits" // reception, for its sites; not administrators, who see no donor
	// StaffReception is for working with visits, for reception at its sites.
	StaffReception Permission = "staff:reception"
	StaffDevices   Permission = "staff:devices"  // administrators
	StaffPeople    Permission = "staff:people"   // administrators: accounts
	StaffAudit     Permission = "staff:audit"    // administrators: who did what
	StaffSites     Permission = "staff:sites"    // administrators: sites, their hours and slots
	StaffPacks     Permission = "staff:packs"    // administrators: versions of rules and questionnaires
	StaffHelp      Permission = "staff:calls"    // reception, for its sites: who asks for help
	StaffVouchers  Permission = "staff:vouchers" // reception, for its sites: vouchers for gifts
	StaffGifts     Permission = "staff:gifts"    // who looks after gifts, for their sites: numbers, nobody's name
	Local          Permission = "local"          // the window of the device itself; never served over a network
	// StaffCorrections is for reception, for its sites.
	StaffCorrections Permission = "staff:corrections"
	// StaffMerges is for reception without limits: two stations know the same person.
	StaffMerges Permission = "staff:merges"
	// StaffCounsel is the list of donors who are told of a result in confidence.
	StaffCounsel Permission = "staff:counsel" // counsellors, for their sites
	// Claims are of the caller's districts. Whoever handles them may read them; capturing
	// and reviewing are two people's work, which each claim holds by person as well.
	StaffClaims       Permission = "staff:claims"        // clerks, reviewers, finance
	StaffClaimCapture Permission = "staff:claim_capture" // clerks and reviewers
	StaffClaimReview  Permission = "staff:claim_review"  // reviewers
	StaffPayouts      Permission = "staff:payouts"       // finance, for its districts
	// StaffSettlement is what was advanced for district offices: numbers, nobody's name.
	StaffSettlement Permission = "staff:settlement" // finance, administrators
	// StaffHospitals is hospitals, their keys and what they did by day: nobody's name.
	StaffHospitals Permission = "staff:hospitals" // administrators
	// DonorSelf is for a donor who has logged in from a phone of their own, for what is theirs.
	DonorSelf Permission = "donor:self"
)

// Caller is who is asking, as proved by a token.
type Caller struct {
	DeviceID  string
	StaffID   string
	Role      string   // the role a member of staff has at this moment
	SessionID string   // the login of a member of staff or a donor
	Sites     []string // sites a member of staff may see; nil = all
	Districts []string // districts a member of staff may see, GB/T 2260; nil = all
	DonorID   string   // a donor who logged in; they see no site and no district
	Person    []string // all IDs under which that donor is known, their own among them
}

// MaySee tells whether a site is among those the caller may see.
func (c Caller) MaySee(siteID string) bool { return c.Sites == nil || slices.Contains(c.Sites, siteID) }

// MaySeeDistrict tells whether a district is among those the caller may see.
func (c Caller) MaySeeDistrict(district string) bool {
	return c.Districts == nil || slices.Contains(c.Districts, district)
}

// Guard checks a bearer token for a permission.
type Guard interface {
	Admit(ctx context.Context, bearer string, need Permission) (Caller, error)
}

type callerKey struct{}

// CallerOf returns who is asking within an operation, the zero Caller for nobody who has
// proved who they are: what is written down of a change names the login it was made in.
func CallerOf(ctx context.Context) Caller { return callerOf(ctx) }

// callerOf returns who is asking; the guard has put it there.
func callerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// permissionExtension carries the permission in the OpenAPI document.
const permissionExtension = "x-permission"

// operation describes an operation with its permission.
func operation(id, method, path, summary, tag string, need Permission) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag},
		Extensions: map[string]any{permissionExtension: string(need)}}
	if need != Public && need != Local {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	return op
}

// guarded admits callers by the permission each operation states.
func guarded(api huma.API, guard Guard) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		need, _ := ctx.Operation().Extensions[permissionExtension].(string)
		switch Permission(need) {
		case Public, Local:
			next(ctx)
			return
		case "":
			refuse(api, ctx, fault.New(fault.Forbidden, "request.forbidden"))
			return
		}
		scheme, bearer, _ := strings.Cut(ctx.Header("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || bearer == "" {
			refuse(api, ctx, fault.New(fault.Unauthorized, "token.missing"))
			return
		}
		caller, err := guard.Admit(ctx.Context(), bearer, Permission(need))
		if err != nil {
			refuse(api, ctx, err)
			return
		}
		next(huma.WithValue(ctx, callerKey{}, caller))
	}
}

// refuse answers with the problem document of err.
func refuse(_ huma.API, ctx huma.Context, err error) {
	p := problemFor(ctx.Context(), err)
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // the client is gone when this fails
}
