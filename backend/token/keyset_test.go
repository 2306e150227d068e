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
	if used != 13 || len(set.Published(noon.Add(365*24*time.Hour))) > 3 {
		t.Errorf("%d keys signed in a year, %d are published", used, len(set.Published(noon.Add(365*24*time.Hour))))
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
	for _, clock := range []time.Time{noon, noon.Add(-30 * 24 * time.Hour), noon.Add(30 * 24 * time.Hour)} {
		for _, leaked := range []Key{one, two} {
			if _, ok := rolled.Verifying(leaked.Public().ID(), clock); ok || !rolled.Replaced(leaked.Public().ID(), clock) {
				t.Errorf("at %v a leaked key is still accepted", clock)
			}
		}
	}
	if key, err := rolled.Signing(noon); err != nil || key.Public().ID() != three.Public().ID() || len(rolled.Published(noon)) != 1 {
		t.Errorf("after the roll %v signs, of %d published: %v", key.Public().ID(), len(rolled.Published(noon)), err)
	}
	if _, err := rolled.Rotate(noon, keyOf(t, 4), time.Hour, time.Hour); err != nil {
		t.Errorf("no rotation after a roll: %v", err)
	}
	if _, err := NewKeySet(); err == nil {
		t.Error("an empty set")
	}
	if _, err := NewKeySet(Period{ActiveFrom: noon}); err == nil {
		t.Error("a period without a key")
	}
}
