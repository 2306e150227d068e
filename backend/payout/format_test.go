package payout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/policy/packfile"
)

// The formats the program is built with run their own examples when they are read.
func TestBuiltInFormats(t *testing.T) {
	folders, err := filepath.Glob("packs/*")
	if err != nil || len(folders) < 2 {
		t.Fatal(folders, err)
	}
	for _, folder := range folders {
		sources, err := packfile.ReadFS(os.DirFS(folder), ".")
		if err != nil {
			t.Fatal(err)
		}
		f, err := Load(sources)
		if err != nil || f.ID != filepath.Base(folder) {
			t.Errorf("%s: %q, %v", folder, f.ID, err)
		}
	}
}

// What a pack says wrong is named with its line.
func TestFormatsThatAreRefused(t *testing.T) {
	good, err := os.ReadFile("packs/bank-csv/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[[2]string]string{
		{"{title: 附言, of: number}", "{title: 附言, text: 报销}"}:            "pack.missing_field",
		{"text: 用血费用报销}", "text: \"=1+1\"}"}:                            "pack.formula",
		{"{title: 序号, of: row}", "{title: 序号}"}:                         "pack.one_of",
		{"encoding: gb18030", "encoding: latin1"}:                       "pack.not_one_of",
		{"\"410.05\", 用血费用报销", "\"410.50\", 用血费用报销"}:                    "pack.example_failed",
		{"fen: 141005, incoming: false", "fen: 141005, incoming: true"}: "pack.example_failed",
	} {
		text := strings.Replace(string(good), change[0], change[1], 1)
		if text == string(good) {
			t.Fatalf("%q is not in the pack", change[0])
		}
		_, err := LoadBytes("sample.yaml", []byte(text))
		f := fault.From(err)
		if f.Code != "policy.pack_invalid" || len(f.Places) == 0 || want != "pack.not_one_of" && f.Places[0].Code != want {
			t.Errorf("%q: %v", change[1], err)
		}
	}
}

func TestAmountsAndDaysOfBanks(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "-": 0, "410": 41000, "1,410.5": 141050, "￥0.01": 1, "-3.20": -320, "12.340": 1234, " 7.00 ": 700} {
		if fen, ok := yuan(text); !ok || fen != want {
			t.Errorf("%q is %d, %t", text, fen, ok)
		}
	}
	for _, text := range []string{"1.001", "abc", "1.2.3", "--5", "1e3", "9999999999999"} {
		if fen, ok := yuan(text); ok {
			t.Errorf("%q is taken for %d", text, fen)
		}
	}
	for text, want := range map[string]string{"2026-11-29": "2026-11-29", "2026/1/9 10:00": "2026-01-09", "20261129": "2026-11-29", "2026年11月29日": "2026-11-29", "46355": "2026-11-29", "46355.5": "2026-11-29"} {
		if d, ok := day(text); !ok || d.String() != want {
			t.Errorf("%q is %s, %t", text, d, ok)
		}
	}
	for _, text := range []string{"", "昨天", "2026-13-01", "2026-02-30", "410.00"} {
		if d, ok := day(text); ok {
			t.Errorf("%q is taken for %s", text, d)
		}
	}
}

func TestNumbersOfPayments(t *testing.T) {
	n := NumberOf("claim-1.p1")
	if n != NumberOf("claim-1.p1") || n == NumberOf("claim-1.p2") || len(n) > 32 || strings.Trim(n, "0123456789ABCDEFGHJKLMNPQRSTVWXYZ") != "" {
		t.Errorf("%q", n)
	}
	for text, want := range map[string]int{n: 1, "代发" + strings.ToLower(n) + "元": 1, n + " " + NumberOf("x"): 2, "LXLX" + n: 1, n[:17]: 0, "LX": 0, "": 0} {
		if got := NumbersIn(text); len(got) != want {
			t.Errorf("%q holds %v", text, got)
		}
	}
}

func FuzzNumbersIn(f *testing.F) {
	f.Add("代发 " + NumberOf("a") + "LX")
	f.Fuzz(func(t *testing.T, text string) {
		for _, n := range NumbersIn(text) {
			if len(n) != len(NumberOf("a")) {
				t.Errorf("%q", n)
			}
		}
	})
}
