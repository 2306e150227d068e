package main

import (
	"context"
	"fmt"
	"os"

	"lianxin/backend/center"
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
