// Command lianxin-center is the center: it serves devices, stations and later
// phones and hospitals, and holds the tools of its engineers.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/coredump"
	"lianxin/backend/payout"
	"lianxin/backend/store"
	"lianxin/backend/sync"
	"lianxin/backend/textmessage"
)

// version is set when the program is built.
var version = "development"

// program is every command with its flags.
type program struct {
	Serve         ServeCmd         `cmd:"" help:"Serve devices and people."`
	Migrate       MigrateCmd       `cmd:"" help:"Bring the database to this program's version, after a backup."`
	Seed          SeedCmd          `cmd:"" help:"Fill the database with clearly fake sample data, or wipe it."`
	Enroll        EnrollCmd        `cmd:"" help:"Let a kiosk or desk in."`
	Site          SiteCmd          `cmd:"" help:"Load and list donation sites."`
	Keys          KeysCmd          `cmd:"" help:"Make the key file of an installation, and rotate its keys."`
	Device        DeviceCmd        `cmd:"" help:"List, rename and revoke devices."`
	Letters       LettersCmd       `cmd:"" help:"Read what a kiosk exported because the center had refused it."`
	Import        ImportCmd        `cmd:"" help:"Take in a file of donations and test results of a station."`
	Gift          GiftCmd          `cmd:"" help:"Look after gifts: catalogue, stock, codes, vouchers."`
	Relief        ReliefCmd        `cmd:"" help:"Look after blood without charge: the book of millilitres."`
	Hospital      HospitalCmd      `cmd:"" help:"Look after hospitals that give relief at discharge; or be the client of one."`
	Settlement    SettlementCmd    `cmd:"" help:"Settle with district offices what the center advanced."`
	Merges        MergesCmd        `cmd:"" help:"Show who may be one person known under two documents, merge and take back."`
	Corrections   CorrectionsCmd   `cmd:"" help:"Show what donors say is not right on file of them, and answer."`
	Claim         ClaimCmd         `cmd:"" help:"List reimbursement claims, and show one."`
	Payout        PayoutCmd        `cmd:"" help:"Pay claims: batches, files for banks, statements, what nobody has heard of."`
	Counsel       CounselCmd       `cmd:"" help:"The list of donors who are told of a result in confidence; for counsellors."`
	Papers        PapersCmd        `cmd:"" help:"Take back a result slip or certificate that was issued."`
	Refused       RefusedCmd       `cmd:"" help:"Show what the center kept for later and refused when its turn came, until somebody has dealt with it."`
	Calls         CallsCmd         `cmd:"" help:"Show who asks for help at kiosks, and answer."`
	User          UserCmd          `cmd:"" help:"Add, list, change, disable and reset members of staff."`
	Token         TokenCmd         `cmd:"" help:"Rotate or roll the keys of access tokens."`
	Backup        BackupCmd        `cmd:"" help:"Copy the database while it is in use."`
	Restore       RestoreCmd       `cmd:"" help:"Put a backup in place of the database."`
	Feed          FeedCmd          `cmd:"" help:"Make every device pull from the beginning."`
	Audit         AuditCmd         `cmd:"" help:"Check, search and export the audit log."`
	OpenAPI       OpenAPICmd       `cmd:"" name:"openapi" help:"Print the API's OpenAPI 3.1 document."`
	Questionnaire QuestionnaireCmd `cmd:"" help:"Check FHIR questionnaires and answers."`
	Pack          PackCmd          `cmd:"" help:"Check, compare, publish and withdraw packs of rules and questionnaires."`
	Doctor        DoctorCmd        `cmd:"" help:"Check whether this machine can run a center."`
	Version       VersionCmd       `cmd:"" help:"Print the version."`
}

// Place is the data every command that opens a center needs.
type Place struct {
	Data     string             `help:"Folder for the database, keys and backups." default:"${data}" env:"LIANXIN_DATA" type:"path"`
	Database string             `help:"postgres://… instead of SQLite in the data folder." env:"LIANXIN_DATABASE" placeholder:"URL"`
	URL      string             `help:"Address devices reach this center by. Default: http://localhost:8790; with serve, the port of --listen localhost:PORT." env:"LIANXIN_URL" placeholder:"URL"`
	Demo     bool               `help:"Made-up data only; keys may lie in a plain file." env:"LIANXIN_DEMO"`
	messages textmessage.Driver // set by the one command that sends codes to phones
	wechat   payout.Driver      // set by the one command that pays
	serves   bool               // by a clock that is watched
	trusts   bool               // the machine's clock, however far it leapt
	KeyFile  bool               `help:"Accept a plain key file in the data folder, outside demo mode." env:"LIANXIN_KEY_FILE"`
	Ahead    time.Duration      `hidden:"" help:"With --demo only: how far ahead this command's clock is, to see a month end." env:"LIANXIN_DEMO_AHEAD"`
}

