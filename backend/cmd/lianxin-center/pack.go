package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"

	"lianxin/backend/commandline"
	"lianxin/backend/fault"
	"lianxin/backend/pack"
	"lianxin/backend/policy"
)

// PackCmd works on packs of rules and questionnaires: the first three on files, without a center.
type PackCmd struct {
	Check    PackCheckCmd    `cmd:"" help:"Check packs: read them, compile every expression, run every worked example."`
	List     PackListCmd     `cmd:"" help:"List the rules of a pack."`
	Show     PackShowCmd     `cmd:"" help:"Show one rule of a pack in full."`
	Versions PackVersionsCmd `cmd:"" help:"List what this center has published, and how many kiosks have it."`
	Compare  PackCompareCmd  `cmd:"" help:"Show how files differ from the version in force."`
	Load     PackLoadCmd     `cmd:"" help:"Check a pack and publish it from a day on."`
	Withdraw PackWithdrawCmd `cmd:"" help:"Take a version back that is not in force yet."`
}

// packExit ends the program with a code of its own.
type packExit struct {
	code    int
	message string
}

func (e packExit) Error() string { return e.message }

// ExitCode is 1 for an invalid pack and 2 for one that cannot be read.
func (e packExit) ExitCode() int { return e.code }

// PackCheckCmd checks files and folders.
type PackCheckCmd struct {
	Files []string `arg:"" name:"file" help:"A pack file, or a folder whose .yaml files are one pack."`
}

// Help explains the exit codes.
func (PackCheckCmd) Help() string {
	return `Reads rules of donor selection, points, honours, the planning of gifts, confidential calls and relief, limits for claims and hospitals,
and files of banks, each by the id in its head.
Every mistake is printed as FILE:LINE: rule and example, what is wrong [code].

Exit codes: 0 all packs are valid, 1 a pack is invalid, 2 a file cannot be read.

Example:
  lianxin-center pack check donor-selection.yaml packs/donor-selection/ relief.yaml`
}

// Run prints one line for each valid pack and one for each mistake.
func (c *PackCheckCmd) Run(k *kong.Context) error {
	worst := 0
	for _, name := range c.Files {
		p, err := pack.CheckPath(name)
		if err == nil {
			said := fmt.Sprintf("%s: valid: %s %s", name, p.ID, p.Version)
			if p.Rules > 0 {
				said += fmt.Sprintf(", %d rules, %d examples", p.Rules, p.Examples)
			}
			fmt.Fprintln(k.Stdout, said)
			continue
		}
		worst = max(worst, reportPack(k.Stderr, name, err))
	}
	switch worst {
	case 0:
		return nil
	case 1:
		return packExit{1, "a pack is not valid; the lines above say where"}
	}
	return packExit{2, "a file could not be read"}
}

// reportPack prints why a pack was refused and returns the exit code.
func reportPack(w io.Writer, name string, err error) int {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		fmt.Fprintf(w, "%s: %v\n", name, err)
		return 2
	}
	for _, p := range f.Places {
		location := p.Location
		if info, err := os.Stat(name); err == nil && info.IsDir() && location != "." {
			location = filepath.Join(name, location)
		}
		fmt.Fprintf(w, "%s: %s [%s]\n", location, p.Detail, p.Code)
	}
	if len(f.Places) == 0 {
		fmt.Fprintf(w, "%s: refused [%s] %v\n", name, f.Code, f.Params)
	}
	if f.Kind == fault.NotFound {
		return 2
	}
	return 1
}

// packSource chooses between the pack of this program and one of a file.
type packSource struct {
	File string `help:"A pack file or folder; the pack this program was built with when left out." placeholder:"FILE"`
}

func (s packSource) load(k *kong.Context) (*policy.Pack, error) {
	if s.File == "" {
		return policy.BuiltIn(), nil
	}
	p, err := policy.LoadDir(s.File)
	if err != nil {
		return nil, packExit{reportPack(k.Stderr, s.File, err), "the pack cannot be used"}
	}
	return p, nil
}

// PackListCmd lists rules.
type PackListCmd struct {
	packSource
}

// Run prints one line per rule.
func (c *PackListCmd) Run(k *kong.Context) error {
	p, err := c.load(k)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "%s %s  %s\n", p.ID, p.Version, p.Title.ZH)
	w := commandline.NewTable(k.Stdout)
	for _, r := range p.Rules {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Phase, r.Certainty, r.Effect, r.Title.ZH)
	}
	return w.Flush()
}

// PackShowCmd shows a rule.
type PackShowCmd struct {
	packSource
	Rule string `arg:"" help:"Id of the rule, such as tooth-extraction."`
}

// Run prints everything a rule says.
func (c *PackShowCmd) Run(k *kong.Context) error {
	p, err := c.load(k)
	if err != nil {
		return err
	}
	r, ok := p.Rule(c.Rule)
	if !ok {
		return packExit{1, fmt.Sprintf("the pack has no rule %q; see: lianxin-center pack list", c.Rule)}
	}
	for _, line := range [][2]string{
		{"rule", r.ID}, {"title", r.Title.ZH + " / " + r.Title.EN}, {"clause", r.Clause}, {"certainty", string(r.Certainty)},
		{"phase", string(r.Phase)}, {"products", fmt.Sprint(r.Products)}, {"when", r.When}, {"effect", r.Effect.String()},
		{"text", r.Text.ZH}, {"", r.Text.EN}, {"advice", r.Advice.ZH}, {"", r.Advice.EN},
		{"staff", r.Staff.ZH}, {"", r.Staff.EN}, {"written in", fmt.Sprintf("%s:%d", r.File, r.Line)},
	} {
		if line[1] != "" {
			fmt.Fprintf(k.Stdout, "%-10s  %s\n", line[0], line[1])
		}
	}
	return nil
}
