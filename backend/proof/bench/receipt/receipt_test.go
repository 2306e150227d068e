package receipt

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/figure"
)

var (
	peers  = flag.String("peers", "", "folder of the peers (build/bench/receipt), its packages installed; empty: ours alone")
	out    = flag.String("out", "", "folder for each renderer's last page; empty: not kept")
	rounds = flag.Int("rounds", 1, "how often every renderer has its turn")
	pages  = flag.Int("pages", 3, "pages of a renderer in a turn after its first")
)

// What a page may cost.
const (
	warmAim, coldAim = 9, 60 // milliseconds
	sizeAim          = 48    // KB of 1,024 bytes
)

// renderer is a program that renders the page for every line it reads.
type renderer struct {
	name    string // with its version
	command []string
	env     []string
	pages   int // at most in a turn, for those that take seconds

	cold, warm, size []float64
}

func TestMain(m *testing.M) {
	flag.Parse()
	if name := os.Getenv(asRenderer); name != "" {
		if err := serve(name, os.Getenv(ofPeers), os.Getenv(pageFile)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestPages(t *testing.T) {
	folder := *out
	if folder == "" {
		folder = t.TempDir()
	}
	all := renderers(t, folder)
	for range *rounds {
		for _, r := range all {
			r.turn(t)
		}
	}
	ours := all[0]
	figures := []figure.Figure{}
	for _, what := range []struct {
		name, unit string
		of         func(*renderer) []float64
		aim        float64
	}{
		{"receipt, warm", "ms", func(r *renderer) []float64 { return r.warm }, warmAim},
		{"receipt, first page of a process, its start included", "ms", func(r *renderer) []float64 { return r.cold }, coldAim},
		{"receipt, file", "KB", func(r *renderer) []float64 { return r.size }, sizeAim},
	} {
		for _, peer := range all {
			t.Logf("%-55s %-24s %+v", what.name, peer.name, figure.SpreadOf(what.of(peer)...))
			if peer == ours && len(all) > 1 {
				continue
			}
			f := figure.Figure{Work: what.name, Unit: what.unit, Ours: figure.SpreadOf(what.of(ours)...), Aim: figure.Aim{AtMost: what.aim}}
			if peer != ours {
				f.Peer, f.Theirs = peer.name, figure.SpreadOf(what.of(peer)...)
			}
			figures = append(figures, f)
		}
	}
	if err := figure.Keep(figures...); err != nil {
		t.Fatal(err)
	}
}

// renderers are ours first, then the peers.
func renderers(t *testing.T, folder string) []*renderer {
	t.Helper()
	child := func(name string) *renderer {
		return &renderer{name: name, command: []string{os.Args[0]}, pages: *pages,
			env: []string{asRenderer + "=" + name, ofPeers + "=" + *peers, pageFile + "=" + filepath.Join(folder, name+".pdf")}}
	}
	all := []*renderer{child(ourName)}
	if *peers == "" {
		return all
	}
	node := func(name, script string) *renderer {
		return &renderer{name: name, command: []string{"node", filepath.Join(*peers, script), filepath.Join(folder, script+".pdf")}, pages: *pages}
	}
	html := filepath.Join(folder, "page.html")
	run(t, "node", filepath.Join(*peers, "writehtml.mjs"), html)
	return append(all,
		node("PDFKit "+npmVersion(t, "pdfkit"), "pdfkit.mjs"),
		node("pdfmake "+npmVersion(t, "pdfmake"), "pdfmake.mjs"),
		child(plainName),
		&renderer{name: "Chromium " + lastWord(t, "chromium", "--version"), command: node("", "chromium.mjs").command, pages: min(*pages, 5)},
		&renderer{name: "WeasyPrint " + lastWord(t, "weasyprint", "--version"), pages: min(*pages, 2),
			command: []string{"/usr/bin/python3", filepath.Join(*peers, "print.py"), filepath.Join(folder, "weasyprint.pdf"), html}})
}

// turn starts the renderer, waits for its first page and asks for more.
func (r *renderer) turn(t *testing.T) {
	t.Helper()
	began := time.Now()
	cmd := exec.Command(r.command[0], r.command[1:]...)
	cmd.Env, cmd.Stderr = append(os.Environ(), r.env...), os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	answers, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	render := func() (size float64) {
		_, err := fmt.Fprintln(in, "page")
		must(t, err)
		if _, err := fmt.Fscan(answers, &size); err != nil || size < 1000 {
			t.Fatalf("%s rendered %v bytes: %v", r.name, size, err)
		}
		return size
	}
	r.size = append(r.size, render()/1024)
	r.cold = append(r.cold, milliseconds(began))
	for range r.pages {
		began := time.Now()
		render()
		r.warm = append(r.warm, milliseconds(began))
	}
	must(t, in.Close())
	must(t, cmd.Wait())
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Microseconds()) / 1000
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	text, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return strings.TrimSpace(string(text))
}

// lastWord finds the version in "WeasyPrint version 57.2".
func lastWord(t *testing.T, name string, args ...string) string {
	t.Helper()
	for _, word := range strings.Fields(run(t, name, args...)) {
		if strings.Count(word, ".") > 0 {
			return word
		}
	}
	t.Fatalf("%s tells no version", name)
	return ""
}

func npmVersion(t *testing.T, pkg string) string {
	t.Helper()
	return run(t, "node", "-p", fmt.Sprintf("require('%s').version", filepath.Join(*peers, "node_modules", pkg, "package.json")))
}
