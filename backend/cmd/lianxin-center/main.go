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
	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/store"
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
	return center.Config{Data: p.Data, Database: p.Database, URL: p.address(), Demo: p.Demo, Now: p.clock(),
		AllowKey: p.KeyFile, Messages: p.messages, WeChat: p.wechat, Upgrade: upgrade, Version: version, Log: logger()}
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

// hints say what an engineer can do about the faults commands meet.
var hints = map[string]string{
	"intake.headings":         "these columns are not understood or missing, so nothing was taken in; docs/stations.md lists the headings",
	"intake.encoding":         "this file is written in another encoding than it is read in; leave --encoding out, or say the other one",
	"intake.empty":            "there is nothing in this file",
	"intake.format":           "this file is damaged, cut off or of another format; say --format, or let the station write it again",
	"gift.not_found":          "there is no such gift; list them with: lianxin-center gift list",
	"gift.none_left":          "there are not so many left that nobody has asked for; see: lianxin-center gift list --site SITE",
	"gift.place":              "this gift is handed out as codes and has no stock at a site; load codes with: lianxin-center gift codes",
	"gift.no_codes":           "this gift is picked up and has no codes; add to its stock with: lianxin-center gift stock",
	"gift.catalogue_invalid":  "the catalogue was not loaded; each place that is wrong is named above",
	"gift.codes_invalid":      "none of the codes was loaded; each line that is no code is named above",
	"redemption.picked_up":    "the gift of this voucher was handed over already",
	"redemption.expired":      "this voucher was not used in time; its points and its gift were put back",
	"redemption.other_site":   "this voucher is for another site",
	"redemption.not_found":    "there is no such voucher; check its number",
	"hospital.not_found":      "there is no such hospital; list them with: lianxin-center hospital list",
	"hospital.malformed":      "the ID has small letters, digits and hyphens, names are needed in both languages, and the district has six digits",
	"settlement.month_open":   "this month is not over; it can be locked from the first day of the next one on",
	"settlement.astray":       "a locked statement differs from the book; let nobody use it, keep a copy of the database, and look at the audit log",
	"merge.not_found":         "there is no such pair; list them with: lianxin-center merges",
	"merge.decided":           "this pair is merged already; take it back with: lianxin-center merges undo",
	"merge.not_merged":        "this pair is not merged; list those that are with: lianxin-center merges --status merged",
	"letter.malformed":        "this is no file of: lianxin letters export, or it is cut off; export it again",
	"letter.not_genuine":      "the file was changed, or belongs to a kiosk of another center; export it again",
	"store.newer":             "this database was written by a newer program; install that version or restore the backup beside the database",
	"store.older":             "this database was written by an older program; stop the center, then run: lianxin-center migrate",
	"store.empty":             "no center has its data there; name its folder with --data, or its database with --database. A new one is begun by: lianxin-center serve",
	"store.in_use":            "a center serves this database; stop every center on it first",
	"store.backup_needed":     "there is no folder for the backup; say --data FOLDER, or --backup-done when you have made one yourself",
	"store.client_missing":    "PostgreSQL's programs are needed (apt-get install postgresql-client); or make a backup yourself and say: lianxin-center migrate --backup-done",
	"store.client_failed":     "PostgreSQL's own program said no, see above; nothing was changed. To upgrade with a backup of your own: lianxin-center migrate --backup-done",
	"store.damaged":           "the database is damaged; restore a backup with: lianxin-center restore FILE",
	"store.full":              "the disk is full; free some space and start again, nothing was lost",
	"operation.failed":        "the center fails at changes kiosks sent; they are kept whole. Look for \"operation failed inside the center\" in the log, upgrade, and start again: they are tried anew",
	"operation.refused_later": "these are kept whole until somebody has dealt with them; see: lianxin-center refused",
	"operation.not_refused":   "there is no such operation; list them with: lianxin-center refused",
	"backup.exists":           "there is a file of that name, and it may be the only good backup; it was left as it is. Choose another name",
	"backup.unusable":         "this file is no backup of this kind of database, or it is damaged or cut off; nothing was changed. Take another one",
	"center.address_taken":    "another program listens on this address, perhaps another center; stop it, or choose another with --listen",
	"center.database_address": "--database takes postgres://… only; leave it out for SQLite in the data folder",
	"center.url":              "--url takes http:// or https:// with a host, such as https://center.example.org",

	"payout.format":             "there is no such format of a bank; list them with: lianxin-center payout formats",
	"payout.statement_headings": "no row of this file has the headings of the format; choose the bank's own with --format, see: lianxin-center payout formats",
	"payout.statement_file":     "this is neither a workbook (xlsx) nor CSV; let the bank export it again",
	"payout.statement_rows":     "some rows cannot be read, and nothing was taken in; each is named above",
	"payout.statement_empty":    "there is no line in this statement",
	"payout.statement_exists":   "another file was taken in under this name; choose another with --id",
	"payout.wechat_config":      "what is needed to pay over WeChat is not whole; the file is named above, docs/paying.md says what belongs into it",

	"redemption.cancelled":            "this voucher was cancelled; its points and its gift were put back",
	"redemption.other_code":           "this is another code of the product and no voucher's; type what stands on the voucher",
	"redemption.nothing_to_hand_over": "this voucher carries a code, which its owner reads at a kiosk; there is nothing to hand over",
	"code.other_system":               "this is neither a voucher's code nor its number, which has ten letters and digits",
	"code.unreadable":                 "this code is damaged or cut off; type the number of the voucher, ten letters and digits",
	"code.check":                      "this code was not read whole; scan it again, or type the number of the voucher",
	"code.version":                    "this code is of a newer program; upgrade the center",
	"correction.not_found":            "there is no such request; list them with: lianxin-center corrections --site SITE",

	"audit.file":              "this is no exported audit log, or it was cut off in the middle of an entry; export it again with: lianxin-center audit export",
	"pack.published":          "this version was published before, and what it says never changes; raise the version in the file and load it again",
	"pack.not_found":          "there is no such version; list them with: lianxin-center pack versions",
	"pack.in_force":           "this version is in force, and people were judged by it; publish a later one instead: lianxin-center pack load FILE",
	"pack.withdrawn":          "this version was withdrawn before; nothing is to be done",
	"pack.day_missing":        "the file does not say from when it is in force; say it with --from DAY",
	"device.not_found":        "there is no such device; list them with: lianxin-center device list",
	"enrolment.not_found":     "there is no such enrolment; the command lianxin-center enroll printed its name, or make a new one with it",
	"seed.already":            "this database holds sample data already; wipe it first with the same flags and --wipe: lianxin-center seed --demo --wipe",
	"seed.unfinished":         "an earlier seed was cut short and left a part of its sample data; wipe it first with the same flags and --wipe: lianxin-center seed --demo --wipe",
	"seed.few_donors":         "too few of the made-up donors have given enough for an office; wipe the sample data and make more of them: lianxin-center seed --demo --office --donors 1000",
	"seal.key_lost":           "there is a database, but not the keys it was made with; put the key file keys.json back into the data folder. Without it nobody can read this database: if it held made-up data only, remove center.db and begin anew",
	"seal.key_other":          "the center works with another key file than this one; encrypt this one anew, or put it in place, and restart every center first",
	"seal.key_in_use":         "some of the database is under an earlier key still; run: lianxin-center keys reseal, until it says 0 left",
	"seal.key_only":           "there is only one key, and it is in use; add one first with: lianxin-center keys add FILE",
	"seal.key_unknown":        "this database or backup was sealed with a key the key file does not have; put that key back: after a rotation it is in the file's copy named .before-…",
	"seal.key_missing":        "no keys were found; give them as a systemd credential named lianxin-keys, or use --key-file",
	"seal.key_file_forbidden": "a plain key file is for demos; use a systemd credential, or say --key-file if you accept the risk",
	"seal.key_permissions":    "others may read the key file; run: chmod 600 on it, chmod 700 on its folder",
	"staff.not_found":         "there is no such member of staff; list them with: lianxin-center user list",
	"staff.login_taken":       "somebody has this login name already; list them with: lianxin-center user list",
	"staff.login_malformed":   "a login name has 3 to 32 small letters, digits, dots, hyphens or underscores and begins with a letter",
	"staff.scope_malformed":   "a station is named as in the list of sites, a district by six digits",
	"staff.admin_scope":       "an administrator looks after all devices and accounts; leave --station and --district out",
	"staff.last_admin":        "this is the last active administrator; add another one first",
	"staff.totp_wrong":        "the code did not fit three times; check that the phone's clock is right and begin again",
	"counsel.not_found":       "there is no such case at your sites; list them with: lianxin-center counsel LOGIN",
	"counsel.closed":          "this case is closed; list the closed ones with: lianxin-center counsel LOGIN --closed",
	"counsel.not_yours":       "somebody else looks after this case, or nobody; take it first with: lianxin-center counsel LOGIN --case ID --take",
	"counsel.not_counsellor":  "the list is for counsellors; an administrator gives that role with: lianxin-center user add",
	"counsel.face_to_face":    "this donor is told face to face only: ask them to come (--outcome will_come), and note it when they have been told (--way face_to_face)",
	"counsel.too_few_tries":   "it was not tried often enough, or no senior has looked at it; try again, or --escalate",
	"paper.not_found":         "there is no such paper, or it was taken back already; the code stands beneath its QR",
	"textmessage.address":     "--messages takes an https address, folder:DIR, console (demos), or off",
	"textmessage.demo_only":   "console shows codes to whoever reads it, so it is for --demo; use a gateway or folder:DIR",
	"staff_call.not_found":    "there is no such call; list the open ones with: lianxin-center calls",
	"staff_call.closed":       "somebody has closed this call already",
	"site.not_found":          "there is no such site; list them with: lianxin-center site list; load them with: lianxin-center site load FILE",
}

