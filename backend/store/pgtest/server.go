// Package pgtest gives tests a real PostgreSQL: one server per test binary, with
// its data in a temporary folder and a Unix socket only, and a fresh database for
// every test.
//
// A package that uses it runs its tests through Run:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
//
// The server starts with the first Database. fsync stays on: what is measured
// and what survives is what a center would see.
package pgtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// binaries is where Debian's package puts the programs.
const binaries = "/usr/lib/postgresql/15/bin"

// install is what to type when they are missing.
const install = "PostgreSQL 15 is not installed; run: apt-get install postgresql-15"

var (
	starting sync.Once
	running  *server
	startErr error
	counter  int
	counting sync.Mutex
)

// server is a running PostgreSQL.
type server struct {
	folder  string
	account *syscall.Credential // nil: run as whoever runs the tests
	process *exec.Cmd
	ended   chan error
}

// Run runs the tests of a package and stops the server if one was started.
func Run(m *testing.M) int {
	code := m.Run()
	if running == nil {
		return code
	}
	if err := running.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		return max(code, 1)
	}
	return code
}

// Database returns the address of an empty database. Without PostgreSQL the test
// fails and says what to install: a suite that skips one engine holds nothing.
func Database(t testing.TB) string {
	t.Helper()
	starting.Do(func() { running, startErr = start() })
	if startErr != nil {
		t.Fatalf("start PostgreSQL: %v", startErr)
	}
	counting.Lock()
	counter++
	name := "test" + strconv.Itoa(counter)
	counting.Unlock()
	Exec(t, running.address("postgres"), "CREATE DATABASE "+name)
	return running.address(name)
}

// Exec runs one statement in a database, as another program beside the tested one would.
func Exec(t testing.TB, address, statement string) {
	t.Helper()
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// AwaitBlocked returns when so many sessions of a database wait for each other's locks.
func AwaitBlocked(t testing.TB, address string, sessions int) {
	t.Helper()
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer connection.Close(ctx)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for over := time.After(time.Minute); ; {
		var n int
		const count = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
		if err := connection.QueryRow(ctx, count).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n >= sessions {
			return
		}
		select {
		case <-look.C:
		case <-over:
			t.Fatalf("%d sessions wait, not %d", n, sessions)
		}
	}
}

// Files returns a database as bytes, with everything written out: its tables and
// indexes, and the write-ahead log of the server.
func Files(t testing.TB, address string) []byte {
	t.Helper()
	Exec(t, address, "CHECKPOINT")
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer connection.Close(ctx)
	var folder string
	if err := connection.QueryRow(ctx, "SELECT oid::text FROM pg_database WHERE datname = current_database()").Scan(&folder); err != nil {
		t.Fatalf("find the database's folder: %v", err)
	}
	var all bytes.Buffer
	for _, part := range []string{filepath.Join("base", folder), "pg_wal"} {
		err := filepath.WalkDir(filepath.Join(running.folder, "data", part), func(path string, entry os.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			all.Write(content)
			return err
		})
		if err != nil {
			t.Fatalf("read PostgreSQL's files: %v", err)
		}
	}
	return all.Bytes()
}

func (s *server) address(database string) string {
	query := url.Values{"host": {s.folder}, "user": {"postgres"}}
	return "postgres:///" + database + "?" + query.Encode()
}

// start makes a cluster and waits until it says that it takes connections.
func start() (*server, error) {
	if _, err := os.Stat(filepath.Join(binaries, "postgres")); err != nil {
		return nil, errors.New(install)
	}
	folder, err := os.MkdirTemp("", "lianxin-pg-")
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder, ended: make(chan error, 1)}
	if err := s.chooseAccount(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.launch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

// chooseAccount gives the folder to the account postgres when root runs the
// tests: the server refuses to run as root.
func (s *server) chooseAccount() error {
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("%s (%w)", install, err)
	}
	uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return fmt.Errorf("account postgres: %w", err)
	}
	s.account = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.folder, int(uid), int(gid))
}

func (s *server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(binaries, name), args...)
	c.Dir = s.folder
	c.Env = []string{"LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	// The server goes when the tests go, also when they are killed.
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.account, Pdeathsig: syscall.SIGQUIT}
	return c
}

func (s *server) launch() error {
	data := filepath.Join(s.folder, "data")
	made, err := s.command("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust",
		"--encoding", "UTF8", "--no-sync").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, made)
	}
	s.process = s.command("postgres", "-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories="+s.folder)
	log, err := s.process.StderrPipe()
	if err != nil {
		return err
	}
	started := make(chan error)
	go func() {
		// The thread that starts a process must live as long as it: its end is taken for the parent's.
		runtime.LockOSThread()
		err := s.process.Start()
		started <- err
		if err == nil {
			<-s.ended
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return awaitReady(bufio.NewScanner(log))
}

// awaitReady reads the server's log until it is ready, and then keeps reading so
// that the server never waits for its log.
func awaitReady(log *bufio.Scanner) error {
	var said strings.Builder
	for log.Scan() {
		fmt.Fprintln(&said, log.Text())
		if strings.Contains(log.Text(), "ready to accept connections") {
			go func() {
				for log.Scan() {
				}
			}()
			return nil
		}
	}
	return fmt.Errorf("PostgreSQL ended before it was ready:\n%s", said.String())
}

// stop ends the server in order and removes its folder.
func (s *server) stop() error {
	err := s.process.Process.Signal(syscall.SIGINT) // fast shutdown
	if err == nil {
		err = s.process.Wait()
	}
	close(s.ended)
	return errors.Join(err, os.RemoveAll(s.folder))
}
