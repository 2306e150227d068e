package staff

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lianxin/backend/fault"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// cheap makes tests fast; TestCurrentParams holds the real cost.
var cheap = Params{Memory: 64, Passes: 1, Threads: 1}

// desk is where most attempts come from.
const desk = Origin("net:192.0.2.1")

const goodPassword = "三只猫在窗台上晒太阳呢 x7"

// memory is a Store of one process. A failed change leaves nothing behind.
type memory struct {
	mu       sync.Mutex // members and link
	link     sync.Mutex // one UpdateFirstRun at a time
	members  map[string]Member
	firstRun FirstRun
}

func notFound() error { return fault.New(fault.NotFound, "staff.not_found") }

func (s *memory) InsertMember(_ context.Context, m Member) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.members {
		if other.Login == m.Login {
			return fault.New(fault.Conflict, "staff.login_taken")
		}
	}
	s.members[m.ID] = m
	return nil
}

func (s *memory) Member(_ context.Context, id string) (Member, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.members[id]; ok {
		return m, nil
	}
	return Member{}, notFound()
}

func (s *memory) MemberByLogin(_ context.Context, login string) (Member, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.members {
		if m.Login == login {
			return m, nil
		}
	}
	return Member{}, notFound()
}

func (s *memory) Members(context.Context) ([]Member, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Member
	for _, m := range s.members {
		all = append(all, m)
	}
	return all, nil
}

func (s *memory) CountMembers(context.Context) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.members), nil
}

func (s *memory) UpdateMember(_ context.Context, id string, change func(*Member) error) (Member, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.members[id]
	if !ok {
		return Member{}, notFound()
	}
	if err := change(&m); err != nil {
		return Member{}, err
	}
	s.members[id] = m
	return m, nil
}

func (s *memory) SaveFirstRun(_ context.Context, f FirstRun) error {
	s.firstRun = f
	return nil
}

func (s *memory) UpdateFirstRun(ctx context.Context, change func(context.Context, *FirstRun) error) error {
	s.link.Lock()
	defer s.link.Unlock()
	f := s.firstRun
	if err := change(ctx, &f); err != nil {
		return err
	}
	s.firstRun = f
	return nil
}

// bench is a service whose clock stands still until it is moved.
type bench struct {
	*Service
	store *memory
	now   time.Time
	totp  TOTP
}

func newBench(t testing.TB) *bench {
	t.Helper()
	hasher, err := NewHasher(cheap, rand.Reader, 2)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{store: &memory{members: map[string]Member{}}, now: noon}
	n := 0
	b.Service = &Service{
		Store: b.store, Hasher: hasher, Now: func() time.Time { return b.now }, Random: rand.Reader,
		NewID: func() string { n++; return fmt.Sprintf("staff-%d", n) }, CookieKey: make([]byte, 32),
	}
	if b.totp, err = NewTOTP(rand.Reader, "wang.test"); err != nil {
		t.Fatal(err)
	}
	return b
}

// code is what the person's app shows now.
func (b *bench) code(t testing.TB) string {
	t.Helper()
	code, err := totp.GenerateCode(b.totp.Secret, b.now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (b *bench) account(t testing.TB) Account {
	t.Helper()
	return Account{Login: "wang.test", Name: "测试王", Role: Reception, Password: goodPassword, TOTPSecret: b.totp.Secret, TOTPCode: b.code(t)}
}

// member adds a member and lets the code they used pass by.
func (b *bench) member(t testing.TB) Member {
	t.Helper()
	m, err := b.Add(t.Context(), b.account(t))
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	return m
}

func wantCode(t *testing.T, name string, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Errorf("%s: %q (%v), want %q", name, got, err, code)
	}
}
