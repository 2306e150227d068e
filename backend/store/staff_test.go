package store_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/staff"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

var staffNoon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// onEngines runs a test on both engines.
func onEngines(t *testing.T, test func(t *testing.T, s *store.Store)) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "Postgres": openPostgres} {
		t.Run(name, func(t *testing.T) { test(t, open(t).Store) })
	}
}

func fakeMember(id, login string) staff.Member {
	return staff.Member{ID: id, Login: login, Name: "测试王", Role: staff.Reception,
		Scope:        staff.Scope{Stations: []string{"station-demo"}, Districts: []string{"110105"}},
		PasswordHash: "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", TOTPSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
		TOTPStep: 7, Throttles: staff.Throttles{"net:192.0.2.1": {Failures: 2, NotBefore: staffNoon}}, Active: true, CreatedAt: staffNoon}
}

func wantFault(t *testing.T, what string, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Errorf("%s: %q (%v), want %q", what, got, err, code)
	}
}

func TestStaffRoundTrip(t *testing.T) {
	onEngines(t, func(t *testing.T, s *store.Store) {
		want := fakeMember("m-1", "wang.test")
		if err := s.InsertMember(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		byID, err := s.Member(t.Context(), "m-1")
		byLogin, loginErr := s.MemberByLogin(t.Context(), "wang.test")
		for name, got := range map[string]staff.Member{"by id": byID, "by login": byLogin} {
			if !slices.Equal(got.Scope.Stations, want.Scope.Stations) || !slices.Equal(got.Scope.Districts, want.Scope.Districts) {
				t.Errorf("%s: scope %+v", name, got.Scope)
			}
			got.Scope, want.Scope = staff.Scope{}, staff.Scope{}
			if got.PasswordHash != want.PasswordHash || got.TOTPSecret != want.TOTPSecret || got.Name != want.Name || !maps.Equal(got.Throttles, want.Throttles) || !got.Active || !got.CreatedAt.Equal(want.CreatedAt) || got.TOTPStep != 7 {
				t.Errorf("%s: %+v", name, got)
			}
			want = fakeMember("m-1", "wang.test")
		}
		if err := errors.Join(err, loginErr); err != nil {
			t.Error(err)
		}
		wantFault(t, "the login again", s.InsertMember(t.Context(), fakeMember("m-2", "wang.test")), "staff.login_taken")
		_, err = s.Member(t.Context(), "m-2")
		wantFault(t, "nobody", err, "staff.not_found")
		_, err = s.MemberByLogin(t.Context(), "li.test' OR 1=1 --")
		wantFault(t, "nobody by login", err, "staff.not_found")
		if n, err := s.CountMembers(t.Context()); n != 1 || err != nil {
			t.Errorf("%d members, %v", n, err)
		}
		if err := s.InsertMember(t.Context(), fakeMember("m-3", "an.test")); err != nil {
			t.Fatal(err)
		}
		all, err := s.Members(t.Context())
		if err != nil || len(all) != 2 || all[0].Login != "an.test" || all[1].Login != "wang.test" {
			t.Errorf("%v, %v", all, err)
		}
	})
}

// Two logins at once must not count as one.
func TestStaffUpdateIsAtomic(t *testing.T) {
	onEngines(t, func(t *testing.T, s *store.Store) {
		if err := s.InsertMember(t.Context(), fakeMember("m-1", "wang.test")); err != nil {
			t.Fatal(err)
		}
		const times = 40
		var group sync.WaitGroup
		for range times {
			group.Go(func() {
				if _, err := s.UpdateMember(t.Context(), "m-1", func(m *staff.Member) error { m.TOTPStep++; return nil }); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		refused := errors.New("no")
		_, err := s.UpdateMember(t.Context(), "m-1", func(m *staff.Member) error { m.TOTPStep = 0; return refused })
		if !errors.Is(err, refused) {
			t.Errorf("a refused change gave %v", err)
		}
		m, err := s.Member(t.Context(), "m-1")
		if err != nil || m.TOTPStep != 7+times {
			t.Errorf("step %d after %d changes at once, %v", m.TOTPStep, times, err)
		}
		_, err = s.UpdateMember(t.Context(), "nobody", func(*staff.Member) error { return nil })
		wantFault(t, "nobody", err, "staff.not_found")
	})
}

// Many who use one link at once make one administrator; what a change writes
// goes when the change fails.
func TestStaffFirstRunIsUsedOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, s *store.Store) {
		empty := func(_ context.Context, f *staff.FirstRun) error {
			if len(f.Hash) > 0 {
				t.Error("a link that nobody made")
			}
			return errors.New("only looked")
		}
		if err := s.UpdateFirstRun(t.Context(), empty); err == nil {
			t.Error("the error of a change is lost")
		}
		if err := s.SaveFirstRun(t.Context(), staff.FirstRun{Hash: []byte{1}, ExpiresAt: staffNoon}); err != nil {
			t.Fatal(err)
		}
		halfway := func(ctx context.Context, f *staff.FirstRun) error {
			f.UsedAt = staffNoon
			return errors.Join(s.InsertMember(ctx, fakeMember("lost", "lost.test")), errors.New("power cut"))
		}
		if err := s.UpdateFirstRun(t.Context(), halfway); err == nil {
			t.Error("the error of a change is lost")
		}
		if n, err := s.CountMembers(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d members after a failed change, %v", n, err)
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				_ = s.UpdateFirstRun(t.Context(), func(ctx context.Context, f *staff.FirstRun) error {
					if !f.UsedAt.IsZero() {
						return errors.New("used")
					}
					f.UsedAt = staffNoon
					n, err := s.CountMembers(ctx)
					return errors.Join(err, s.InsertMember(ctx, fakeMember("m-"+string(rune('a'+n)), "boss"+string(rune('a'+n)))))
				})
			})
		}
		group.Wait()
		if n, err := s.CountMembers(t.Context()); n != 1 || err != nil {
			t.Errorf("one link made %d administrators, %v", n, err)
		}
	})
}

