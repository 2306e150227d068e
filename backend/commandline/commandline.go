// Package commandline reads what somebody typed to start one of the programs.
package commandline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// ExitUsage ends a program that was started with words it does not understand, as
// shells do for their own commands. Nothing was opened or changed.
const ExitUsage = 2

// Exits are the codes a program ends with, for its --help.
type Exits []struct {
	Code    int
	Meaning string
}

// String is a table that --help shows as it is.
func (e Exits) String() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, x := range e {
		fmt.Fprintf(&b, "\n  %2d  %s", x.Code, x.Meaning)
	}
	return b.String()
}

// Program is what --help says of a program as a whole.
type Program struct {
	Name, Description string
	Exits             Exits
	Vars              kong.Vars
}

// Parse reads the process's arguments into target, a struct of commands. What cannot be
// understood ends the process with ExitUsage, after one line on what is wrong and one on
// where to look.
func (p Program) Parse(target any) *kong.Context {
	return p.parse(target, os.Args[1:], os.Stdout, os.Stderr, os.Exit)
}

func (p Program) parse(target any, args []string, out, errOut io.Writer, exit func(int)) *kong.Context {
	parser, err := kong.New(target, kong.Name(p.Name), p.Vars, kong.Writers(out, errOut), kong.Exit(exit),
		kong.Description(p.Description+"\n\n"+p.Exits.String()))
	if err != nil {
		panic(fmt.Sprintf("the commands of %s: %v", p.Name, err)) // the program's own text is wrong
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errOut, "%s: %v\n  → %s --help\n", p.Name, err, helped(p.Name, err))
		exit(ExitUsage)
	}
	return parsed
}

// helped is the command whose --help tells more: the one that was understood before
// the words that were not.
func helped(name string, err error) string {
	wrong, ok := errors.AsType[*kong.ParseError](err)
	if !ok || wrong.Context == nil || wrong.Context.Selected() == nil {
		return name
	}
	return wrong.Context.Selected().FullPath()
}
