package center

import (
	"cmp"
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/pack"
	"lianxin/backend/policy/packfile"
)

// inForce is the version of the same pack that holds today; none for a pack that is new.
func (c *Center) inForce(ctx context.Context, p pack.Pack) (pack.Listed, error) {
	if err := c.freshPacks(ctx); err != nil {
		return pack.Listed{}, err
	}
	for _, l := range c.packs.Listed(c.Today()) {
		if l.InForce && l.Kind == p.Kind && (!l.Kind.IsOneOfMany() || l.ID == p.ID) {
			return l, nil
		}
	}
	return pack.Listed{}, nil
}

// Packs implements api.Packs: by kind and pack, the latest first.
func (c *Center) Packs(ctx context.Context) ([]api.PackVersion, error) {
	if err := c.freshPacks(ctx); err != nil {
		return nil, err
	}
	published, err := c.store.Publications(ctx)
	if err != nil {
		return nil, err
	}
	names, err := c.memberNames(ctx)
	if err != nil {
		return nil, err
	}
	kiosks, err := c.kiosks(ctx)
	if err != nil {
		return nil, err
	}
	today, onShelf := c.Today(), map[pack.Ref]pack.Listed{}
	versions := []api.PackVersion{}
	for _, l := range c.packs.Listed(today) {
		if !l.BuiltIn {
			onShelf[pack.Ref{ID: l.ID, Version: l.Version}] = l
			continue
		}
		versions = append(versions, builtIn(l, today))
	}
	for _, p := range published {
		l, usable := onShelf[p.Ref()]
		versions = append(versions, versionOf(p, l, usable, today, names, kiosks))
	}
	slices.SortStableFunc(versions, func(a, b api.PackVersion) int {
		return cmp.Or(cmp.Compare(kindOrder[a.Kind], kindOrder[b.Kind]), cmp.Compare(a.ID, b.ID), b.From.Compare(a.From), cmp.Compare(b.Version, a.Version))
	})
	return versions, nil
}

// kindOrder is how kinds are listed: what decides about people first.
var kindOrder = map[pack.Kind]int{pack.Questionnaire: 0, pack.Selection: 1, pack.Relief: 2, pack.Points: 3, pack.Honours: 4, pack.Counsel: 5, pack.Planning: 6,
	pack.Claims: 7, pack.Hospitals: 8, pack.Bank: 9}

func builtIn(l pack.Listed, today calendar.Date) api.PackVersion {
	v := headView(l)
	v.BuiltIn, v.State = true, stateOf(l.InForce, l.From, today)
	return v
}

func headView(l pack.Listed) api.PackVersion {
	return api.PackVersion{ID: l.ID, Version: l.Version, Kind: l.Kind, Title: l.Title, Region: l.Region, Source: l.Source,
		From: l.From, Until: l.Until, Devices: []api.PackDevice{}, Lacking: []api.PackDevice{}}
}

func stateOf(inForce bool, from, today calendar.Date) string {
	switch {
	case inForce:
		return "in_force"
	case from.After(today):
		return "upcoming"
	}
	return "past"
}

// versionOf is a published version as it is listed.
func versionOf(p pack.Publication, l pack.Listed, usable bool, today calendar.Date, names map[string]string, kiosks []device.Report) api.PackVersion {
	v := headView(l)
	v.ID, v.Version, v.Kind, v.From, v.Region = p.ID, p.Version, p.Kind, p.From, cmp.Or(v.Region, packfile.Nationwide)
	v.PublishedAt, v.PublishedBy = p.PublishedAt, cmp.Or(names[p.PublishedBy], p.PublishedBy)
	v.WithdrawnAt, v.WithdrawnBy = p.WithdrawnAt, cmp.Or(names[p.WithdrawnBy], p.WithdrawnBy)
	switch {
	case !p.WithdrawnAt.IsZero():
		v.State = "withdrawn"
	case !usable && (p.Kind != pack.Questionnaire || p.ID == pack.HealthForm):
		v.State = "unusable"
	default:
		v.State = stateOf(l.InForce, p.From, today)
	}
	for _, k := range kiosks {
		one := api.PackDevice{ID: k.ID, Name: k.Name, SiteID: k.SiteID}
		switch has := slices.Contains(k.Condition.Packs, device.Held{ID: p.ID, Version: p.Version}); {
		case has:
			v.Devices = append(v.Devices, one)
		case v.State == "in_force" || v.State == "upcoming":
			v.Lacking = append(v.Lacking, one)
		}
	}
	return v
}

// kiosks are those that are in use.
func (c *Center) kiosks(ctx context.Context) ([]device.Report, error) {
	all, err := c.store.Reports(ctx)
	return slices.DeleteFunc(all, func(r device.Report) bool { return r.Status != device.Active || r.Surface != "kiosk" }), err
}

func (c *Center) memberNames(ctx context.Context) (map[string]string, error) {
	all, err := c.store.Members(ctx)
	names := make(map[string]string, len(all))
	for _, m := range all {
		names[m.ID] = m.Name
	}
	return names, err
}

func (c *Center) packVersion(ctx context.Context, id, version string) (api.PackVersion, error) {
	all, err := c.Packs(ctx)
	if err != nil {
		return api.PackVersion{}, err
	}
	i := slices.IndexFunc(all, func(v api.PackVersion) bool { return v.ID == id && v.Version == version })
	if i < 0 {
		return api.PackVersion{}, fault.New(fault.NotFound, "pack.not_found")
	}
	return all[i], nil
}

// PackVersion implements api.Packs.
func (c *Center) PackVersion(ctx context.Context, id, version string) (api.PackOpened, error) {
	v, err := c.packVersion(ctx, id, version)
	if err != nil {
		return api.PackOpened{}, err
	}
	p := pack.Pack{ID: id, Version: version, Kind: v.Kind}
	if p.Content, err = c.packContent(ctx, v); err != nil {
		return api.PackOpened{}, err
	}
	against, differences, err := c.compared(ctx, p)
	return api.PackOpened{PackVersion: v, Content: string(p.Content), Against: against, Differences: differences}, err
}

func (c *Center) packContent(ctx context.Context, v api.PackVersion) ([]byte, error) {
	if !v.BuiltIn {
		p, err := c.store.Publication(ctx, v.ID, v.Version)
		return p.Content, err
	}
	for _, l := range c.packs.Listed(c.Today()) {
		if l.BuiltIn && l.ID == v.ID && l.Version == v.Version {
			return l.Content, nil
		}
	}
	return nil, fault.New(fault.NotFound, "pack.not_found")
}

// compared tells how a pack differs from the version in force.
func (c *Center) compared(ctx context.Context, p pack.Pack) (against string, differences []pack.Difference, err error) {
	current, err := c.inForce(ctx, p)
	if err != nil || current.Version == "" || current.ID == p.ID && current.Version == p.Version {
		return "", []pack.Difference{}, err
	}
	differences, err = pack.Compare(p.Kind, current.Content, p.Content)
	return current.Version, differences, err
}
