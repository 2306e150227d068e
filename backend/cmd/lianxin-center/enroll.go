package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mdp/qrterminal/v3"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/token"
)

// EnrollCmd lets devices in.
type EnrollCmd struct {
	New     EnrollNewCmd     `cmd:"" default:"withargs" help:"Make a one-time code, show it as a QR, wait for the device and ask for approval."`
	Approve EnrollApproveCmd `cmd:"" help:"Approve a waiting device by its fingerprint."`
	Refuse  EnrollRefuseCmd  `cmd:"" help:"Refuse a waiting device."`
	Sites   EnrollSitesCmd   `cmd:"" help:"List the sites a device can stand at."`
}

// operator is who acts at the terminal of the center's machine.
const operator = "terminal"

// EnrollNewCmd makes a code and waits.
type EnrollNewCmd struct {
	Place
	Site        string        `required:"" help:"Site the device stands at; of a hospital's client, the hospital."`
	Name        string        `required:"" help:"What staff call the device."`
	Surface     string        `enum:"kiosk,desk,station,hospital" default:"kiosk" help:"kiosk, desk, station: the client of the station the site belongs to, or hospital: the client of a hospital, whose ID is given as the site."`
	Life        time.Duration `default:"15m" help:"How long the code is good."`
	NoWait      bool          `help:"Print the code and end; approve later with: enroll approve."`
	Yes         bool          `help:"Approve whoever uses the code first, without comparing. For demos only."`
	PayloadFile string        `help:"Also write the QR's text to this file, readable by its owner only." type:"path"`
}

// Run makes the code, shows it and waits for the device.
func (e EnrollNewCmd) Run() error {
	if e.Yes && !e.Demo {
		return errors.New("--yes lets in whoever uses the code first: it goes with --demo only")
	}
	return e.with(func(ctx context.Context, c *center.Center) error {
		made, invitation, err := c.Invite(ctx, e.Name, e.Surface, e.Site, operator, e.Life)
		if err != nil {
			return err
		}
		if err := e.show(made, invitation); err != nil || e.NoWait {
			return err
		}
		waiting, err := e.await(ctx, c, made.ID)
		if err != nil {
			return err
		}
		return e.decide(ctx, c, waiting)
	})
}

func (e EnrollNewCmd) show(made token.Enrolment, invitation token.Invitation) error {
	text, err := invitation.Encode()
	if err != nil {
		return err
	}
	if e.PayloadFile != "" {
		if err := os.WriteFile(e.PayloadFile, []byte(text), 0o600); err != nil {
			return fmt.Errorf("write payload: %w", err)
		}
	}
	qrterminal.GenerateHalfBlock(text, qrterminal.M, os.Stdout)
	fmt.Printf("\nScan this on the device, or type there:\n  address  %s\n  code     %s\ngood until %s; enrolment %s\n",
		invitation.URL, invitation.Code.Display(), made.ExpiresAt.Local().Format("15:04:05"), made.ID)
	return nil
}

// await looks until a device has used the code.
func (e EnrollNewCmd) await(ctx context.Context, c *center.Center, id string) (token.Enrolment, error) {
	fmt.Println("waiting for the device …")
	ticker := time.NewTicker(300 * time.Millisecond)
	defer ticker.Stop()
	for {
		now, err := c.Store().Enrolment(ctx, id)
		if err != nil {
			return now, err
		}
		switch now.StatusAt(time.Now()) {
		case token.Pending:
			return now, nil
		case token.Expired:
			return now, fault.New(fault.Forbidden, "enrolment.expired")
		case token.Refused:
			return now, fault.New(fault.Forbidden, "enrolment.refused")
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return now, ctx.Err()
		}
	}
}

// decide shows the fingerprint and asks.
func (e EnrollNewCmd) decide(ctx context.Context, c *center.Center, waiting token.Enrolment) error {
	fingerprint := waiting.Key.Fingerprint()
	fmt.Printf("\nA device answers with the fingerprint\n\n    %s\n\n", fingerprint)
	if waiting.Predecessor != "" {
		fmt.Printf("It has proved that it is the machine that was device %s, and goes on with what that one recorded.\n", waiting.Predecessor)
	}
	if !e.Yes {
		fmt.Print("Does its screen show the same? Type yes to let it in: ")
		said, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil || strings.TrimSpace(strings.ToLower(said)) != "yes" {
			if err := c.Refuse(ctx, waiting.ID, operator); err != nil {
				return err
			}
			fmt.Println("refused")
			return nil
		}
	}
	return approve(ctx, c, waiting.ID, fingerprint)
}

func approve(ctx context.Context, c *center.Center, id, fingerprint string) error {
	d, err := c.Approve(ctx, id, fingerprint, operator)
	if err != nil {
		return err
	}
	if d.IsProgram() {
		fmt.Printf("approved: %s asks for %s\n", d.Name, d.SiteID)
		return nil
	}
	fmt.Printf("approved: %s stands at %s with tickets %s001, %s002 …\n", d.Name, d.SiteID, d.Letter, d.Letter)
	return nil
}

// EnrollApproveCmd approves by ID and fingerprint.
type EnrollApproveCmd struct {
	Place
	ID          string `arg:"" help:"Enrolment, as enroll printed it."`
	Fingerprint string `arg:"" help:"Fingerprint as the device's screen shows it, in quotes."`
}

// Run approves.
func (e EnrollApproveCmd) Run() error {
	return e.with(func(ctx context.Context, c *center.Center) error { return approve(ctx, c, e.ID, e.Fingerprint) })
}

// EnrollRefuseCmd refuses by ID.
type EnrollRefuseCmd struct {
	Place
	ID string `arg:"" help:"Enrolment, as enroll printed it."`
}

// Run refuses.
func (e EnrollRefuseCmd) Run() error {
	return e.done(func(ctx context.Context, c *center.Center) error { return c.Refuse(ctx, e.ID, operator) }, "refused")
}

// EnrollSitesCmd lists sites.
type EnrollSitesCmd struct{ Place }

// Run lists them.
func (e EnrollSitesCmd) Run() error {
	return e.with(func(ctx context.Context, c *center.Center) error {
		all, err := c.Store().Sites(ctx)
		for _, s := range all {
			fmt.Printf("%-24s %s  %s\n", s.ID, s.District, s.Name.ZH)
		}
		return err
	})
}
