// Command table puts the figures of build/out/bench between the marks in
// docs/performance.md and prints them:
//
//	go run ./backend/proof/figure/table [-into docs/performance.md] FILE…
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"lianxin/backend/proof/figure"
)

// The marks between which the table stands.
const (
	begin = "<!-- figures: written by make bench -->\n"
	end   = "<!-- end of figures -->\n"
)

func main() {
	into := flag.String("into", "", "the document whose table is replaced")
	flag.Parse()
	if err := run(os.Stdout, *into, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, into string, files []string) error {
	var figures []figure.Figure
	for _, name := range files {
		read, err := readFigures(name)
		if err != nil {
			return err
		}
		figures = append(figures, read...)
	}
	if len(figures) == 0 {
		return errors.New("no figures")
	}
	text := table(figures)
	fmt.Fprint(out, text)
	if into == "" {
		return nil
	}
	return replace(into, text)
}

// readFigures reads one JSON object after the other.
func readFigures(name string) (figures []figure.Figure, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() // it was only read
	for lines := json.NewDecoder(file); ; {
		var f figure.Figure
		switch err := lines.Decode(&f); {
		case errors.Is(err, io.EOF):
			return figures, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		figures = append(figures, f)
	}
}

func table(figures []figure.Figure) string {
	var b strings.Builder
	b.WriteString("| work | beside | theirs | ours | ours ÷ theirs | aim | |\n|---|---|---|---|---|---|---|\n")
	for _, f := range figures {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", f.Work, f.Peer, spread(f.Theirs, f.Unit), spread(f.Ours, f.Unit), ratio(f), aim(f), verdict(f))
	}
	b.WriteString("\nMedian (least to most of the runs).\n")
	for i, f := range figures {
		if i == 0 || f.Host.Processor != figures[i-1].Host.Processor || f.At.Format("2006-01-02") != figures[i-1].At.Format("2006-01-02") {
			fmt.Fprintf(&b, "Measured on %s: %s, %d cores, %s, %s; load at the end of a row %s.\n",
				f.At.Format("2006-01-02"), f.Host.Processor, f.Host.Cores, f.Host.System, f.Host.Go, loads(figures, f.At.Format("2006-01-02")))
		}
	}
	notes := map[string]bool{}
	for _, f := range figures {
		if f.Note != "" && !notes[f.Note] {
			notes[f.Note] = true
			fmt.Fprintf(&b, "\n- %s: %s", f.Work, f.Note)
		}
	}
	if len(notes) > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// loads is how busy the machine was on a day, from least to most.
func loads(figures []figure.Figure, day string) string {
	var values []float64
	for _, f := range figures {
		if load, err := strconv.ParseFloat(f.Host.Load, 64); err == nil && f.At.Format("2006-01-02") == day {
			values = append(values, load)
		}
	}
	s := figure.SpreadOf(values...)
	return fmt.Sprintf("%.0f to %.0f", s.Min, s.Max)
}

// number keeps three digits that count.
func number(v float64) string {
	digits := 2 - int(math.Floor(math.Log10(max(math.Abs(v), 0.01))))
	return strconv.FormatFloat(v, 'f', max(digits, 0), 64)
}

func spread(s figure.Spread, unit string) string {
	switch {
	case s.Runs == 0:
		return ""
	case s.Min == s.Max:
		return number(s.Median) + " " + unit
	}
	return fmt.Sprintf("%s %s (%s–%s)", number(s.Median), unit, number(s.Min), number(s.Max))
}

func ratio(f figure.Figure) string {
	if f.Ratio() == 0 {
		return ""
	}
	return strconv.FormatFloat(f.Ratio(), 'f', max(2, 1-int(math.Floor(math.Log10(f.Ratio())))), 64)
}

// limits are the parts of an aim, each an aim by itself.
func limits(a figure.Aim) []figure.Aim {
	parts := []figure.Aim{{RatioAtMost: a.RatioAtMost}, {RatioAtLeast: a.RatioAtLeast}, {AtMost: a.AtMost}, {AtLeast: a.AtLeast}}
	return slices.DeleteFunc(parts, func(part figure.Aim) bool { return part == figure.Aim{} })
}

// words says a part of an aim.
func words(a figure.Aim, unit string) string {
	sign, limit := "≤", a.RatioAtMost+a.RatioAtLeast+a.AtMost+a.AtLeast // one of them is set
	if a.RatioAtLeast+a.AtLeast != 0 {
		sign = "≥"
	}
	if a.RatioAtMost+a.RatioAtLeast != 0 {
		unit = "×"
	}
	return sign + " " + strconv.FormatFloat(limit, 'f', -1, 64) + " " + unit
}

func aim(f figure.Figure) string {
	var wants []string
	for _, part := range limits(f.Aim) {
		wants = append(wants, words(part, f.Unit))
	}
	return strings.Join(wants, ", ")
}

// verdict tells which part of an aim was missed.
func verdict(f figure.Figure) string {
	var missed []string
	for _, part := range limits(f.Aim) {
		one := f
		one.Aim = part
		if held, _ := one.Held(); !held {
			missed = append(missed, words(part, f.Unit))
		}
	}
	switch {
	case f.Aim == figure.Aim{}:
		return ""
	case len(missed) == 0:
		return "held"
	}
	return "**missed: " + strings.Join(missed, ", ") + "**"
}

// replace puts text between the marks of a document.
func replace(name, text string) error {
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no place for the table", name)
	}
	return os.WriteFile(name, []byte(before+begin+text+end+after), 0o644)
}
