package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"lianxin/backend/policy"
)

// runPack runs "pack …" as main does and returns what was printed and the exit code.
func runPack(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var cli struct {
		Pack PackCmd `cmd:""`
	}
	var out, errOut bytes.Buffer
	parser, err := kong.New(&cli, kong.Writers(&out, &errOut), kong.Vars{"data": t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	k, err := parser.Parse(append([]string{"pack"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Run(); err != nil {
		coded, ok := errors.AsType[interface {
			error
			ExitCode() int
		}](err)
		if !ok {
			t.Fatalf("error %v has no exit code", err)
		}
		code = coded.ExitCode()
	}
	return out.String(), errOut.String(), code
}

func TestPackCheck(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pack := policy.BuiltIn().Bytes()
	good := write("good.yaml", pack)
	bad := write("bad.yaml", bytes.Replace(pack, []byte("defer: 15 days"), []byte("defer: 16 days"), 1))
	tooth, _ := policy.BuiltIn().Rule("tooth-extraction")
	if tooth == nil {
		t.Fatal("the built-in pack has no tooth-extraction")
	}

	out, _, code := runPack(t, "check", good)
	if code != 0 || !strings.Contains(out, "good.yaml: valid: donor-selection 2026.1") {
		t.Errorf("a valid pack: %d %q", code, out)
	}
	for file, want := range map[string]string{"relief/packs/beijing": "valid: relief-beijing 2009.1, 9 rules, 28 examples", "relief/packs/zhejiang/relief.yaml": "valid: relief-zhejiang",
		"point/packs/points": "valid: points 2026.3", "award/packs/honours": "valid: honours 2022.1", "demand/packs/planning": "valid: gift-planning", "counsel/packs/counsel": "valid: counsel"} {
		if out, report, code := runPack(t, "check", filepath.Join("../..", file)); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: %d %q %q", file, code, out, report)
		}
	}
	relief, err := os.ReadFile("../../relief/packs/beijing/relief.yaml")
	if err != nil {
		t.Fatal(err)
	}
	wrong := write("relief.yaml", bytes.Replace(relief, []byte("times: 5}"), []byte("times: 6}"), 1))
	if _, report, code := runPack(t, "check", wrong); code != 1 || !strings.Contains(report, wrong+":") || !strings.Contains(report, `rule "own": example "five times": covered_ml is 2400 [pack.example_failed]`) {
		t.Errorf("a wrong multiple: %d\n%s", code, report)
	}
	_, report, code := runPack(t, "check", good, bad)
	if code != 1 || !strings.Contains(report, bad+":") || !strings.Contains(report, `rule "tooth-extraction": example 1 (the day before it ends): expected 2026-11-24, got 2026-11-25 [pack.example_failed]`) {
		t.Errorf("a wrong period: %d\n%s", code, report)
	}
	if _, report, code = runPack(t, "check", filepath.Join(dir, "absent.yaml"), bad); code != 2 || !strings.Contains(report, "absent.yaml") {
		t.Errorf("an absent file: %d %q", code, report)
	}
	if _, report, code = runPack(t, "check", t.TempDir()); code != 2 || !strings.Contains(report, "no .yaml file") {
		t.Errorf("an empty folder: %d %q", code, report)
	}
}

func TestPackCheckNamesTheFileOfAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte("rules:\n  - id: lonely\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, report, code := runPack(t, "check", dir)
	if code != 1 || !strings.Contains(report, filepath.Join(dir, "rules.yaml")+`:2: rule "lonely": field "title" is missing [pack.missing_field]`) {
		t.Errorf("%d\n%s", code, report)
	}
}

func TestPackListAndShow(t *testing.T) {
	out, _, code := runPack(t, "list")
	if code != 0 || !strings.Contains(out, "whole-to-whole-interval") || !strings.Contains(out, "defer 6 months from last(\"whole_blood\")") {
		t.Errorf("list: %d\n%s", code, out)
	}
	out, _, code = runPack(t, "show", "hemoglobin-male")
	if code != 0 || !strings.Contains(out, "bound hemoglobin ≥ 120 g/L") || !strings.Contains(out, "GB 18467-2011") {
		t.Errorf("show: %d\n%s", code, out)
	}
	if _, _, code = runPack(t, "show", "no-such-rule"); code != 1 {
		t.Errorf("show of an unknown rule: %d", code)
	}
}
