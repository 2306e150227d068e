package center

import (
	"context"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/site"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// mostRefusals is how many refused operations of a device are shown.
const mostRefusals = 100

// Fleet implements api.Devices.
func (c *Center) Fleet(ctx context.Context) ([]device.Judged, error) {
	reports, err := c.store.Reports(ctx)
	if err != nil {
		return nil, err
	}
	all, err := c.store.Sites(ctx)
	if err != nil {
		return nil, err
	}
	at := make(map[string]site.Site, len(all))
	for _, s := range all {
		at[s.ID] = s
	}
	judged := make([]device.Judged, len(reports))
	for i, r := range reports {
		judged[i] = c.judge(r, at[r.SiteID])
	}
	return judged, nil
}

// FleetDevice implements api.Devices.
func (c *Center) FleetDevice(ctx context.Context, id string) (device.Judged, []device.Refusal, error) {
	r, err := c.store.Report(ctx, id)
	if err != nil {
		return device.Judged{}, nil, err
	}
	at, err := c.store.Site(ctx, r.SiteID)
	if err != nil && fault.CodeOf(err) != "site.not_found" {
		return device.Judged{}, nil, err
	}
	refused, err := c.store.Refusals(ctx, id, mostRefusals)
	return c.judge(r, at), refused, err
}

func (c *Center) judge(r device.Report, at site.Site) device.Judged {
	now := c.config.Now()
	clock := now.In(calendar.Beijing)
	open := at.OpenOn(c.Today()).Contain(site.ClockAt(clock.Hour()*60 + clock.Minute()))
	return device.Judged{Report: r, Needs: r.Needs(device.Surroundings{Now: now, SiteOpen: open, MinProtocol: sync.MinProtocol})}
}

// InviteDevice implements api.Devices.
func (c *Center) InviteDevice(ctx context.Context, in api.DeviceInvite, by api.Caller) (token.Enrolment, token.Invitation, error) {
	name, err := deviceName(in.Name)
	if err != nil {
		return token.Enrolment{}, token.Invitation{}, err
	}
	// Before anything is kept: a code that no device would follow helps nobody.
	if _, err := (token.Invitation{URL: c.config.URL}).Encode(); err != nil {
		return token.Enrolment{}, token.Invitation{}, err
	}
	return c.Invite(ctx, name, in.Surface, in.SiteID, by.StaffID, token.MaxCodeLife)
}

// deviceName is a name without blanks around it. Fault "device.name_missing".
func deviceName(text string) (string, error) {
	name := strings.TrimSpace(text)
	if name == "" {
		return "", fault.New(fault.Invalid, "device.name_missing")
	}
	return name, nil
}
