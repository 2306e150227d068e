package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// smallDisk is the variable that tells this test binary that it runs in a mount
// namespace of its own.
const smallDisk = "LIANXIN_TEST_SMALL_DISK"

// The disk fills up for real: a file system of three megabytes, in a mount
// namespace that goes with the process.
func TestFullDisk(t *testing.T) {
	if os.Getenv(smallDisk) == "" {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
		again.Env = append(os.Environ(), smallDisk+"=1")
		again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
		if os.Geteuid() == 0 {
			again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
		}
		if said, err := again.CombinedOutput(); err != nil {
			t.Errorf("%v (root, or a kernel with user namespaces, is needed to mount a small disk)\n%s", err, said)
		}
		return
	}
	folder := t.TempDir()
	if err := syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""); err != nil {
		t.Fatalf("keep mounts to this process: %v", err)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=3m"); err != nil {
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	fillUp(t, folder)
}

func fillUp(t *testing.T, folder string) {
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, "sqlite3", filepath.Join(folder, "test.db"))
	kept, err := 0, error(nil)
	for ; kept < 1000; kept++ {
		if err = checkIn(t.Context(), t, s.Store, kept); err != nil {
			break
		}
	}
	wantFault(t, fmt.Sprintf("after %d check-ins", kept), err, "store.full")
	if kind := fault.From(err).Kind; kind != fault.Unavailable {
		t.Errorf("kind %s does not say that it may work later", kind)
	}
	if kept < 3 {
		t.Fatalf("the disk was full before anything happened: %v", err)
	}
	for range 3 {
		wantFault(t, "and again", checkIn(t.Context(), t, s.Store, kept), "store.full")
	}
	wantWhole(t, s, kept)

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := checkIn(t.Context(), t, s.Store, kept); err != nil {
		t.Fatalf("after room was made: %v", err)
	}
	wantWhole(t, s, kept+1)
}

// checkIn writes what a kiosk writes for one person, in one transaction.
func checkIn(ctx context.Context, t testing.TB, s *store.Store, n int) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		v := storetest.Visit(n)
		if err := s.InsertVisit(ctx, v); err != nil {
			return err
		}
		if err := s.SaveReceipt(ctx, "receipt-"+v.ID, v.ID, v.At, json.RawMessage(`{"paper":"`+v.ID+`"}`)); err != nil {
			return err
		}
		_, err := s.AppendOperation(ctx, storetest.Operation(t, n))
		return err
	})
}

// When the database is full in the middle of a group it gives all of it up, and every
// member is told why, not only whoever wrote too much.
func TestAGroupOnAFullDiskIsToldSo(t *testing.T) {
	for n := range 3 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c := newCrowd(t)
			writer, _ := c.Pools()
			var pages int
			if err := writer.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
				t.Fatal(err)
			}
			if _, err := writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+8)); err != nil {
				t.Fatal(err)
			}
			all := []func(ctx context.Context) error{c.save("1", nil), c.save("2", nil), c.save("3", nil)}
			all[n] = func(ctx context.Context) error {
				for more := range 10_000 {
					if err := c.save(fmt.Sprint("more-", more), nil)(ctx); err != nil {
						return err
					}
				}
				return nil
			}
			told := c.together(t.Context(), all...)
			for member, err := range told {
				if member == n || err != nil {
					wantFault(t, fmt.Sprint("member ", member), err, "store.full")
				}
				if member < n && err == nil {
					t.Errorf("member %d is told that it is done", member)
				}
			}
		})
	}
}

// wantWhole counts: every visit has its paper and its operation, and none is half there.
func wantWhole(t *testing.T, s storetest.Subject, visits int) {
	t.Helper()
	for _, table := range []string{"visits", "screenings", "self_exclusions", "receipts", "operations"} {
		var n int
		if err := s.Raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil || n != visits {
			t.Errorf("%d %s of %d, %v", n, table, visits, err)
		}
	}
	ops, err := s.OperationsFrom(t.Context(), 1, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var prev outbox.Operation
	for _, op := range ops {
		if !op.Verify() || string(op.Prev) != string(prev.Hash) {
			t.Errorf("the log is broken at %d", op.Seq)
		}
		prev = op
	}
}
