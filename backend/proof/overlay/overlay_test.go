package overlay

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const program = `package main

import "fmt"

func main() {
	greet()
}

func greet() { fmt.Println("as written") }
`

// tree is a module of one file.
func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module greeting\n", "main.go": program} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestABuildSeesTheEditsAndTheDiskDoesNot(t *testing.T) {
	root := tree(t)
	o := Overlay{Root: root, Edits: []Edit{{"more", "main.go", "\tgreet()", "\tgreet()\n\tadded()"}, {"other words", "main.go", "as written", "as edited"}},
		Added: map[string]string{"added.go": "package main\n\nfunc added() { println() }\n"}}
	list, err := o.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), "go", "run", "-overlay", list, ".")
	run.Dir = root
	if out, err := run.Output(); err != nil || string(out) != "as edited\n" {
		t.Errorf("%q, %v", out, err)
	}
	if text, err := os.ReadFile(filepath.Join(root, "main.go")); err != nil || string(text) != program {
		t.Errorf("the disk has %q, %v", text, err)
	}
}

func TestAnEditThatHasNoPlaceFails(t *testing.T) {
	for _, c := range []struct {
		name  string
		edits []Edit
		why   string
	}{
		{"gone", []Edit{{"it", "main.go", "farewell()", "x"}}, "it: its text is 0 times"},
		{"twice", []Edit{{"it", "main.go", "greet()", "x"}}, "it: its text is 2 times"},
		{"no file", []Edit{{"it", "other.go", "x", "y"}}, "it: open"},
		{"no Go", []Edit{{"it", "main.go", "as written\"", "as written"}}, "no Go any more"},
		{"one upon another", []Edit{{"first", "main.go", "as written", "x"}, {"it", "main.go", "as written", "y"}}, "it: an edit before it"},
	} {
		_, err := Overlay{Root: tree(t), Edits: c.edits}.Write(t.TempDir())
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
