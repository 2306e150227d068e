// Package backend_test holds the law of the house: who may import whom.
package backend_test

import (
	"bufio"
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of the repository's root.
const module = "lianxin"

// monopolies names the packages that may import a library, and why the others
// may not. A path also covers what lies below it.
var monopolies = []struct {
	library string
	only    []string
	why     string
}{
	{"github.com/wailsapp/wails", []string{"app", "build/bench/window/empty"}, "one package knows the window; the other is what it is measured beside"},
	{"github.com/johnfercher/maroto", []string{"backend/receipt"}, "one package knows how paper is laid out"},
	{"github.com/pdfcpu/pdfcpu", []string{"backend/attachment"}, "one package opens PDFs of strangers"},
	{"gorm.io", []string{"backend/store"}, "one package knows the database"},
	{"github.com/pressly/goose", []string{"backend/store"}, "one package knows the database"},
	{"github.com/jackc/pgx", []string{"backend/store"}, "one package knows the database"},
	{"github.com/danielgtaylor/huma", []string{"backend/api"}, "one package knows how the API is described"},
	{"github.com/xuri/excelize", []string{"backend/intake/stationfile", "backend/demand/workbook", "backend/payout/bankfile", "backend/settlement/workbook"}, "a kiosk carries no spreadsheets"},
	{"github.com/wechatpay-apiv3/wechatpay-go", []string{"backend/payout/wechatpay"}, "one package knows WeChat Pay"},
	{"go.bug.st/serial", []string{"backend/reader"}, "one package knows card readers"},
	{"github.com/OpenPrinting/goipp", []string{"backend/printer"}, "one package knows printers"},
	{"net/http", []string{".", "app", "backend/api", "backend/center", "backend/desk", "backend/node", "backend/printer", "backend/sync", "backend/textmessage/gateway", "backend/payout/wechatpay", "backend/cmd", "backend/proof"}, "nouns do not know the network"},
	{module + "/backend/store", []string{"backend/center", "backend/node", "backend/cmd", "backend/proof"},
		"only those who assemble a program choose its store"},
	{module + "/backend/api", []string{"app/command", "backend/center", "backend/desk", "backend/node", "backend/cmd", "backend/proof"},
		"only those who assemble a program choose its surface"},
	{module + "/backend/node", []string{"app/command", "backend/proof"}, "a kiosk is assembled by its program"},
	{module + "/backend/desk", []string{"app/command", "backend/proof"}, "a desk is assembled by its program"},
	{module + "/backend/center", []string{"backend/cmd", "backend/proof"}, "a center is assembled by its program"},
	{module + "/app", []string{"."}, "the window is the outermost part"},
}

func TestLawOfImports(t *testing.T) {
	for file, imports := range productionImports(t) {
		for _, imported := range imports {
			if why := breach(path.Dir(file), imported); why != "" {
				t.Errorf("%s imports %s: %s", file, imported, why)
			}
		}
	}
}

// breach says which rule a package breaks by an import, or "".
func breach(pkg, imported string) string {
	for _, m := range monopolies {
		itself := under(module+"/"+pkg, m.library)
		if under(imported, m.library) && !itself && !slices.ContainsFunc(m.only, func(p string) bool { return under(pkg, p) }) {
			return m.why
		}
	}
	return ""
}

func TestLawRefuses(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		breaks        bool
	}{
		{"backend/donor", "gorm.io/gorm", true},
		{"backend/donor", "net/http", true},
		{"backend/donor", "net/http/httptest", true},
		{"backend/donor", "net/url", false},
		{"backend/api", "lianxin/backend/store", true},
		{"backend/api", "net/http", false},
		{"backend/sync", "github.com/danielgtaylor/huma/v2", true},
		{"backend/store", "gorm.io/gorm", false},
		{"backend/storehouse", "gorm.io/gorm", true},
		{"backend/receipt/typeface", "github.com/johnfercher/maroto/v2", false},
		{"backend/node", "github.com/wailsapp/wails/v2", true},
		{".", "github.com/wailsapp/wails/v2", true},
		{".", "lianxin/app", false},
		{"backend/cmd/lianxin-center", "lianxin/app", true},
	} {
		if got := breach(c.pkg, c.imported); (got != "") != c.breaks {
			t.Errorf("%s imports %s: got %q", c.pkg, c.imported, got)
		}
	}
}

// keepers names the files that may open the values behind a verdict, by the leave they take.
var keepers = map[string][]string{
	"result.LeaveToKeep(":   {"backend/center/counsel.go", "backend/intake/report.go"},
	"result.LeaveForCalls(": {"backend/center/counsel.go"},
}

func TestLawOfMarkers(t *testing.T) {
	taken := map[string]bool{}
	for file := range productionImports(t) {
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		for leave, only := range keepers {
			if !strings.Contains(string(text), leave) || strings.HasPrefix(file, "backend/store/storetest/") {
				continue
			}
			taken[leave] = true
			if !slices.Contains(only, file) {
				t.Errorf("%s takes %s): marker values are opened in %v only", file, leave, only)
			}
		}
	}
	if len(taken) != len(keepers) {
		t.Errorf("only %v are taken: a law that cannot fail protects nothing", taken)
	}
}

// The rules must notice a break: a law that cannot fail protects nothing.
func TestLawNamesRealPackages(t *testing.T) {
	imported := map[string]bool{}
	for _, imports := range productionImports(t) {
		for _, i := range imports {
			imported[i] = true
		}
	}
	for _, m := range monopolies {
		used := false
		for i := range imported {
			used = used || under(i, m.library)
		}
		if !used {
			t.Errorf("nobody imports %s: its rule guards nothing", m.library)
		}
	}
}

// A server has no desktop: whatever the center is built from, no window library
// and no C library of the desktop is among it.
func TestLawCenterNeedsNoDesktop(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{.CgoPkgConfig}}", "./cmd/lianxin-center")
	var problems bytes.Buffer
	list.Stderr = &problems
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, problems.String())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	count := 0
	for ; lines.Scan(); count++ {
		for _, desktop := range []string{"wails", "gtk", "webkit", module + "/app"} {
			if strings.Contains(lines.Text(), desktop) {
				t.Errorf("lianxin-center depends on %s", lines.Text())
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d packages listed", count)
	}
}

var callsFetch = regexp.MustCompile(`\bfetch\s*\(`)

// Screens ask the one client, which knows how a call travels on each surface.
func TestLawScreensDoNotFetch(t *testing.T) {
	seen := 0
	walk(t, "../frontend/src", func(name string) {
		if strings.HasPrefix(name, "../frontend/src/client/") || strings.HasSuffix(name, ".test.ts") ||
			filepath.Ext(name) != ".ts" && filepath.Ext(name) != ".vue" {
			return
		}
		seen++
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if callsFetch.Match(text) {
			t.Errorf("%s calls fetch: use the client", name)
		}
	})
	if seen == 0 {
		t.Error("no screens were looked at")
	}
}

// productionImports maps every Go file that is no test, by its path from the
// repository's root, to what it imports.
func productionImports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	walk(t, "..", func(name string) {
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		var imports []string
		for _, i := range file.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports = append(imports, imported)
		}
		found[strings.TrimPrefix(filepath.ToSlash(name), "../")] = imports
	})
	return found
}

func walk(t *testing.T, root string, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"node_modules", ".git", "testdata", "dist", "out", "bin"}, entry.Name()) {
			return fs.SkipDir
		}
		if !entry.IsDir() {
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// under tells whether a path is p or lies below it.
func under(name, p string) bool { return name == p || strings.HasPrefix(name, p+"/") }
