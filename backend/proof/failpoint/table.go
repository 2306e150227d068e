package failpoint

import (
	"fmt"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"

	"lianxin/backend/proof/overlay"
)

// Process is which program is killed.
type Process string

const (
	Kiosk   Process = "kiosk"
	Center  Process = "center"
	Command Process = "command" // a command of the center's program beside a running center
	Desk    Process = "desk"    // a desk at which claims are captured
)

// Stage is when a program comes by a place.
type Stage string

const (
	Start    Stage = "start"    // the first start in an empty folder
	Enrol    Stage = "enrol"    // a kiosk is let in
	Work     Stage = "work"     // people come, both sides exchange
	Gift     Stage = "gift"     // a gift is held, confirmed, handed over, given back
	Visit    Stage = "visit"    // a number is called, somebody is asked and measured, the visit ends
	Report   Stage = "report"   // a station reports donations and results
	File     Stage = "file"     // a claim with its attachments is filed
	Capture  Stage = "capture"  // a claim is captured at a desk without a line
	Send     Stage = "send"     // and sent to the center when the line is back
	Pay      Stage = "pay"      // claims are paid by a file for a bank
	Transfer Stage = "transfer" // claims are paid over WeChat Pay
	Backup   Stage = "backup"   // the command `backup`
	Roll     Stage = "roll"     // the command `token roll`
)

// Point is a named place in the product's code.
type Point struct {
	Name   string
	File   string // from the repository's root
	Text   string // stands there once
	After  bool   // the process ends after the text; otherwise before it
	In     []Process
	Stage  Stage
	Often  bool // a program passes many times in a life, so any passing may be the last
	SQLite bool // only where the center's database is SQLite
}

// edit puts the call in.
func (p Point) edit() overlay.Edit {
	call := fmt.Sprintf("passFailpoint(%q)\n", p.Name)
	if p.After {
		return overlay.Edit{Name: p.Name, File: p.File, Old: p.Text, New: p.Text + "\n" + call}
	}
	return overlay.Edit{Name: p.Name, File: p.File, Old: p.Text, New: call + p.Text}
}

// Overlay is the product with every failpoint in it.
func Overlay(root string) (overlay.Overlay, error) {
	o := overlay.Overlay{Root: root, Added: map[string]string{}}
	for _, p := range Points {
		o.Edits = append(o.Edits, p.edit())
		name := path.Join(path.Dir(p.File), "failpoint_overlay.go")
		if _, ok := o.Added[name]; ok {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, p.File), nil, parser.PackageClauseOnly)
		if err != nil {
			return o, err
		}
		o.Added[name] = fmt.Sprintf("package %s\n\nimport %q\n\nfunc passFailpoint(name string) { point.Pass(name) }\n",
			parsed.Name.Name, "lianxin/backend/proof/failpoint/point")
	}
	return o, nil
}

// place is a failpoint within a file.
type place struct {
	name, text   string
	after, often bool
}

func before(name, text string) place { return place{name: name, text: text} }
func after(name, text string) place  { return place{name: name, text: text, after: true} }

// many is a place that is passed again and again.
func many(p place) place {
	p.often = true
	return p
}

func at(stage Stage, file string, in []Process, places ...place) []Point {
	all := make([]Point, len(places))
	for i, p := range places {
		all[i] = Point{Name: p.name, File: "backend/" + file, Text: p.text, After: p.after, In: in, Stage: stage, Often: p.often}
	}
	return all
}

// sqliteOnly is for what PostgreSQL's own programs do there.
func sqliteOnly(points []Point) []Point {
	for i := range points {
		points[i].SQLite = true
	}
	return points
}

var (
	kiosk  = []Process{Kiosk}
	center = []Process{Center}
	both   = []Process{Kiosk, Center}
	tool   = []Process{Command}
	desk   = []Process{Desk}
)

// Points are all failpoints, in the order in which a kiosk and a center come by them.
var Points = slices.Concat(starting, enrolling, recording, printing, pushing, receiving, pulling,
	redeeming, attending, reporting, filing, capturing, paying, administering)
