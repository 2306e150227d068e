package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lianxin/backend/center"
	"lianxin/backend/sample"
)

// SeedCmd fills a demo center with clearly fake people.
type SeedCmd struct {
	Place
	Donors int    `default:"1000" help:"How many donors to make."`
	Seed   uint64 `default:"1" help:"The same number makes the same people."`
	Office bool   `help:"Make the staff as well, and work on their desks: claims in every state, payments, a settled month, a hospital."`
	Wipe   bool   `help:"Remove the demo database and its keys instead."`
}

// Run makes the sample, or removes everything.
func (s SeedCmd) Run() error {
	if !s.Demo {
		return errors.New("seed is for demos: say --demo, and never where real people's data lies")
	}
	if s.Wipe {
		return s.exclusively(s.wipe)
	}
	return s.begins(func(ctx context.Context, c *center.Center) error {
		figures, err := c.Seed(ctx, s.Seed, s.Donors, func(done int) {
			if done%10_000 == 0 {
				fmt.Fprintf(os.Stderr, "%d donors …\n", done)
			}
		})
		if err != nil {
			return err
		}
		if err := show(figures); err != nil || !s.Office {
			return err
		}
		office, err := c.SeedOffice(ctx, s.Seed)
		if err == nil {
			_, err = fmt.Printf("made an office: %d staff, %d claims, %d batches of payments, %d stays at a hospital\n", office.Staff, office.Claims, office.Batches, office.Stays)
		}
		return err
	})
}

func show(f sample.Figures) error {
	_, err := fmt.Printf("made with clearly fake data: %d sites, %d donors, %d donations, %d deferrals, %d bookings (%d today), %d questionnaires answered today, %d gifts redeemed, %d vouchers that wait, %d pairs who may be one person, %d corrections asked for\n",
		f.Sites, f.Donors, f.Donations, f.Deferrals, f.Appointments, f.Today, f.Passes, f.Redemptions, f.Vouchers, f.Pairs, f.Corrections)
	return err
}

// wipe removes a demo. A database that was never seeded is left alone: it may
// hold real people.
func (s SeedCmd) wipe() error {
	err := s.with(func(ctx context.Context, c *center.Center) error {
		isDemo, err := c.IsDemo(ctx)
		if err == nil && !isDemo {
			err = errors.New("this database was never filled with sample data; it is not wiped")
		}
		return err
	})
	if err != nil {
		return err
	}
	if s.Database != "" {
		return s.with(func(ctx context.Context, c *center.Center) error { return c.Store().Wipe(ctx) })
	}
	for _, name := range []string{"center.db", "center.db-wal", "center.db-shm", "keys.json"} {
		if err := os.Remove(filepath.Join(s.Data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("wipe: %w", err)
		}
	}
	fmt.Println("wiped", s.Data)
	return nil
}
