package center

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lianxin/backend/api"
	"lianxin/backend/staff"
)

// parallelHashes bounds the memory passwords take while they are checked: each
// hash needs 64 MiB.
const parallelHashes = 2

// cookiePurpose keeps the key of device cookies apart from the others.
const cookiePurpose = "device-cookie"

// newStaff returns what makes the staff service at its first use: a Hasher costs
// a hash of its own, which a command that asks nobody's password should not pay.
func (c *Center) newStaff() func() (*staff.Service, error) {
	return sync.OnceValues(func() (*staff.Service, error) {
		hasher, err := staff.NewHasher(c.config.Hash, c.config.Random, parallelHashes)
		return &staff.Service{Store: c.store, Hasher: hasher, Now: c.config.Now, NewID: c.config.NewID, Random: c.config.Random,
			CookieKey: c.keyring.Derive(cookiePurpose)}, err
	})
}

// FirstRunLink returns the address with which the first administrator makes
// their account, "" once there is a member of staff. Its token stands behind the
// #, which no browser sends and no server logs. Every earlier link becomes worthless.
func (c *Center) FirstRunLink(ctx context.Context) (string, error) {
	if n, err := c.store.CountMembers(ctx); err != nil || n > 0 {
		return "", err
	}
	people, err := c.staff()
	if err != nil {
		return "", err
	}
	token, err := people.FirstRunLink(ctx)
	return strings.TrimSuffix(c.config.URL, "/") + firstRunPath + "#" + token, err
}

// FirstRunAccount implements api.Staff: it judges an account for the first
// administrator and draws its second factor. Nothing is stored.
func (c *Center) FirstRunAccount(ctx context.Context, in api.FirstRunAccount) (api.SecondFactor, error) {
	people, err := c.staff()
	if err != nil {
		return api.SecondFactor{}, err
	}
	if err := people.CheckFirstRun(ctx, in.Token); err != nil {
		return api.SecondFactor{}, err
	}
	drawn, err := people.Draft(staff.Account{Login: in.Login, Name: in.Name, Role: staff.Admin, Password: in.Password})
	return api.SecondFactor{Secret: drawn.Secret, URI: drawn.URI}, err
}

// FirstAdmin implements api.Staff.
func (c *Center) FirstAdmin(ctx context.Context, in api.FirstRun) (api.StaffView, error) {
	people, err := c.staff()
	if err != nil {
		return api.StaffView{}, err
	}
	account := staff.Account{Login: in.Login, Name: in.Name, Password: in.Password, TOTPSecret: in.Secret, TOTPCode: in.Code}
	var m staff.Member
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if m, err = people.FirstAdmin(ctx, in.Token, account); err != nil {
			return err
		}
		return c.record(ctx, m.ID, "staff.first_admin", "staff", m.ID)
	})
	if err != nil {
		return api.StaffView{}, err
	}
	return c.staffView(ctx, m)
}

// permitted says what a member of staff needs for each permission of the API;
// one that is not listed is for every member.
var permitted = map[api.Permission]staff.Permission{
	api.StaffVisits:      staff.VisitRead,
	api.StaffReception:   staff.VisitWrite,
	api.StaffHelp:        staff.StaffCallClear,
	api.StaffVouchers:    staff.GiftHandOver,
	api.StaffGifts:       staff.GiftReport,
	api.StaffDevices:     staff.DeviceManage,
	api.StaffPeople:      staff.StaffManage,
	api.StaffAudit:       staff.AuditRead,
	api.StaffSites:       staff.SiteManage,
	api.StaffPacks:       staff.PackManage,
	api.StaffCorrections: staff.CorrectionAnswer,
	api.StaffMerges:      staff.DonorMerge,
	api.StaffCounsel:     staff.CallWork,

	api.StaffClaims:       staff.ClaimRead,
	api.StaffClaimCapture: staff.ClaimCapture,
	api.StaffClaimReview:  staff.ClaimReview,
	api.StaffPayouts:      staff.PayoutApprove,
	api.StaffSettlement:   staff.Settle,
	api.StaffHospitals:    staff.HospitalManage,
}

func mayUse(role staff.Role, need api.Permission) bool {
	p, listed := permitted[need]
	return need == api.StaffSelf || listed && role.Can(p)
}

// scopesOf are the permissions a member's tokens carry.
func scopesOf(role staff.Role) []string {
	scopes := []string{string(api.StaffSelf)}
	for need := range permitted {
		if mayUse(role, need) {
			scopes = append(scopes, string(need))
		}
	}
	slices.Sort(scopes[1:])
	return scopes
}

// sitesOf lists the sites a member may see; nil is all. A scope in which there is
// no site gives an empty list, never nil.
func (c *Center) sitesOf(ctx context.Context, m staff.Member) ([]string, error) {
	sites, _, err := c.reachOf(ctx, m)
	return sites, err
}

// reachOf lists the sites and the districts a member may see, as sitesOf does. A district
// is one's own by name, and where a station of one's own has a site.
func (c *Center) reachOf(ctx context.Context, m staff.Member) (sites, districts []string, err error) {
	if len(m.Scope.Stations)+len(m.Scope.Districts) == 0 {
		return nil, nil, nil
	}
	all, err := c.store.Sites(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("sites of a member of staff: %w", err)
	}
	sites, districts = []string{}, append([]string{}, m.Scope.Districts...)
	for _, s := range all {
		if !m.Scope.Covers(string(s.Station), s.District) {
			continue
		}
		sites = append(sites, s.ID)
		if s.District != "" && !slices.Contains(districts, s.District) {
			districts = append(districts, s.District)
		}
	}
	return sites, districts, nil
}

func (c *Center) staffView(ctx context.Context, m staff.Member) (api.StaffView, error) {
	sites, err := c.sitesOf(ctx, m)
	view := api.StaffView{ID: m.ID, Login: m.Login, Name: m.Name, Role: string(m.Role), Everywhere: sites == nil, Sites: sites, Permissions: []string{}}
	for _, p := range m.Role.Permissions() {
		view.Permissions = append(view.Permissions, string(p))
	}
	return view, err
}