// open opens the center of a place; upgrade says what happens to a database of an
// older program.
func (p Place) open(ctx context.Context, upgrade store.Upgrade) (*center.Center, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return center.Open(ctx, p.config(upgrade))
}

func (p Place) config(upgrade store.Upgrade) center.Config {
	config := center.Config{Data: p.Data, Database: p.Database, URL: p.address(), Demo: p.Demo, Now: p.clock(),
		AllowKey: p.KeyFile, Messages: p.messages, WeChat: p.wechat, Upgrade: upgrade, Version: version, Log: logger()}
	if p.serves && p.Ahead == 0 {
		config.Elapsed, config.TrustClock = sync.SinceBoot, p.trusts || p.Demo // nobody is harmed among made-up people
	}
	return config
}

// clock is the machine's own, which nil says, unless check let it be ahead.
func (p Place) clock() func() time.Time {
	if p.Ahead == 0 {
		return nil
	}
	return func() time.Time { return time.Now().Add(p.Ahead) }
}

// with opens the center, lets do work and closes it. It never upgrades a database:
// the center that serves it may be older than this command. Nor does it make one: a
// mistyped --data is no center. Fault then: "store.empty".
func (p Place) with(do func(ctx context.Context, c *center.Center) error) error {
	return p.upgrading(store.UpgradeNever, do)
}

// done is with, and says in one line what became of it: a command that prints nothing leaves
// people wondering.
func (p Place) done(do func(ctx context.Context, c *center.Center) error, said string, args ...any) error {
	return p.with(saying(do, said, args...))
}

// saying does something and prints a line when it is done.
func saying(do func(ctx context.Context, c *center.Center) error, said string, args ...any) func(ctx context.Context, c *center.Center) error {
	return func(ctx context.Context, c *center.Center) error {
		if err := do(ctx, c); err != nil {
			return err
		}
		_, err := fmt.Printf(said+"\n", args...)
		return err
	}
}

// begins is with for commands a new center may begin with; it says so when they do.
func (p Place) begins(do func(ctx context.Context, c *center.Center) error) error {
	return p.upgrading(store.UpgradeEmpty, do)
}

// upgrading is with for the few commands that may upgrade.
func (p Place) upgrading(upgrade store.Upgrade, do func(ctx context.Context, c *center.Center) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	c, err := p.open(ctx, upgrade)
	if err != nil {
		return err
	}
	if c.Store().IsNew() {
		slog.WarnContext(ctx, "a new, empty center was made; if there should be one already, check --data and --database", "data", p.Data)
	}
	return errors.Join(do(ctx, c), c.Close())
}

// logger writes JSON lines; it serves as well what logs without having been given one.
func logger() *slog.Logger {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	slog.SetDefault(log)
	return log
}

// exitCodes are the codes of every command; docs/operations.md has them too.
var exitCodes = commandline.Exits{
	{0, "done; what was checked is valid"},
	{1, "it failed, or what was checked is not valid; standard error says why"},
	{commandline.ExitUsage, "the command line was not understood; checks: a file cannot be read"},
}

// coded errors say how the program ends.
type coded interface {
	error
	ExitCode() int
}

func main() {
	if err := coredump.Limit(); err != nil { // also where no unit says so
		fmt.Fprintln(os.Stderr, "lianxin-center:", err)
		os.Exit(1)
	}
	data := "lianxin-data"
	if home, err := os.UserHomeDir(); err == nil {
		data = filepath.Join(home, ".local", "share", "lianxin-center")
	}
	var p program
	err := commandline.Program{Name: "lianxin-center", Exits: exitCodes, Vars: kong.Vars{"data": data},
		Description: "连心 Lianxin center: blood-donation services for kiosks, offices and phones."}.Parse(&p).Run()
	if err == nil {
		return
	}
	if with, ok := errors.AsType[coded](err); ok {
		if text := err.Error(); text != "" {
			fmt.Fprintln(os.Stderr, text)
		}
		os.Exit(with.ExitCode())
	}
	fmt.Fprintln(os.Stderr, "lianxin-center:", explain(err))
	os.Exit(1)
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints it.
func (VersionCmd) Run() error {
	fmt.Println("lianxin-center", version)
	return nil
}