// explain adds what to do to what happened.
func explain(err error) string {
	if hint, ok := hints[fault.CodeOf(err)]; ok {
		return err.Error() + "\n  → " + hint
	}
	return err.Error()
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints it.
func (VersionCmd) Run() error {
	fmt.Println("lianxin-center", version)
	return nil
}

// Upgrading is the choice of a command that may upgrade the database.
type Upgrading struct {
	BackupDone bool `help:"Upgrade the database without making a backup: you have made one yourself."`
}

func (u Upgrading) policy() store.Upgrade {
	if u.BackupDone {
		return store.UpgradeBackedUp
	}
	return store.UpgradeNow
}

// MigrateCmd brings the schema up to date.
type MigrateCmd struct {
	Place
	Upgrading
}

// Run opens the database, which migrates it. Centers on a PostgreSQL are looked
// for there; on a SQLite file there is one at most.
func (m MigrateCmd) Run() error {
	if m.Database != "" {
		return m.migrate()
	}
	return m.exclusively(m.migrate)
}

func (m MigrateCmd) migrate() error {
	return m.upgrading(m.policy(), func(ctx context.Context, c *center.Center) error {
		schema, err := c.Store().SchemaVersion(ctx)
		fmt.Println("schema", schema, "on", c.Store().Version())
		return err
	})
}

// BackupCmd copies the database.
type BackupCmd struct {
	Place
	File string `arg:"" optional:"" help:"Where to; by default a dated file in the data folder." type:"path"`
}

// Run writes the copy.
func (b BackupCmd) Run() error {
	if _, err := os.Lstat(b.File); err == nil {
		return fault.New(fault.Conflict, "backup.exists")
	}
	return b.with(func(ctx context.Context, c *center.Center) error {
		if b.File == "" {
			b.File = filepath.Join(b.Data, "backup-"+stamp()+map[store.Engine]string{store.SQLite: ".db", store.Postgres: ".dump"}[c.Store().Engine()])
		}
		if err := c.Store().Backup(ctx, b.File); err != nil {
			return err
		}
		fmt.Println(b.File)
		return nil
	})
}

// stamp is the time of a file's name, to the millisecond: two restores within a
// second must not put both databases aside under one name.
func stamp() string { return time.Now().UTC().Format("20060102T150405.000Z") }
