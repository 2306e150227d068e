package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/fault"
	"lianxin/backend/policy/packfile"
)

// PackFiles are the files of one version.
type PackFiles struct {
	Files []string `arg:"" name:"file" help:"All files of one pack of rules, or a folder of them; or one questionnaire (FHIR R4, JSON)." type:"path"`
}

func (p PackFiles) read() ([]api.PackFile, error) {
	var files []api.PackFile
	for _, name := range p.Files {
		sources, err := packfile.ReadPath(name)
		if err != nil {
			return nil, err
		}
		for _, s := range sources {
			files = append(files, api.PackFile{Name: s.Name, Content: string(s.Data)})
		}
	}
	return files, nil
}

// PackLoadCmd gives a version out from a day on.
type PackLoadCmd struct {
	Place
	PackFiles
	From string `help:"First day in force, 2026-11-23; as the files say when left out." placeholder:"DAY"`
}

// Help shows how.
func (PackLoadCmd) Help() string {
	return `Every expression is compiled and every worked example run before anything is kept. A version is
published once: what it says and from when never changes afterwards.

Example:
  lianxin-center pack compare donor-health.json
  lianxin-center pack load donor-health.json --from 2027-01-01`
}

// Run checks, keeps and tells every device.
func (p PackLoadCmd) Run(k *kong.Context) error {
	in := api.PackPublish{}
	var err error
	if p.From != "" {
		if in.From, err = calendar.Parse(p.From); err != nil {
			return err
		}
	}
	if in.Files, err = p.read(); err != nil {
		return err
	}
	return p.begins(func(ctx context.Context, c *center.Center) error {
		v, err := c.PublishPackFiles(ctx, in, api.Caller{StaffID: operator})
		if fault.From(err).Kind == fault.Invalid && err != nil {
			return packExit{reportPack(k.Stderr, p.Files[0], err), "nothing was published; the lines above say where"}
		}
		if err == nil {
			fmt.Fprintf(k.Stdout, "published: %s %s, in force from %s\n", v.ID, v.Version, v.From)
		}
		return err
	})
}

// PackCompareCmd shows what a version would change.
type PackCompareCmd struct {
	Place
	PackFiles
}

// Run prints one line for each difference.
func (p PackCompareCmd) Run(k *kong.Context) error {
	files, err := p.read()
	if err != nil {
		return err
	}
	return p.with(func(ctx context.Context, c *center.Center) error {
		out, err := c.CheckPack(ctx, files)
		if err != nil {
			return err
		}
		for _, f := range out.Faults {
			fmt.Fprintf(k.Stderr, "%s: %s [%s]\n", f.Location, f.Detail, f.Code)
		}
		if len(out.Faults) > 0 {
			return packExit{1, "the pack is not valid; the lines above say where"}
		}
		fmt.Fprintf(k.Stdout, "%s %s beside %s, which is in force\n", out.ID, out.Version, orNone(out.Against))
		for _, d := range out.Differences {
			fmt.Fprintf(k.Stdout, "%s: %s → %s\n", strings.Join(d.Path, " › "), orNone(d.Before), orNone(d.After))
		}
		if out.Code != "" {
			return errors.New(out.Code + ": " + hints[out.Code])
		}
		return nil
	})
}

func orNone(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// PackVersionsCmd lists what is published.
type PackVersionsCmd struct{ Place }

// Run prints one line for each version.
func (p PackVersionsCmd) Run(k *kong.Context) error {
	return p.with(func(ctx context.Context, c *center.Center) error {
		all, err := c.Packs(ctx)
		if err != nil {
			return err
		}
		w := commandline.NewTable(k.Stdout)
		fmt.Fprintln(w, "KIND\tPACK\tVERSION\tFROM\tSTATE\tPUBLISHED\tBY\tKIOSKS")
		for _, v := range all {
			at, kiosks := "with the program", "all"
			if !v.BuiltIn {
				at, kiosks = v.PublishedAt.Local().Format(time.DateOnly), fmt.Sprintf("%d of %d", len(v.Devices), len(v.Devices)+len(v.Lacking))
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v.Kind, v.ID, v.Version, v.From, v.State, at, v.PublishedBy, kiosks)
		}
		return w.Flush()
	})
}

// PackWithdrawCmd takes a version back.
type PackWithdrawCmd struct {
	Place
	Pack    string `arg:"" help:"Name of the pack."`
	Version string `arg:"" help:"Version that is not in force yet."`
}

// Run withdraws.
func (p PackWithdrawCmd) Run(k *kong.Context) error {
	return p.with(func(ctx context.Context, c *center.Center) error {
		v, err := c.WithdrawPack(ctx, p.Pack, p.Version, operator)
		if err == nil {
			fmt.Fprintf(k.Stdout, "withdrawn: %s %s; %d kiosks have it until they next reach this center\n", v.ID, v.Version, len(v.Devices))
		}
		return err
	})
}