func TestStaffSessions(t *testing.T) {
	onEngines(t, func(t *testing.T, s *store.Store) {
		if err := s.InsertMember(t.Context(), fakeMember("m-1", "wang.test")); err != nil {
			t.Fatal(err)
		}
		for i, id := range []string{"a", "b", "c"} {
			x := staff.Session{ID: id, MemberID: "m-1", PublicKey: []byte{byte(i)}, StartedAt: staffNoon, EndsAt: staffNoon.Add(time.Duration(i) * time.Hour)}
			if err := s.InsertSession(t.Context(), x); err != nil {
				t.Fatal(err)
			}
			got, _, err := s.Session(t.Context(), id)
			if err != nil || got.MemberID != "m-1" || !slices.Equal(got.PublicKey, x.PublicKey) || !got.EndsAt.Equal(x.EndsAt) || !got.StartedAt.Equal(staffNoon) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		open := func(want string) {
			t.Helper()
			got := ""
			for _, id := range []string{"a", "b", "c"} {
				if _, _, err := s.Session(t.Context(), id); err == nil {
					got += id
				} else if fault.CodeOf(err) != "staff.session_not_found" {
					t.Error(err)
				}
			}
			if got != want {
				t.Errorf("open sessions %q, want %q", got, want)
			}
		}
		if err := s.ForgetSessions(t.Context(), staffNoon.Add(time.Minute)); err != nil {
			t.Error(err)
		}
		open("bc")
		if err := errors.Join(s.EndSessionsOf(t.Context(), "somebody else", ""), s.EndSessionsOf(t.Context(), "m-1", "c")); err != nil {
			t.Error(err)
		}
		open("c")
		if err := errors.Join(s.EndSession(t.Context(), "c"), s.EndSession(t.Context(), "c")); err != nil {
			t.Error(err)
		}
		open("")
	})
}

// Whoever copies the file learns who may log in and nothing else about them.
func TestStaffIsSealedOnDisk(t *testing.T) {
	folder := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(folder, "staff.db"), Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	m := fakeMember("m-1", "wang.test")
	if err := errors.Join(s.InsertMember(t.Context(), m), s.SaveFirstRun(t.Context(), staff.FirstRun{Hash: []byte("hash of a link")}), s.Close()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var disk []byte
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		disk = append(disk, content...)
	}
	if !bytes.Contains(disk, []byte(m.Login)) {
		t.Error("the login is not found: the search below shows nothing")
	}
	for _, secret := range []string{m.Name, m.TOTPSecret, m.PasswordHash, "hash of a link"} {
		if bytes.Contains(disk, []byte(secret)) {
			t.Errorf("%q can be read on the disk", secret)
		}
	}
}
