package checkin

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/mattn/go-sqlite3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// settings are those of the product's writer.
const settings = "?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=10000&_stmt_cache_size=20"

// filled are rows of past days, an equal share in each statement: what a kiosk keeps of
// its own people, and what the center told it of everybody.
var filled = []string{
	`INSERT INTO visits (id, site_id, device_id, day, outcome, ticket, ticket_number, source, donor_key, product, volume_ml, units, appointment_id,
		language, arrived_at, clock_offset_us, duplicate_of, sealed)
		SELECT 'v' || n, 'filled', 'filled', date('2020-01-01', '+' || (n / 100) || ' days'), 'waiting', 'A' || n, n, 'card', hex(randomblob(32)),
		'whole_blood', 400, 0, '', 'zh-CN', n, 0, '', randomblob(500) FROM numbers`,
	`INSERT INTO screenings (visit_id, questionnaire, pack_version, sealed) SELECT 'v' || n, 'filled', '1', randomblob(1000) FROM numbers`,
	`INSERT INTO self_exclusions (visit_id, sealed) SELECT 'v' || n, randomblob(100) FROM numbers`,
	`INSERT INTO receipts (id, visit_id, created_at, reprints, sealed) SELECT 'r' || n, '', n, 0, randomblob(1000) FROM numbers`,
	`INSERT INTO operations (seq, id, kind, version, device_time, sealed, prev, hash, fate, code, accounted_on)
		SELECT n, 'o' || n, 'visit.checked_in', 1, '2026-01-01T00:00:00Z', randomblob(1000), randomblob(32), randomblob(32), 'applied', '', date('now') FROM numbers`,
	`INSERT INTO gate_entries (donor_key, sealed) SELECT hex(randomblob(32)), randomblob(300) FROM numbers`,
	`INSERT INTO appointments (id, code_index, site_id, donor_key, day, start_time, product, volume_ml, units, status, sealed)
		SELECT 'a' || n, 'c' || n, 'filled', hex(randomblob(32)), date('2020-01-01', '+' || (n / 100) || ' days'), '09:00', 'whole_blood', 400, 0, 'booked',
		randomblob(300) FROM numbers`,
}

// fill puts rows of the past into the kiosk's closed database.
func (k *kiosk) fill(rows int) {
	k.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(k.data, "kiosk.db")+"?_journal_mode=WAL&_synchronous=OFF")
	must(k.t, err)
	defer db.Close()
	began := time.Now()
	for _, insert := range filled {
		_, err := db.Exec(fmt.Sprintf("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d) ", rows/7+1) + insert)
		must(k.t, err)
	}
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	must(k.t, err)
	k.t.Logf("%d rows made in %s", rows, time.Since(began).Round(time.Second))
}

// plainTables are a visit and its operation and nothing more.
const plainTables = `CREATE TABLE visits (id TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
	CREATE TABLE operations (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;`

// madePlain is a database of so many rows in both tables, on one connection.
func madePlain(t *testing.T, file string, rows int) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+file+settings)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.Exec(plainTables)
	must(t, err)
	for _, insert := range []string{"INSERT INTO visits SELECT 'v' || n, randomblob(500) FROM numbers", "INSERT INTO operations SELECT n, 'o' || n, randomblob(500) FROM numbers"} {
		_, err = db.Exec(fmt.Sprintf("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d) ", rows/2) + insert)
		must(t, err)
	}
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	must(t, err)
	return db
}

// openPlain commits with the driver alone.
func openPlain(t *testing.T, file string, rows, visit, operation int) func() error {
	t.Helper()
	db := madePlain(t, file, rows)
	return func() error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit it does nothing
		if _, err := tx.Exec("INSERT INTO visits (id, sealed) VALUES (?, ?)", uuid.Must(uuid.NewV7()).String(), random(visit)); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO operations (id, sealed) VALUES (?, ?)", uuid.Must(uuid.NewV7()).String(), random(operation)); err != nil {
			return err
		}
		return tx.Commit()
	}
}

type visitModel struct {
	ID     string `gorm:"primaryKey"`
	Sealed []byte
}

func (visitModel) TableName() string { return "visits" }

type operationModel struct {
	Seq    int64 `gorm:"primaryKey"`
	ID     string
	Sealed []byte
}

func (operationModel) TableName() string { return "operations" }

// openMapped commits with GORM, as it comes.
func openMapped(t *testing.T, file string, rows, visit, operation int) func() error {
	t.Helper()
	db, err := gorm.Open(sqlite.New(sqlite.Config{Conn: madePlain(t, file, rows)}), &gorm.Config{Logger: logger.Discard})
	must(t, err)
	return func() error {
		return db.Transaction(func(tx *gorm.DB) error {
			if err := tx.Create(&visitModel{uuid.Must(uuid.NewV7()).String(), random(visit)}).Error; err != nil {
				return err
			}
			return tx.Create(&operationModel{ID: uuid.Must(uuid.NewV7()).String(), Sealed: random(operation)}).Error
		})
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}
