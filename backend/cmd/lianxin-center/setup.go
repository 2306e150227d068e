package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/pack"
	"lianxin/backend/seal"
	"lianxin/backend/site"
)

// SiteCmd looks after the donation sites.
type SiteCmd struct {
	Load SiteLoadCmd    `cmd:"" help:"Add or replace sites from a YAML file; every mistake is named by line."`
	List EnrollSitesCmd `cmd:"" help:"List the sites."`
}

// SiteLoadCmd loads sites.
type SiteLoadCmd struct {
	Place
	File string `arg:"" help:"A file like backend/site/data/sample-sites.yaml." type:"existingfile"`
}

// Run loads all sites of the file or none.
func (s SiteLoadCmd) Run() error {
	text, err := os.ReadFile(s.File)
	if err != nil {
		return fmt.Errorf("read sites: %w", err)
	}
	sites, err := site.Load(s.File, text)
	if err != nil {
		return err
	}
	return s.begins(func(ctx context.Context, c *center.Center) error {
		err := c.InTx(ctx, func(ctx context.Context) error {
			for _, one := range sites {
				if err := c.SaveSite(ctx, one); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			fmt.Println(len(sites), "sites")
		}
		return err
	})
}

// PackLoadCmd puts a pack into force from a day on.
type PackLoadCmd struct {
	Place
	File    string    `arg:"" help:"The pack." type:"existingfile"`
	Kind    pack.Kind `required:"" enum:"selection,questionnaire" help:"selection (rules) or questionnaire (FHIR R4)."`
	ID      string    `required:"" help:"Name of the pack, such as donor-selection."`
	Version string    `required:"" help:"Version of the pack, as it says itself."`
	From    string    `required:"" help:"First day in force, 2026-11-23."`
}

// Run checks the pack with all its examples, keeps it and tells every device.
func (p PackLoadCmd) Run() error {
	from, err := calendar.Parse(p.From)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(p.File)
	if err != nil {
		return fmt.Errorf("read pack: %w", err)
	}
	return p.begins(func(ctx context.Context, c *center.Center) error {
		return c.SavePack(ctx, pack.Pack{ID: p.ID, Version: p.Version, Kind: p.Kind, From: from, Content: content})
	})
}

// KeysCmd makes the key file of an installation.
type KeysCmd struct {
	New    KeysNewCmd    `cmd:"" help:"Write a new key file, to be given to the program as a systemd credential."`
	Reseal KeysResealCmd `cmd:"" help:"Seal everything again that is under an earlier key; beside a running center, as often as needed."`
}

// KeysResealCmd seals the database again under the current key.
type KeysResealCmd struct{ Place }

// Run seals until nothing is left; after a stop it goes on where it was.
func (k KeysResealCmd) Run() error {
	return k.with(func(ctx context.Context, c *center.Center) error {
		done, err := c.Store().Reseal(ctx, func(done int64) { fmt.Fprintf(os.Stderr, "%d …\n", done) })
		if err != nil {
			return err
		}
		left, err := c.Store().Stale(ctx)
		fmt.Printf("%d sealed again, %d left under earlier keys\n", done, left)
		return err
	})
}

// KeysNewCmd writes a key file.
type KeysNewCmd struct {
	File string `arg:"" help:"Where to; an existing file is never replaced." type:"path"`
}

// Run writes it, readable by its owner only.
func (k KeysNewCmd) Run() error {
	if _, err := os.Stat(k.File); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: whoever replaces keys loses all that was sealed with them", k.File)
	}
	if err := seal.Write(k.File, seal.Generate(time.Now())); err != nil {
		return err
	}
	fmt.Printf("wrote %[1]s\nkeep a copy in a safe place; then: systemd-creds encrypt --name=lianxin-keys %[1]s /etc/lianxin/center-keys.cred (for a kiosk: kiosk-keys.cred), as the units in build/linux load it\n", k.File)
	return nil
}
