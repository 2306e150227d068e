package center

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/audit"
	"lianxin/backend/fault"
	"lianxin/backend/site"
	"lianxin/backend/sync"
)

// ChangeSite implements api.SiteDesk.
func (c *Center) ChangeSite(ctx context.Context, id string, in api.SiteChange, by api.Caller) (site.Site, error) {
	return in.After, c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.takeTurn(ctx, turnOfSites); err != nil {
			return err
		}
		if _, err := c.expectSite(ctx, id, in); err != nil {
			return err
		}
		return c.putSites(ctx, by.StaffID, in.After)
	})
}

// PreviewSite implements api.SiteDesk.
func (c *Center) PreviewSite(ctx context.Context, id string, in api.SiteChange) ([]appointment.Unfit, error) {
	before, err := c.expectSite(ctx, id, in)
	if err != nil {
		return nil, err
	}
	booked, err := c.store.Bookings(ctx, id, c.Today())
	if err != nil {
		return nil, err
	}
	return appointment.FallingOut(before, in.After, booked), nil
}

// LoadSites makes or changes sites that passed their check, all of them or none.
func (c *Center) LoadSites(ctx context.Context, sites []site.Site, by string) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.takeTurn(ctx, turnOfSites); err != nil {
			return err
		}
		return c.putSites(ctx, by, sites...)
	})
}

// expectSite is the site as it stands, which must be what somebody looked at.
func (c *Center) expectSite(ctx context.Context, id string, in api.SiteChange) (site.Site, error) {
	now, err := c.store.Site(ctx, id)
	isNew := fault.CodeOf(err) == "site.not_found"
	switch {
	case err != nil && !isNew:
		return now, err
	case isNew && in.Before != nil:
		return now, err
	case !isNew && in.Before == nil:
		return now, fault.New(fault.Conflict, "site.exists")
	case !isNew && !sameSite(now, *in.Before):
		return now, fault.New(fault.Conflict, "site.changed")
	case in.After.ID != id:
		return now, fault.New(fault.Invalid, "site.invalid").At(".id", "id", "is another one")
	}
	return now, site.Check(in.After)
}

func sameSite(a, b site.Site) bool {
	one, err := json.Marshal(a)
	other, wrong := json.Marshal(b)
	return err == nil && wrong == nil && bytes.Equal(one, other)
}

// putSites writes down what became of which member of each site, keeps those that are
// another way now, and tells every device.
func (c *Center) putSites(ctx context.Context, by string, sites ...site.Site) error {
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		var marks []sync.Mark
		for _, after := range sites {
			changed, err := c.recordSite(ctx, after, by)
			if err != nil {
				return nil, err
			}
			if !changed {
				continue
			}
			if err := c.store.SaveSite(ctx, after); err != nil {
				return nil, err
			}
			marks = append(marks, sync.Mark{Scope: sync.Everywhere, Noun: sync.Site, ID: after.ID})
		}
		return marks, nil
	})
}

func (c *Center) recordSite(ctx context.Context, after site.Site, by string) (changed bool, err error) {
	before, err := c.store.Site(ctx, after.ID)
	isNew := fault.CodeOf(err) == "site.not_found"
	if err != nil && !isNew {
		return false, err
	}
	was, is, err := differing(before, after)
	if err != nil || len(is) == 0 {
		return false, err
	}
	of := audit.Object{Noun: "site", ID: after.ID}
	if isNew {
		return true, c.recordChange(ctx, after.ID, by, "site.create", of, nil, is)
	}
	return true, c.recordChange(ctx, after.ID, by, "site.change", of, was, is)
}

// differing leaves over what is not the same, as the audit log may hold it.
func differing(before, after any) (was, is map[string]any, err error) {
	was, is = map[string]any{}, map[string]any{}
	one, err := membersOf(before)
	if err != nil {
		return nil, nil, err
	}
	other, err := membersOf(after)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range other {
		if bytes.Equal(one[name], value) {
			continue
		}
		was[name], is[name] = shownMember(one[name]), shownMember(value)
	}
	for name, value := range one {
		if _, there := other[name]; !there {
			was[name], is[name] = shownMember(value), nil
		}
	}
	return was, is, nil
}

func membersOf(value any) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("members of a change: %w", err)
	}
	return members, nil
}

// largestMember is how many bytes of one member the log holds; of what is larger it is
// known that it changed.
const largestMember = 2 << 10

func shownMember(value json.RawMessage) any {
	switch {
	case value == nil:
		return nil
	case len(value) > largestMember || audit.Shown(string(value)) != string(value):
		return "…"
	}
	return value
}
