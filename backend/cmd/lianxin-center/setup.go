package main

import (
	"context"
	"fmt"
	"os"

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/pack"
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
		err := c.LoadSites(ctx, sites, operator)
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
	Kind    pack.Kind `required:"" enum:"selection,questionnaire,points,honours,planning,counsel,relief" help:"selection (who may give), points, honours, planning (of gifts), counsel (how long donors wait to be told), relief (blood without charge): rules; questionnaire: FHIR R4."`
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
