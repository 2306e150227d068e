package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"lianxin/backend/hospital"
	"lianxin/backend/textfile"
)

// HospitalAskCmd asks.
type HospitalAskCmd struct {
	HospitalClient
	File string `arg:"" help:"The question: JSON, or with --fhir a CoverageEligibilityRequest." type:"existingfile"`
	FHIR bool   `name:"fhir" help:"The file is FHIR R4."`
}

// Run asks.
func (a HospitalAskCmd) Run() error {
	return a.send(a.File, a.FHIR, "/hospital/questions", "/fhir/CoverageEligibilityRequest")
}

// send sends a file to one of two paths.
func (c HospitalClient) send(file string, isFHIR bool, plain, fhir string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read what to send: %w", err)
	}
	if isFHIR {
		return c.show(fhir, fhirJSON, body)
	}
	return c.show(plain, plainJSON, body)
}

// HospitalReserveCmd sets aside.
type HospitalReserveCmd struct {
	HospitalClient
	File string `arg:"" help:"The stay: JSON, or with --fhir a Claim of use preauthorization." type:"existingfile"`
	FHIR bool   `name:"fhir" help:"The file is FHIR R4."`
}

// Run sets aside. Sent again it is the same case.
func (r HospitalReserveCmd) Run() error {
	return r.send(r.File, r.FHIR, "/hospital/cases", "/fhir/Claim")
}

// HospitalConfirmCmd confirms.
type HospitalConfirmCmd struct {
	HospitalClient
	Number string `arg:"" help:"The hospital's own number; with --fhir a file with a Claim of use claim."`
	FHIR   bool   `name:"fhir" help:"FHIR R4."`
}

// Run confirms.
func (x HospitalConfirmCmd) Run() error { return x.step(x.Number, x.FHIR, "confirm") }

// HospitalReleaseCmd releases.
type HospitalReleaseCmd struct {
	HospitalClient
	Number string `arg:"" help:"The hospital's own number; with --fhir a file with a Claim of status cancelled."`
	FHIR   bool   `name:"fhir" help:"FHIR R4."`
}

// Run gives back.
func (x HospitalReleaseCmd) Run() error { return x.step(x.Number, x.FHIR, "release") }

// step takes a step with a case that is named by the hospital's number.
func (c HospitalClient) step(number string, isFHIR bool, step string) error {
	if isFHIR {
		return c.send(number, true, "", "/fhir/Claim")
	}
	id, err := c.caseID(number)
	if err != nil {
		return err
	}
	return c.show("/hospital/cases/"+id+"/"+step, plainJSON, []byte("{}"))
}

// HospitalCorrectCmd corrects.
type HospitalCorrectCmd struct {
	HospitalClient
	Number string `arg:"" help:"The hospital's own number; with --fhir a file with a Claim that is related to a prior one."`
	File   string `arg:"" optional:"" help:"The correction, JSON." type:"existingfile"`
	FHIR   bool   `name:"fhir" help:"FHIR R4."`
}

// Run corrects.
func (x HospitalCorrectCmd) Run() error {
	if x.FHIR {
		return x.send(x.Number, true, "", "/fhir/Claim")
	}
	id, err := x.caseID(x.Number)
	if err != nil {
		return err
	}
	return x.send(x.File, false, "/hospital/cases/"+id+"/correct", "")
}

// HospitalReconcileCmd fetches a day.
type HospitalReconcileCmd struct {
	HospitalClient
	Day    string `required:"" help:"Of Beijing's calendar, 2026-11-23."`
	Format string `enum:"ndjson,csv" default:"ndjson" help:"ndjson or csv."`
	Own    string `help:"The hospital's own list to compare with: a line NUMBER,FEN for each case that was confirmed or corrected on that day. Nothing is printed but what differs." type:"existingfile"`
}

// Help says how it ends.
func (HospitalReconcileCmd) Help() string {
	return `Exit codes: 0 both agree (or nothing was compared), 1 they differ.

Example:
  lianxin-center hospital reconcile --client his.json --day 2026-11-23 --own own.csv`
}

// Run fetches it.
func (r HospitalReconcileCmd) Run() error {
	query := url.Values{"day": {r.Day}, "format": {r.Format}}
	if r.Own != "" {
		query.Set("format", "ndjson")
	}
	answer, err := r.ask(http.MethodGet, "/hospital/days/file?"+query.Encode(), "", nil)
	if err != nil {
		return err
	}
	if r.Own == "" {
		_, err := os.Stdout.Write(answer)
		return err
	}
	theirs, err := grown(bytes.NewReader(answer))
	if err != nil {
		return err
	}
	file, err := os.Open(r.Own)
	if err != nil {
		return fmt.Errorf("read the hospital's own list: %w", err)
	}
	defer file.Close()
	ours, err := listed(file)
	if err != nil {
		return err
	}
	return compare(ours, theirs)
}

// grown is by how much each case grew on the day, by the hospital's number.
func grown(file io.Reader) (map[string]int64, error) {
	sums := map[string]int64{}
	for decoder := json.NewDecoder(file); ; {
		var line hospital.DayLine
		if err := decoder.Decode(&line); err == io.EOF {
			return sums, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the file of the day: %w", err)
		}
		sums[line.Number] += line.GrewFen
	}
}

// listed is the hospital's own list.
func listed(file io.Reader) (map[string]int64, error) {
	sums := map[string]int64{}
	for line, err := range textfile.Lines(textfile.Decode(file, textfile.Detect)) {
		if err != nil {
			return nil, fmt.Errorf("read the hospital's own list: %w", err)
		}
		text := strings.TrimSpace(string(line.Text))
		if text == "" && !line.TooLong {
			continue
		}
		number, fen, _ := strings.Cut(text, ",")
		n, err := strconv.ParseInt(fen, 10, 64)
		if err != nil || number == "" {
			return nil, fmt.Errorf("line %d of the hospital's own list is not NUMBER,FEN", line.Number)
		}
		sums[number] += n
	}
	return sums, nil
}

// compare prints what differs.
func compare(ours, theirs map[string]int64) error {
	numbers := map[string]bool{}
	for _, side := range []map[string]int64{ours, theirs} {
		for number := range side {
			numbers[number] = true
		}
	}
	differ := 0
	for _, number := range slices.Sorted(maps.Keys(numbers)) {
		if ours[number] != theirs[number] {
			differ++
			fmt.Printf("%s: the hospital has %d fen, the center %d\n", number, ours[number], theirs[number])
		}
	}
	if differ > 0 {
		return fmt.Errorf("%d cases differ", differ)
	}
	fmt.Println("both agree")
	return nil
}
