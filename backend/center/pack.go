package center

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/pack"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/sync"
)

// PublishPack gives a version out: checked, kept for ever, written down, told to every
// device. The same once more changes nothing. Faults: those of pack.Check, and
// "pack.published" for another content or day under a name that was given out.
func (c *Center) PublishPack(ctx context.Context, p pack.Pack, by string) (pack.Publication, error) {
	out := pack.Publication{Pack: p, PublishedAt: c.config.Now(), PublishedBy: by}
	if err := pack.Check(p); err != nil {
		return out, err
	}
	if !audit.IsID(p.ID) || audit.Shown(p.Version) != p.Version { // the log names them
		return out, fault.New(fault.Invalid, "pack.mismatch").At("id", "pack.mismatch", "")
	}
	return out, c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		if err := c.takeTurn(ctx, turnOfPacks); err != nil {
			return nil, err
		}
		known, err := c.store.Publication(ctx, p.ID, p.Version)
		switch {
		case err == nil && isSame(known, p):
			out = known
			return nil, nil
		case err == nil:
			return nil, fault.New(fault.Conflict, "pack.published")
		case fault.CodeOf(err) != "pack.not_found":
			return nil, err
		}
		before, err := c.inForce(ctx, p)
		if err != nil {
			return nil, err
		}
		if c.packs.IsBuiltIn(p.Ref()) {
			return nil, fault.New(fault.Conflict, "pack.published")
		}
		if err := c.store.PublishPack(ctx, out); err != nil {
			return nil, err
		}
		return []sync.Mark{{Scope: sync.Everywhere, Noun: sync.Pack, ID: p.Ref().Key()}},
			c.recordPack(ctx, by, "pack.publish", p, packState{Version: before.Version, From: before.From}, packState{Version: p.Version, From: p.From})
	})
}

// isSame tells whether somebody asks for what was done already.
func isSame(known pack.Publication, p pack.Pack) bool {
	return known.WithdrawnAt.IsZero() && known.Kind == p.Kind && known.From == p.From && bytes.Equal(known.Content, p.Content)
}

// packState is what the audit log shows of a pack: which version, from when.
type packState struct {
	Version   string        `json:"version,omitempty"`
	From      calendar.Date `json:"from,omitzero"`
	Withdrawn bool          `json:"withdrawn,omitempty"`
}

func (c *Center) recordPack(ctx context.Context, by, action string, p pack.Pack, before, after packState) error {
	return c.recordChange(ctx, "", by, action, audit.Object{Noun: "pack", ID: p.ID}, before, after)
}

// WithdrawPack implements api.Packs. Devices that have it forget it with their next pull.
func (c *Center) WithdrawPack(ctx context.Context, id, version, by string) (api.PackVersion, error) {
	var out pack.Publication
	err := c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		if err := c.takeTurn(ctx, turnOfPacks); err != nil {
			return nil, err
		}
		known, err := c.store.Publication(ctx, id, version)
		if err != nil {
			return nil, err
		}
		if out, err = known.Withdraw(by, c.config.Now()); err != nil {
			return nil, err
		}
		if err := c.store.WithdrawPack(ctx, out); err != nil {
			return nil, err
		}
		state := packState{Version: version, From: out.From}
		return []sync.Mark{{Scope: sync.Everywhere, Noun: sync.Pack, ID: out.Ref().Key(), Deleted: true}},
			c.recordPack(ctx, by, "pack.withdraw", out.Pack, state, packState{Version: version, From: out.From, Withdrawn: true})
	})
	if err != nil {
		return api.PackVersion{}, err
	}
	return c.packVersion(ctx, id, version)
}

// CheckPack implements api.Packs.
func (c *Center) CheckPack(ctx context.Context, files []api.PackFile) (api.PackReport, error) {
	checked, err := pack.Examine(sourcesOf(files))
	out := api.PackReport{Faults: []api.PackFault{}, Differences: []pack.Difference{}}
	if f := fault.From(err); err != nil {
		if f.Kind == fault.Internal {
			return out, err
		}
		out.Code, out.Faults = f.Code, faultsOf(f, files)
		if n, ok := f.Params["faults"].(int); ok {
			out.Dropped = n - len(f.Places)
		}
		return out, nil
	}
	out.ID, out.Version, out.Kind, out.Title, out.From = checked.ID, checked.Version, checked.Kind, checked.Title, checked.From
	out.Rules, out.Examples = checked.Rules, checked.Examples
	switch _, err := c.packVersion(ctx, out.ID, out.Version); {
	case err == nil:
		out.Code = "pack.published"
	case fault.CodeOf(err) != "pack.not_found":
		return out, err
	}
	out.Against, out.Differences, err = c.compared(ctx, checked.Pack())
	return out, err
}

// PublishPackFiles implements api.Packs.
func (c *Center) PublishPackFiles(ctx context.Context, in api.PackPublish, by api.Caller) (api.PackVersion, error) {
	checked, err := examined(sourcesOf(in.Files), in.From)
	if err != nil {
		return api.PackVersion{}, err
	}
	p := checked.Pack()
	if _, err := c.PublishPack(ctx, p, by.StaffID); err != nil {
		return api.PackVersion{}, err
	}
	return c.packVersion(ctx, p.ID, p.Version)
}

// examined is a pack that passed its check, in force from a day on; the zero day is its own.
func examined(sources []packfile.Source, from calendar.Date) (pack.Checked, error) {
	checked, err := pack.Examine(sources)
	switch {
	case err != nil:
		return checked, err
	case from.IsZero() && checked.From.IsZero():
		return checked, fault.New(fault.Invalid, "pack.day_missing")
	case from.IsZero() || from == checked.From:
		return checked, nil
	case checked.Kind == pack.Questionnaire: // its day stands beside it
		checked.From = from
		return checked, nil
	}
	if sources, err = packfile.Redated(sources, from); err != nil {
		return checked, err
	}
	return pack.Examine(sources)
}

func sourcesOf(files []api.PackFile) []packfile.Source {
	sources := make([]packfile.Source, len(files))
	for i, f := range files {
		sources[i] = packfile.Source{Name: f.Name, Data: []byte(f.Content)}
	}
	return sources
}

// faultsOf says of each wrong place what stands there.
func faultsOf(f *fault.Fault, files []api.PackFile) []api.PackFault {
	out := make([]api.PackFault, 0, len(f.Places))
	for _, p := range f.Places {
		one := api.PackFault{Place: p, File: files[0].Name}
		name, line, _ := cutLast(p.Location, ":")
		if n, err := strconv.Atoi(line); err == nil {
			one.File, one.Line = name, n
			one.Text = lineOf(files, name, n)
		}
		out = append(out, one)
	}
	return out
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

func lineOf(files []api.PackFile, name string, n int) string {
	i := slices.IndexFunc(files, func(f api.PackFile) bool { return f.Name == name })
	if i < 0 {
		return ""
	}
	lines := strings.Split(files[i].Content, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n-1])
}
