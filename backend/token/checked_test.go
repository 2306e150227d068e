package token

import (
	"fmt"
	"testing"
	"time"
)

// A token whose signature was right once is looked at like a new one in all other things.
func TestARememberedTokenIsLookedAtAgain(t *testing.T) {
	for name, c := range map[string]struct {
		later func(b *bench)
		code  string
	}{
		"nothing changed": {func(*bench) {}, ""},
		"too late":        {func(b *bench) { b.now = b.now.Add(time.Hour) }, "token.expired"},
		"too early":       {func(b *bench) { b.now = b.now.Add(-time.Hour) }, "token.early"},
		"revoked":         {func(b *bench) { b.revoked["device-1"] = true }, "token.revoked"},
		"the key is gone": {func(b *bench) { b.keys = KeySet{} }, "token.key_unknown"},
	} {
		b := newBench(t)
		raw := b.issue(t)
		for range 2 {
			_, err := b.verify(t, raw)
			wantCode(t, name, err, "")
		}
		c.later(b)
		_, err := b.verify(t, raw)
		wantCode(t, name, err, c.code)
	}
}

// It does not stand for another token, another kind of token or another key.
func TestARememberedTokenStandsForItselfAlone(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t)
	if _, err := b.verify(t, raw); err != nil {
		t.Fatal(err)
	}
	_, err := b.verify(t, raw[:len(raw)-8]+"AAAAAAAA")
	wantCode(t, "another signature", err, "token.signature")
	_, err = b.check.Verify(t.Context(), raw, Expect{Type: TypeAssertion, Issuer: center, Audience: center, Lifetime: time.Hour})
	wantCode(t, "another type", err, "token.type")
	known, _ := b.check.Checked.find(raw)
	if !known.isOf(b.center.Public()) || known.isOf(b.device.Public()) {
		t.Error("it is remembered for another key")
	}
	known.key = b.device.Public().Bytes()
	b.check.Checked.remember(raw, known)
	if _, err := b.verify(t, raw); err != nil {
		t.Errorf("what was right by another key is not checked anew: %v", err)
	}
	if known, _ := b.check.Checked.find(raw); !known.isOf(b.center.Public()) {
		t.Error("it is still remembered for the other key")
	}
}

// Memory is bounded, and who calls all the time is not forgotten.
func TestCheckedForgets(t *testing.T) {
	var c Checked
	for n := range 5 * checkedMost {
		c.remember(fmt.Sprint(n), checked{})
		if _, ok := c.find("0"); !ok {
			t.Fatalf("forgotten after %d", n)
		}
	}
	if _, ok := c.find("1"); ok || len(c.now)+len(c.before) > 2*checkedMost {
		t.Errorf("%d are remembered", len(c.now)+len(c.before))
	}
	var none *Checked
	none.remember("1", checked{})
	if _, ok := none.find("1"); ok {
		t.Error("nobody remembers")
	}
}
