package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogFileTurnsOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log", "kiosk.log")
	l, err := OpenLogFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l.max = 10
	for _, line := range []string{"1aaaaa\n", "2\n", "3bbbbb\n", "4bb\n", "5\n", "a line over the bound\n", "7\n", "8ccccccc\n", "9ccccccc\n"} {
		if _, err := l.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"": "9ccccccc\n", ".1": "8ccccccc\n", ".2": "7\n", ".3": "a line over the bound\n", ".4": "4bb\n5\n", ".5": "3bbbbb\n"}
	for suffix, text := range want {
		got, err := os.ReadFile(path + suffix)
		if err != nil || string(got) != text {
			t.Errorf("kiosk.log%s: got %q, %v; want %q", suffix, got, err, text)
		}
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != logKept+1 {
		t.Errorf("%d files, want %d", len(files), logKept+1)
	}
}

func TestLogFileGoesOnWhereItStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kiosk.log")
	for _, line := range []string{"first\n", "second\n"} {
		l, err := OpenLogFile(path)
		if err != nil {
			t.Fatal(err)
		}
		NewLog(l).Info(line)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, line := range lines {
		if !json.Valid(line) {
			t.Errorf("not JSON: %s", line)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestWindowLogKeepsNoText(t *testing.T) {
	var out bytes.Buffer
	w := windowLog{NewLog(&out)}
	// What the library says when a call cannot be parsed: the whole call.
	secret := `process message error: C{"name":"app.Bridge.Fetch","args":["POST","/donors",{},"张三丰测试"]} -> EOF`
	for _, say := range []func(string){w.Print, w.Trace, w.Debug, w.Info, w.Warning, w.Error, w.Fatal} {
		say(secret)
	}
	if strings.Contains(out.String(), "张三丰测试") {
		t.Errorf("the log holds a call: %s", out.String())
	}
	if n := strings.Count(out.String(), "\n"); n != 3 {
		t.Errorf("%d lines, want 3 (warning, error, fatal)", n)
	}
}
