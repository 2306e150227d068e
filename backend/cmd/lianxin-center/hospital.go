package main

import (
	"context"
	"fmt"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/hospital"
	"lianxin/backend/lang"
)

// HospitalCmd looks after hospitals at the center's machine, and is the client of one.
type HospitalCmd struct {
	Add       HospitalAddCmd       `cmd:"" help:"At the center's machine: add a hospital, or change its name or district."`
	List      HospitalListCmd      `cmd:"" help:"At the center's machine: list the hospitals."`
	Join      HospitalJoinCmd      `cmd:"" help:"As a hospital's client: make a key, use a one-time code, and wait to be let in."`
	Ask       HospitalAskCmd       `cmd:"" help:"As a hospital's client: what is a patient entitled to?"`
	Reserve   HospitalReserveCmd   `cmd:"" help:"As a hospital's client: set aside what a bill takes."`
	Confirm   HospitalConfirmCmd   `cmd:"" help:"As a hospital's client: the patient was asked for less."`
	Release   HospitalReleaseCmd   `cmd:"" help:"As a hospital's client: give back what was set aside."`
	Correct   HospitalCorrectCmd   `cmd:"" help:"As a hospital's client: put a case right."`
	Reconcile HospitalReconcileCmd `cmd:"" help:"As a hospital's client: fetch the file of a day, and compare it with the hospital's own."`
}

// HospitalAddCmd adds a hospital.
type HospitalAddCmd struct {
	Place
	ID       string `arg:"" help:"Small letters, digits and hyphens: chaoyang-first."`
	NameZH   string `name:"name-zh" required:"" help:"Name in Chinese."`
	NameEN   string `name:"name-en" required:"" help:"Name in English."`
	District string `required:"" help:"GB/T 2260 of the district office its relief is settled with."`
}

// Help shows an example.
func (HospitalAddCmd) Help() string {
	return `Then let its system in:

  lianxin-center hospital add chaoyang-first --name-zh 朝阳第一医院 --name-en "Chaoyang First Hospital" --district 110105
  lianxin-center enroll --surface hospital --site chaoyang-first --name "HIS"`
}

// Run adds it.
func (h HospitalAddCmd) Run() error {
	return h.begins(saying(func(ctx context.Context, c *center.Center) error {
		return c.SaveHospital(ctx, hospital.Hospital{ID: h.ID, Name: lang.Text{ZH: h.NameZH, EN: h.NameEN}, District: h.District}, operator)
	}, "added: %s, settled with %s", h.ID, h.District))
}

// HospitalListCmd lists hospitals.
type HospitalListCmd struct{ Place }

// Run lists them.
func (h HospitalListCmd) Run() error {
	return h.with(func(ctx context.Context, c *center.Center) error {
		all, err := c.Store().Hospitals(ctx)
		if err != nil {
			return err
		}
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "HOSPITAL\tDISTRICT\tNAME")
			for _, one := range all {
				fmt.Fprintf(w, "%s\t%s\t%s %s\n", one.ID, one.District, one.Name.ZH, one.Name.EN)
			}
		})
	})
}
