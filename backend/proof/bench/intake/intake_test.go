package intake

import (
	"bufio"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/mattn/go-sqlite3"

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/intake/stationfile"
	"lianxin/backend/proof/figure"
	"lianxin/backend/site"
	"lianxin/backend/store/pgtest"
)

var (
	rows   = flag.Int("rows", 1000, "donations with results in the file")
	rounds = flag.Int("rounds", 1, "how often each is measured")
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// columns of the file; peers keep each as a text.
const columns = "记录编号,证件号码,姓名,手机号,献血编号,献血类型,采血量,献血日期,采血点,检测结论,ABO血型,RhD血型,报告日期,抗HIV,乙肝表面抗原,抗HCV,梅毒,转氨酶"

// write makes a file of made-up people, each of whom gave twice in three years.
func write(t *testing.T, name string, today calendar.Date) {
	t.Helper()
	file, err := os.Create(name)
	must(t, err)
	out := bufio.NewWriter(file)
	fmt.Fprintln(out, columns)
	born := calendar.MustParse("1970-01-01")
	for n := range *rows {
		person := n / 2
		day := born.AddDays(person % 9000)
		number := identity.WithCheck("110199" + strings.ReplaceAll(day.String(), "-", "") + fmt.Sprintf("%03d", person/9000%1000)).Number
		on := today.AddDays(-10 - person%900 - n%2*200)
		din := donation.DIN(fmt.Sprintf("Z9%03d%02d%06d", n/1_000_000, on.Year()%100, n%1_000_000))
		fmt.Fprintf(out, "R-%08d,%s,测试%d,010-5550-%07d,%s,全血,400,%s,miyun-gulou,合格,%s,+,%s,阴性,阴性,阴性,阴性,%d\n",
			n, number, person, person, din.BarCode(), on, []string{"A", "B", "O", "AB"}[person%4], on.AddDays(3), 10+n%30)
	}
	must(t, out.Flush())
	must(t, file.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ours takes the file in and returns rows a second.
func ours(t *testing.T, file, database string) float64 {
	t.Helper()
	c, err := center.Open(t.Context(), center.Config{Data: t.TempDir(), Database: database, URL: "http://center.example.invalid", Demo: true})
	must(t, err)
	defer func() { must(t, c.Close()) }()
	must(t, c.SaveSite(t.Context(), site.Site{ID: "miyun-gulou", Station: site.Miyun, District: "110118"}))
	read, err := os.Open(file)
	must(t, err)
	defer read.Close()
	began, used := time.Now(), processor(t)
	counts, err := c.Import(t.Context(), read, center.ImportOptions{Station: site.Miyun, Options: stationfile.Options{Format: stationfile.CSV},
		By: center.AtMachine("terminal"), Refused: func(_ intake.Row, places []fault.Place) error { return fmt.Errorf("refused: %v", places) }})
	took := time.Since(began)
	must(t, err)
	if counts.Applied != *rows {
		t.Fatalf("%+v of %d rows", counts, *rows)
	}
	t.Logf("%d rows in %s, of which this process worked %s", *rows, took.Round(time.Millisecond), (processor(t) - used).Round(time.Millisecond))
	return float64(*rows) / took.Seconds()
}

// processor is how long this process has worked so far; others may work on the machine too.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// counted holds a peer's table to the number of rows.
func counted(t *testing.T, driver, address string) {
	t.Helper()
	db, err := sql.Open(driver, address)
	must(t, err)
	defer db.Close()
	var n int
	must(t, db.QueryRow("SELECT COUNT(*) FROM loaded").Scan(&n))
	if n != *rows {
		t.Fatalf("the peer has %d rows of %d", n, *rows)
	}
}

func timed(t *testing.T, what *exec.Cmd) float64 {
	t.Helper()
	began := time.Now()
	if said, err := what.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return float64(*rows) / time.Since(began).Seconds()
}

func sqliteImport(t *testing.T, file string) float64 {
	t.Helper()
	database := filepath.Join(t.TempDir(), "loaded.db")
	speed := timed(t, exec.Command("sqlite3", "-cmd", "PRAGMA journal_mode=WAL", "-cmd", "PRAGMA synchronous=FULL", database, ".import --csv "+file+" loaded"))
	counted(t, "sqlite3", database)
	return speed
}

func postgresCopy(t *testing.T, file string) float64 {
	t.Helper()
	address := pgtest.Database(t)
	names := strings.Split(columns, ",")
	pgtest.Exec(t, address, `CREATE TABLE loaded ("`+strings.Join(names, `" TEXT, "`)+`" TEXT)`)
	speed := timed(t, exec.Command("psql", address, "-c", `\copy loaded FROM '`+file+`' WITH (FORMAT csv, HEADER)`))
	counted(t, "pgx", address)
	return speed
}

func TestSpeedOfAnImport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "donations.csv")
	write(t, file, calendar.Of(time.Now()))
	peers := map[string]func() (ours, theirs float64){
		"sqlite3 .import": func() (float64, float64) { return ours(t, file, ""), sqliteImport(t, file) },
		"COPY":            func() (float64, float64) { return ours(t, file, pgtest.Database(t)), postgresCopy(t, file) },
	}
	for _, engine := range []struct{ name, peer string }{{"SQLite", "sqlite3 .import"}, {"PostgreSQL", "COPY"}} {
		var mine, theirs []float64
		for range *rounds {
			a, b := peers[engine.peer]()
			mine, theirs = append(mine, a), append(theirs, b)
		}
		f := figure.Figure{Work: fmt.Sprintf("import of %d donations with results, %s", *rows, engine.name), Unit: "rows per s",
			Ours: figure.SpreadOf(mine...), Peer: version(t, engine.peer), Theirs: figure.SpreadOf(theirs...),
			Note: "the peer loads one table of texts: it checks, matches and seals nothing"}
		t.Logf("%s: ours %.0f, theirs %.0f rows a second", f.Work, f.Ours.Median, f.Theirs.Median)
		must(t, figure.Keep(f))
	}
}

func version(t *testing.T, peer string) string {
	t.Helper()
	program := map[string]string{"sqlite3 .import": "sqlite3", "COPY": "psql"}[peer]
	said, err := exec.Command(program, "--version").Output()
	must(t, err)
	return peer + ", " + strings.Join(strings.Fields(string(said))[:3], " ")
}
