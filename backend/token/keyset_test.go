package token

import (
	"testing"
	"time"
)

// One year of rotation, hour by hour: there is always one key that signs, what
// it signed is accepted for the whole life of a token, and each key is published
// for the agreed time before it is used.
func TestRotation(t *testing.T) {
	const every, early, keep = 30 * 24 * time.Hour, 24 * time.Hour, time.Hour
	set, err := NewKeySet(Period{Key: keyOf(t, 0), ActiveFrom: noon})
	if err != nil {
		t.Fatal(err)
	}
	published, signer, used := map[string]time.Time{}, "", 0
	for hour := time.Duration(0); hour < 365*24*time.Hour; hour += time.Hour {
		now := noon.Add(hour)
		if hour > 0 && hour%every == 0 {
			if set, err = set.Rotate(now, keyOf(t, byte(hour/every)), early, keep); err != nil {
				t.Fatal(err)
			}
			if set, err = set.Prune(now); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range set.Published(now) {
			if _, ok := published[key.ID()]; !ok {
				published[key.ID()] = now
			}
		}
		key, err := set.Signing(now)
		if err != nil {
			t.Fatalf("%v: %v", now, err)
		}
		if id := key.Public().ID(); id != signer {
			if used++; used > 1 && now.Sub(published[id]) < early {
				t.Errorf("%v: a key signs %v after it was published", now, now.Sub(published[id]))
			}
			signer = id
		}
		if _, ok := set.Verifying(signer, now.Add(MaxLifetime+MaxLeeway)); !ok {
			t.Errorf("%v: a token signed now is not accepted for its whole life", now)
		}
	}
	if used != 13 || len(set.Periods()) > 3 {
		t.Errorf("%d keys signed in a year, %d kept", used, len(set.Periods()))
	}
}

func TestKeySetRules(t *testing.T) {
	one, two, three := keyOf(t, 1), keyOf(t, 2), keyOf(t, 3)
	set, err := NewKeySet(Period{Key: one, ActiveFrom: noon})
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := set.Rotate(noon, two, time.Hour, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rotated.Rotate(noon, three, time.Hour, time.Hour)
	wantCode(t, "rotated again too soon", err, "token.rotation_pending")
	if _, err = set.Rotate(noon, two, time.Hour, time.Minute); err == nil {
		t.Error("the old key may go before its tokens do")
	}
	if _, err = set.Rotate(noon, one, time.Hour, time.Hour); err == nil {
		t.Error("rotated to the same key")
	}
	if len(set.Published(noon)) != 1 {
		t.Error("Rotate changed the set it was asked on")
	}
	rolled, err := rotated.Roll(noon, three)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := rolled.Verifying(one.Public().ID(), noon); ok {
		t.Error("the leaked key is still accepted")
	}
	if _, err := NewKeySet(); err == nil {
		t.Error("an empty set")
	}
	if _, err := NewKeySet(Period{ActiveFrom: noon}); err == nil {
		t.Error("a period without a key")
	}
	if _, err := rotated.Prune(noon.Add(3 * time.Hour)); err != nil {
		t.Error(err)
	}
}
