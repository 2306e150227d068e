package stationfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// Systems of codes and identifiers in FHIR messages that are ours; docs/stations.md
// lists them.
const (
	systemRecord      = "urn:lianxin:record"
	systemDIN         = "urn:lianxin:din"
	systemDocument    = "urn:lianxin:document:" // and the kind
	systemProduct     = "urn:lianxin:product"
	systemSite        = "urn:lianxin:site"
	systemVerdict     = "urn:lianxin:verdict"
	systemObservation = "urn:lianxin:observation"
	systemLOINC       = "http://loinc.org"
)

// readFHIR reads Bundles, one after another. The resources of one Bundle refer to
// each other in any order, so one Bundle is held in memory, and no more.
func readFHIR(file *bufio.Reader) iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		decoder, read, rows := json.NewDecoder(file), 0, 0
		for {
			b, err := nextBundle(decoder)
			if errors.Is(err, io.EOF) && rows > 0 {
				return
			}
			if err != nil {
				code := "intake.format"
				if errors.Is(err, io.EOF) {
					code = "intake.empty"
				}
				// A decoder's own words may repeat what was written.
				yield(intake.Row{}, fault.New(fault.Invalid, code))
				return
			}
			read++
			if !b.rows(func(row intake.Row, err error) bool { rows++; return yield(row, err) }) {
				return
			}
		}
	}
}

// bundle is what a Bundle holds, by what refers to it.
type bundle struct {
	entries   []fhirEntry
	unread    map[int]bool     // entries that are no resources as FHIR has them
	at        map[string]int   // by reference
	reports   map[string][]int // final ones, by DIN
	given     map[string]bool  // DINs of the Procedures
	collected map[int][]int    // observations, by the Procedure they are part of
}

// nextBundle reads one Bundle; io.EOF when there is none.
func nextBundle(decoder *json.Decoder) (*bundle, error) {
	b := &bundle{unread: map[int]bool{}, at: map[string]int{}, reports: map[string][]int{}, given: map[string]bool{}, collected: map[int][]int{}}
	start, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if start != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	kind := ""
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, cut(err)
		}
		switch name {
		case "entry":
			err = b.read(decoder)
		case "resourceType":
			err = decoder.Decode(&kind)
		default:
			var other json.RawMessage
			err = decoder.Decode(&other)
		}
		if err != nil {
			return nil, cut(err)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, cut(err)
	}
	if kind != "Bundle" {
		return nil, errors.New("not a Bundle")
	}
	b.connect()
	return b, nil
}

// cut is the end of a file in the middle of a Bundle.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// read reads the entries; one that does not fit spoils itself only.
func (b *bundle) read(decoder *json.Decoder) error {
	start, err := decoder.Token()
	if err != nil {
		return err
	}
	if start != json.Delim('[') {
		return errors.New("entry is no list")
	}
	for decoder.More() {
		var e fhirEntry
		err := decoder.Decode(&e)
		if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			b.unread[len(b.entries)] = true
		} else if err != nil {
			return err
		}
		b.entries = append(b.entries, e)
	}
	_, err = decoder.Token()
	return err
}

// connect notes what refers to what.
func (b *bundle) connect() {
	for i, e := range b.entries {
		if e.FullURL != "" {
			b.at[e.FullURL] = i
		}
		if e.Resource.ID != "" {
			b.at[e.Resource.Type+"/"+e.Resource.ID] = i
		}
	}
	for i, e := range b.entries {
		switch e.Resource.Type {
		case "DiagnosticReport":
			if e.Resource.isFinal() {
				number := bareDIN(e.Resource.identified(systemDIN))
				b.reports[number] = append(b.reports[number], i)
			}
		case "Procedure":
			b.given[bareDIN(e.Resource.identified(systemDIN))] = true
		case "Observation":
			for _, of := range e.Resource.PartOf {
				if whole, ok := b.at[of.Reference]; ok {
					b.collected[whole] = append(b.collected[whole], i)
				}
			}
		}
	}
}

// isFinal tells whether a report may be relied on.
func (r fhirResource) isFinal() bool {
	return r.Status == "final" || r.Status == "amended" || r.Status == "corrected"
}

// bareDIN is a number without what checks it: report and Procedure may write it
// differently.
func bareDIN(text string) string {
	text = strings.TrimPrefix(strings.ToUpper(strings.Join(strings.Fields(text), "")), "=")
	return text[:min(len(text), 13)]
}

