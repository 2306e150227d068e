package commandline

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

type commands struct {
	Serve struct {
		Listen string `help:"Address." default:":1"`
	} `cmd:"" help:"Serve."`
	Backup struct {
		File string `arg:"" type:"existingfile"`
		Days int    `help:"Days."`
	} `cmd:"" help:"Copy."`
}

var shown = Program{Name: "try", Description: "A program to try.", Vars: kong.Vars{},
	Exits: Exits{{0, "done"}, {2, "the command line was not understood"}, {75, "start it again"}}}

// run parses and returns what was written and the code, -1 when it went on.
func run(args ...string) (out, errOut string, code int) {
	var o, e bytes.Buffer
	type ended int
	code = -1
	defer func() {
		out, errOut = o.String(), e.String()
		if r := recover(); r != nil {
			code = int(r.(ended))
		}
	}()
	shown.parse(&commands{}, args, &o, &e, func(code int) { panic(ended(code)) })
	return
}

func TestWhatIsNotUnderstoodIsSaidInTwoLines(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says []string
		help string
	}{
		"a mistyped flag":       {[]string{"serve", "--lsten", ":2"}, []string{"--lsten", `did you mean "--listen"?`}, "try serve"},
		"a flag nobody knows":   {[]string{"serve", "--paper", "a4"}, []string{"--paper"}, "try serve"},
		"a mistyped command":    {[]string{"serv"}, []string{"serv", `did you mean "serve"?`}, "try"},
		"no command":            {nil, []string{"serve"}, "try"},
		"a missing word":        {[]string{"backup"}, []string{"<file>"}, "try backup"},
		"one word more":         {[]string{"serve", "now"}, []string{"now"}, "try serve"},
		"no number":             {[]string{"backup", "--days", "many", "x"}, []string{"--days", "many"}, "try backup"},
		"a file that is absent": {[]string{"backup", "/no/such/file"}, []string{"/no/such/file"}, "try backup"},
	} {
		out, errOut, code := run(c.args...)
		if code != ExitUsage || out != "" {
			t.Errorf("%s: ends with %d and writes %q", name, code, out)
		}
		lines := strings.Split(strings.TrimSuffix(errOut, "\n"), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "try: ") || lines[1] != "  → "+c.help+" --help" {
			t.Errorf("%s:\n%s", name, errOut)
		}
		for _, want := range c.says {
			if !strings.Contains(lines[0], want) {
				t.Errorf("%s: %q lacks %q", name, lines[0], want)
			}
		}
	}
}

func TestHelpNamesTheExitCodes(t *testing.T) {
	out, errOut, code := run("--help")
	if code != 0 || errOut != "" {
		t.Errorf("ends with %d and %q", code, errOut)
	}
	for _, want := range []string{"A program to try.", "   0  done\n", "   2  the command line was not understood\n", "  75  start it again\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("--help lacks %q:\n%s", want, out)
		}
	}
}

func TestWhatIsUnderstoodGoesOn(t *testing.T) {
	if out, errOut, code := run("serve", "--listen", ":3"); code != -1 || out+errOut != "" {
		t.Errorf("ends with %d, %q, %q", code, out, errOut)
	}
}
