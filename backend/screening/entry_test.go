package screening_test

import (
	"bytes"
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/store/storetest"
)

// The expected value was computed with OpenSSL, not with this package: another
// one would lose every entry kiosks already hold.
//
//	printf 'lianxin/donor-key/v1\0CN:11010519491231002X' | openssl dgst -sha256 -mac HMAC -macopt hexkey:07…07 -binary | head -c 16 | basenc --base64url
func TestKeyIsFrozen(t *testing.T) {
	key := bytes.Repeat([]byte{7}, screening.KeySize)
	doc := identity.Document{Kind: identity.ResidentID, Number: "11010519491231002X"}
	const want = "ANY7KtxlXEL5TDangFz6Yw"
	if got := screening.Key(key, doc); got != want {
		t.Errorf("key %s, want %s", got, want)
	}
	if strings.Contains(screening.Key(key, doc), doc.Number) {
		t.Error("the number shows")
	}
	other := doc
	other.Number = "360426199101010071"
	if screening.Key(key, other) == want || screening.Key(bytes.Repeat([]byte{8}, screening.KeySize), doc) == want {
		t.Error("another number or another center gives the same key")
	}
	same := doc
	same.Kind = identity.HKMTResidencePermit
	if screening.Key(key, same) != want {
		t.Error("one number under another kind is another person")
	}
}

func TestEntryEqual(t *testing.T) {
	hold := policy.Hold{Product: donation.WholeBlood, RuleID: "r", Until: storetest.Today}
	e := screening.Entry{Key: "k", Holds: []policy.Hold{hold}}
	later := hold
	later.Until = storetest.Today.AddDays(1)
	for name, c := range map[string]struct {
		other screening.Entry
		want  bool
	}{
		"itself":             {screening.Entry{Key: "k", Holds: []policy.Hold{hold}}, true},
		"another person":     {screening.Entry{Key: "l", Holds: []policy.Hold{hold}}, false},
		"a day later":        {screening.Entry{Key: "k", Holds: []policy.Hold{later}}, false},
		"one more hold":      {screening.Entry{Key: "k", Holds: []policy.Hold{hold, later}}, false},
		"no hold":            {screening.Entry{Key: "k"}, false},
		"may give until 60":  {screening.Entry{Key: "k", Holds: []policy.Hold{hold}, RepeatWithoutReaction: true}, false},
		"nothing, otherwise": {screening.Entry{}, false},
	} {
		if got := e.Equal(c.other); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !(screening.Entry{Key: "k"}).IsEmpty() || e.IsEmpty() || (screening.Entry{RepeatWithoutReaction: true}).IsEmpty() {
		t.Error("IsEmpty")
	}
}

// A kiosk decides with the entry as the center would with the whole file.
func TestGateDecidesByTheEntry(t *testing.T) {
	person := storetest.Person(1)
	person.Born = calendar.MustParse("1968-01-01") // 58: only who gave before, and well
	hold := policy.Hold{Product: donation.Apheresis, RuleID: policy.NeutralRule, Until: storetest.Today.AddDays(3)}
	for name, c := range map[string]struct {
		entry screening.Entry
		want  map[donation.Product]bool
	}{
		"unknown":          {screening.Entry{}, map[donation.Product]bool{donation.WholeBlood: false, donation.Apheresis: false}},
		"gave before":      {screening.Entry{RepeatWithoutReaction: true}, map[donation.Product]bool{donation.WholeBlood: true, donation.Apheresis: true}},
		"and is held back": {screening.Entry{RepeatWithoutReaction: true, Holds: []policy.Hold{hold}}, map[donation.Product]bool{donation.WholeBlood: true, donation.Apheresis: false}},
	} {
		verdict := screening.Gate(policy.BuiltIn(), screening.Ask{Person: person, Entry: c.entry, Today: storetest.Today})
		for _, o := range verdict.Options {
			if o.Allowed != c.want[o.Product] {
				t.Errorf("%s: %s allowed %v", name, o.Product, o.Allowed)
			}
		}
	}
}

func TestIsKey(t *testing.T) {
	for text, want := range map[string]bool{
		screening.Key(bytes.Repeat([]byte{7}, screening.KeySize), identity.Document{Kind: identity.ResidentID, Number: "11010519491231002X"}): true,
		storetest.DonorKey(1): true, "": false, "a|b": false, "ANY7KtxlXEL5TDangFz6Y": false, "ANY7KtxlXEL5TDangFz6YwA": false,
		"ANY7KtxlXEL5TDangFz6Y=": false, "ANY7KtxlXEL5TDangFz6Y+": false, "ANY7KtxlXEL5TDangFz6Y\n": false, "ANY7KtxlXEL5TDangFz6Yw\r\n": false,
	} {
		if got := screening.IsKey(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
