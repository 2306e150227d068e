package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

func call(id string) staffcall.Call {
	return staffcall.Call{ID: id, SiteID: storetest.Site, DeviceID: storetest.DeviceID, RaisedAt: storetest.At}
}

// pragmasOf reads settings of every connection of a pool, all of them open at once.
func pragmasOf(t *testing.T, pool *sql.DB, pragmas ...string) []string {
	t.Helper()
	var all []string
	for range pool.Stats().MaxOpenConnections {
		conn, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var values []string
		for _, pragma := range pragmas {
			var value string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&value); err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		all = append(all, strings.Join(values, " "))
	}
	return all
}

func TestEveryConnectionOfSQLiteIsSet(t *testing.T) {
	writer, reader := openSQLite(t).Pools()
	for name, c := range map[string]struct {
		pool *sql.DB
		n    int
		want string
	}{
		"writer": {writer, 1, "wal 2 1 10000 0"},
		"reader": {reader, store.ReaderCount, "wal 2 1 10000 1"},
	} {
		got := pragmasOf(t, c.pool, "journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
		if len(got) != c.n {
			t.Errorf("%s has %d connections, want %d", name, len(got), c.n)
		}
		for _, settings := range got {
			if settings != c.want {
				t.Errorf("%s: %s, want %s", name, settings, c.want)
			}
		}
	}
	if _, err := reader.ExecContext(t.Context(), "DELETE FROM visits"); err == nil {
		t.Error("the pool for reading writes")
	}
}

// The driver ignores what it does not know; without the check a slip of the pen
// would turn durability off.
func TestSettingsThatDoNotHoldAreRefused(t *testing.T) {
	good := "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on"
	for name, query := range map[string]string{
		"as they are":      good,
		"mistyped name":    strings.Replace(good, "_synchronous", "_synchronus", 1),
		"no foreign keys":  strings.Replace(good, "_foreign_keys=on", "", 1),
		"rollback journal": strings.Replace(good, "WAL", "DELETE", 1),
		"shorter patience": strings.Replace(good, "10000", "5000", 1),
	} {
		pool, err := store.OpenPool("file:"+filepath.Join(t.TempDir(), "test.db")+"?"+query, 1)
		if (err == nil) != (query == good) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			db, err := pool.DB()
			if err != nil || db.Close() != nil {
				t.Error(err)
			}
		}
	}
}

func TestOldLibraryIsRefused(t *testing.T) {
	if err := store.CheckSQLite(store.MinimumVersion); err != nil {
		t.Error(err)
	}
	wantFault(t, "one release older", store.CheckSQLite(store.MinimumVersion-1), "store.engine_too_old")
}

func TestManyWritersOfOneProgramNeverCollide(t *testing.T) {
	s := openSQLite(t)
	var writing sync.WaitGroup
	for w := range 8 {
		writing.Go(func() {
			for i := range 25 {
				err := s.InTx(t.Context(), func(ctx context.Context) error {
					if _, err := s.OpenCalls(ctx, storetest.Site); err != nil { // a read first would make a deferred transaction fail
						return err
					}
					return s.SaveCall(ctx, call(fmt.Sprintf("%d-%d", w, i)))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	calls, err := s.OpenCalls(t.Context(), storetest.Site)
	if err != nil || len(calls) != 200 {
		t.Errorf("%d of 200 calls, %v", len(calls), err)
	}
}

// holder is the variable that makes this test binary another program, which
// holds the write lock of a database until its input ends.
const holder = "LIANXIN_TEST_HOLD"

func hold(path string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?_txlock=immediate")
	if err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	fmt.Println("held")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return tx.Rollback()
}

// holdElsewhere starts the other program and returns when it has the lock.
func holdElsewhere(t *testing.T, path string) (release func()) {
	t.Helper()
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), holder+"="+path)
	other.Stderr = os.Stderr
	in, inErr := other.StdinPipe()
	out, outErr := other.StdoutPipe()
	if inErr != nil || outErr != nil {
		t.Fatal(inErr, outErr)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if said, err := bufio.NewReader(out).ReadString('\n'); said != "held\n" {
		t.Fatalf("the other program said %q, %v", said, err)
	}
	return func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if err := other.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestAnotherProgramHoldsTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := open(t, "sqlite3", path)
	release := holdElsewhere(t, path)
	writer, _ := s.Pools()
	patience := func(milliseconds int) {
		if _, err := writer.ExecContext(t.Context(), fmt.Sprint("PRAGMA busy_timeout = ", milliseconds)); err != nil {
			t.Fatal(err)
		}
	}
	patience(20)
	wantFault(t, "a single statement", s.SaveCall(t.Context(), call("1")), "store.busy")
	wantFault(t, "a transaction", s.InTx(t.Context(), func(ctx context.Context) error { return s.SaveCall(ctx, call("2")) }), "store.busy")
	if kind := fault.From(s.SaveCall(t.Context(), call("3"))).Kind; kind != fault.Unavailable {
		t.Errorf("kind %s does not say that it may work later", kind)
	}
	if calls, err := s.OpenCalls(t.Context(), storetest.Site); err != nil || len(calls) != 0 {
		t.Errorf("reading meanwhile: %v, %v", calls, err)
	}

	patience(10_000)
	written := make(chan error)
	go func() { written <- s.SaveCall(t.Context(), call("4")) }()
	release()
	if err := <-written; err != nil {
		t.Errorf("after the other program let go: %v", err)
	}
}

func TestAnyPathIsAFile(t *testing.T) {
	for _, name := range []string{"数据 库.db", "100%25?mode=memory#x.db", "a&b=c;d.db"} {
		folder := t.TempDir()
		s := open(t, "sqlite3", filepath.Join(folder, "plain.db")) // beside it, for the raw connection
		other, err := store.Open(t.Context(), store.Options{URL: filepath.Join(folder, name), Keyring: storetest.Keyring(t)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := other.SaveCall(t.Context(), call("1")); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Errorf("%s: the file is elsewhere: %v", name, err)
		}
		if calls, err := s.OpenCalls(t.Context(), storetest.Site); err != nil || len(calls) > 0 {
			t.Errorf("%s: went into another file: %v", name, err)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
}
