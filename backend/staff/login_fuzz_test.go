package staff

import (
	"regexp"
	"testing"

	"lianxin/backend/fault"
)

// A login name that is read is read the same again, and is never a number of a person.
func FuzzParseLogin(f *testing.F) {
	for _, text := range []string{"front.test", " Front.Test\n", "13800138000", "110101199003070000", "İan", "a\u0000b", "li", "x--_.9", "a.13800138000", "li-5550.0001", "nurse.2026017"} {
		f.Add(text)
	}
	number := regexp.MustCompile(`([0-9][^0-9]*){8}`) // a landline has eight digits
	f.Fuzz(func(t *testing.T, text string) {
		login, err := ParseLogin(text)
		if err != nil {
			if login != "" || err.Error() != "staff.login_malformed" || fault.From(err).Kind != fault.Invalid {
				t.Fatalf("%q, %v", login, err)
			}
			return
		}
		if again, err := ParseLogin(login); err != nil || again != login || number.MatchString(login) {
			t.Fatalf("%q is %q, and that %q, %v", text, login, again, err)
		}
	})
}