// rows gives a row for each Procedure, for each final report of a donation that is not in
// the Bundle, and for each entry that cannot be read.
func (b *bundle) rows(yield func(intake.Row, error) bool) bool {
	for i, e := range b.entries {
		where := fmt.Sprintf("entry[%d]", i)
		var row intake.Row
		switch {
		case b.unread[i]:
			row = intake.Unreadable(i+1, where, "intake.unreadable", "")
		case e.Resource.Type == "DiagnosticReport" && e.Resource.isFinal():
			number := bareDIN(e.Resource.identified(systemDIN))
			if number != "" && b.given[number] {
				continue // it is in the row of the Procedure
			}
			row = b.late(i, number)
		case e.Resource.Type != "Procedure":
			continue
		case e.Resource.Status != "completed":
			row = intake.Unreadable(i+1, where+".resource.status", "intake.status", "")
		default:
			row = b.row(i)
		}
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

// row gathers what belongs to a Procedure.
func (b *bundle) row(i int) intake.Row {
	p := b.entries[i].Resource
	r, set := newRow(i)
	id := p.identified(systemRecord)
	if id == "" {
		id = p.ID
	}
	set(intake.RecordID, id, i, "id")
	set(intake.DIN, p.identified(systemDIN), i, "identifier")
	set(intake.Product, p.Code.word(systemProduct), i, "code")
	set(intake.Site, p.Location.Identifier.Value, i, "location.identifier")
	set(intake.Reaction, strconv.FormatBool(len(p.Complication) > 0), i, "complication")
	if p.PerformedAt != "" {
		set(intake.GivenOn, dayOf(p.PerformedAt), i, "performedDateTime")
	} else {
		set(intake.GivenOn, dayOf(p.Performed.Start), i, "performedPeriod.start")
	}
	who, ok := b.at[p.Subject.Reference]
	if !ok || b.entries[who].Resource.Type != "Patient" {
		return intake.Unreadable(i+1, fmt.Sprintf("entry[%d].resource.subject", i), "intake.reference", "")
	}
	b.patient(who, set)
	for _, of := range b.collected[i] {
		b.observation(of, set)
	}
	number := bareDIN(r.Text[intake.DIN])
	if number == "" {
		return *r
	}
	switch reports := b.reports[number]; len(reports) {
	case 0:
	case 1:
		b.report(reports[0], set)
	default:
		return twice(i, reports)
	}
	return *r
}

// late gathers what a report says of a donation that is not in the Bundle.
func (b *bundle) late(i int, number string) intake.Row {
	if reports := b.reports[number]; number != "" && len(reports) > 1 {
		return twice(i, reports)
	}
	r, set := newRow(i)
	set(intake.DIN, b.entries[i].Resource.identified(systemDIN), i, "identifier")
	b.report(i, set)
	for f := range r.Text {
		if f := intake.Field(f); f == intake.Volume || f == intake.Units {
			r.Text[f] = "" // what was given is the Procedure's to say
		}
	}
	if r.Text[intake.Verdict] == "" { // it would be taken for a donation without anything
		return intake.Unreadable(i+1, r.Where(intake.Verdict), "intake.missing", "")
	}
	return *r
}

// twice refuses what has several final reports: one alone may not say what failed.
func twice(i int, reports []int) intake.Row {
	return intake.Unreadable(i+1, fmt.Sprintf("entry[%d].resource.identifier", reports[1]), "intake.report_twice", "")
}

// newRow begins the row of an entry, and returns what writes to it.
func newRow(i int) (*intake.Row, setter) {
	r, places := &intake.Row{Number: i + 1}, map[intake.Field]string{}
	r.Where = func(f intake.Field) string {
		if where := places[f]; where != "" {
			return where
		}
		return fmt.Sprintf("entry[%d]: %s", i, f.Path())
	}
	return r, func(f intake.Field, text string, entry int, member string) {
		r.Text[f], places[f] = text, fmt.Sprintf("entry[%d].resource.%s", entry, member)
	}
}

type setter func(f intake.Field, text string, entry int, member string)

func (b *bundle) patient(i int, set setter) {
	p := b.entries[i].Resource
	for n, id := range p.Identifier {
		kind, ok := strings.CutPrefix(id.System, systemDocument)
		member := fmt.Sprintf("identifier[%d]", n)
		switch {
		case !ok:
		case id.Use == "old":
			set(intake.EarlierKind, kind, i, member)
			set(intake.EarlierNumber, id.Value, i, member)
		default:
			set(intake.DocumentKind, kind, i, member)
			set(intake.DocumentNumber, id.Value, i, member)
		}
	}
	if len(p.Name) > 0 { // the first is the one that counts
		text := p.Name[0].Text
		if text == "" {
			text = p.Name[0].Family + strings.Join(p.Name[0].Given, "")
		}
		set(intake.Name, text, i, "name[0]")
	}
	for n, t := range p.Telecom {
		if t.System == "phone" {
			set(intake.Phone, t.Value, i, fmt.Sprintf("telecom[%d]", n))
			break
		}
	}
	set(intake.Born, p.BirthDate, i, "birthDate")
	set(intake.Sex, p.Gender, i, "gender")
}

func (b *bundle) report(i int, set setter) {
	p := b.entries[i].Resource
	verdict := p.Conclusion
	for _, c := range p.ConclusionCode {
		verdict = c.word(systemVerdict)
	}
	set(intake.Verdict, verdict, i, "conclusionCode")
	set(intake.ReportedOn, dayOf(p.Issued), i, "issued")
	for _, of := range p.Result {
		if o, ok := b.at[of.Reference]; ok && b.entries[o].Resource.isFinal() {
			b.observation(o, set)
		}
	}
}

// ours are our own codes of observations.
var ours = map[string]intake.Field{"volume_ml": intake.Volume, "units": intake.Units}

func (b *bundle) observation(i int, set setter) {
	o := b.entries[i].Resource
	f, known := intake.FieldOfLOINC(o.Code.code(systemLOINC))
	if !known {
		f, known = ours[o.Code.code(systemObservation)]
	}
	if !known {
		return
	}
	switch {
	case o.Quantity != nil && o.Quantity.Value != nil:
		set(f, strconv.FormatFloat(*o.Quantity.Value, 'f', -1, 64), i, "valueQuantity")
	case o.Concept != nil:
		word := o.Concept.Text
		if word == "" && len(o.Concept.Coding) > 0 {
			word = o.Concept.Coding[0].Code
		}
		set(f, word, i, "valueCodeableConcept")
	default:
		set(f, o.Text, i, "valueString")
	}
}

// dayOf is the day of a FHIR dateTime on Beijing's calendar; other texts stay as
// they are, for the check to refuse.
func dayOf(text string) string {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return calendar.Of(at).String()
	}
	return text
}
