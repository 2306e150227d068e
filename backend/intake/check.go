package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/site"
)

// Checker makes records of rows.
type Checker struct {
	Station site.StationID
	// Site finds a site of any station by its ID or its Chinese name.
	Site  func(name string) (site.Site, bool)
	Today calendar.Date
}

// Check reads a row. The fault "intake.row" lists every wrong field and where it
// stands; its places never repeat what was written.
func (c Checker) Check(row Row) (Record, error) {
	if row.Fault != nil {
		return Record{}, row.Fault
	}
	k := &check{Checker: c, row: &row}
	k.texts()
	record := Record{}
	if k.isReport() {
		record.Donation.DIN = k.din()
	} else {
		record.ID = k.recordID()
		k.donor(&record)
		k.donation(&record)
	}
	k.result(&record)
	if k.fault != nil {
		return Record{}, k.fault
	}
	return record, nil
}

// check gathers what is wrong with one row.
type check struct {
	Checker
	row   *Row
	fault *fault.Fault
}

// reportFields are what a row may say that is nothing but a result.
var reportFields = append([]Field{DIN, Verdict, ABO, RhD, ReportedOn, ALT}, markerFields...)

// isReport tells whether a row is nothing but the result of a donation that was reported
// before, as laboratories send it.
func (k *check) isReport() bool {
	for f, text := range k.row.Text {
		isNothing := text == "" || Field(f) == Reaction && spelled(text) == "false"
		if !isNothing && !slices.Contains(reportFields, Field(f)) {
			return false
		}
	}
	return k.row.Text[Verdict] != ""
}

func (k *check) wrong(f Field, code string) {
	if k.fault == nil {
		k.fault = fault.New(fault.Invalid, "intake.row")
	}
	k.fault.At(k.row.at(f), code, "")
}

// maxText bounds a field, in characters; the longest names of people have less.
const maxText = 200

// texts trims every field and looks for what no field may hold.
func (k *check) texts() {
	for f := range k.row.Text {
		text := strings.TrimFunc(k.row.Text[f], func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
		k.row.Text[f] = text
		switch {
		case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
			k.wrong(Field(f), "intake.encoding")
		case utf8.RuneCountInString(text) > maxText || strings.ContainsFunc(text, unicode.IsControl):
			k.wrong(Field(f), "intake.text")
		case Field(f).IsName() && rounded.MatchString(text):
			k.wrong(Field(f), "intake.rounded")
		default:
			continue
		}
		k.row.Text[f] = ""
	}
}

// required is a field's text; its absence is a fault unless one was found there already.
func (k *check) required(f Field) string {
	text := k.row.Text[f]
	if text == "" && !k.isWrong(f) {
		k.wrong(f, "intake.missing")
	}
	return text
}

func (k *check) isWrong(f Field) bool {
	if k.fault == nil {
		return false
	}
	where := k.row.at(f)
	for _, p := range k.fault.Places {
		if p.Location == where {
			return true
		}
	}
	return false
}

// word reads one of the words of a list; "" when there is none.
func (k *check) word(f Field, list string) string {
	text := k.row.Text[f]
	if text == "" {
		return ""
	}
	code, ok := terms().words[list][spelled(text)]
	if !ok {
		k.wrong(f, "intake.word")
	}
	return code
}

var (
	recordShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$`)
	// personal finds resident numbers (GB 11643) and mobile numbers: a name of a record
	// is written in logs of the station and of ours.
	personal = regexp.MustCompile(`(^|[^0-9A-Za-z])([0-9]{17}[0-9Xx]|1[3-9][0-9]{9})($|[^0-9A-Za-z])`)
)

func (k *check) recordID() string {
	id := k.required(RecordID)
	if id != "" && (!recordShape.MatchString(id) || personal.MatchString(id)) {
		k.wrong(RecordID, "intake.record_id")
	}
	return id
}

// dateForms are the ways a day is written. Day first is none of them: nobody can
// tell it from month first.
var dateForms = regexp.MustCompile(`^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00(?::00)?(?:\.0+)?)?$`)

// date reads a day not after today; zero when there is none or it is wrong.
func (k *check) date(f Field) calendar.Date {
	text := k.row.Text[f]
	if text == "" {
		return calendar.Date{}
	}
	m := dateForms.FindStringSubmatch(text)
	if m == nil {
		k.wrong(f, "intake.date")
		return calendar.Date{}
	}
	day, err := calendar.Parse(m[1] + "-" + twoDigits(m[2]+m[4]) + "-" + twoDigits(m[3]+m[5]))
	switch {
	case err != nil || day.Year() < 1850:
		k.wrong(f, "intake.date")
	case day.After(k.Today):
		k.wrong(f, "intake.future")
	default:
		return day
	}
	return calendar.Date{}
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// number reads a whole number from 0 to most; ok is false when there is none or it is wrong.
func (k *check) number(f Field, most int) (n int, ok bool) {
	text := k.row.Text[f]
	if text == "" {
		return 0, false
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(text, ".0")); err == nil && n >= 0 && n <= most {
		return n, true
	}
	k.wrong(f, "intake.number")
	return 0, false
}

// mostVolume bounds one donation, in mL. Apheresis collects platelets and plasma together: the
// yearly limit of both is 10 L (GB 18467-2011), one collection is a fraction of it.
const mostVolume = 1000

func (k *check) donation(r *Record) {
	d := &r.Donation
	d.DIN = k.din()
	k.required(Product)
	d.Product = donation.Product(k.word(Product, "product"))
	volume, hasVolume := k.number(Volume, mostVolume)
	units, hasUnits := k.number(Units, int(donation.MaxUnits))
	d.VolumeML, d.Units = volume, units
	switch {
	case d.Product == donation.WholeBlood && !k.isWrong(Volume) && !k.isWrong(Units):
		if err := d.Product.Check(donation.Amount{Volume: donation.Volume(volume), Units: donation.Units(units)}); err != nil {
			k.wrong(Volume, amountCode(hasVolume))
		}
	case d.Product == donation.Apheresis && !k.isWrong(Units):
		if err := d.Product.Check(donation.Amount{Units: donation.Units(units)}); err != nil {
			k.wrong(Units, amountCode(hasUnits))
		}
	}
	k.required(GivenOn)
	if d.On = k.date(GivenOn); !d.On.IsZero() && d.On.Before(r.Person.Born) {
		k.wrong(GivenOn, "intake.too_early")
	}
	d.SiteID = k.site()
	d.Reaction = k.word(Reaction, "reaction") == "yes"
}

func (k *check) din() donation.DIN {
	text := k.required(DIN)
	if text == "" {
		return ""
	}
	din, err := donation.ParseDIN(text)
	if err != nil {
		k.wrong(DIN, fault.CodeOf(err))
	}
	return din
}

func amountCode(told bool) string {
	if told {
		return "intake.amount"
	}
	return "intake.missing"
}

func (k *check) site() string {
	name := k.required(Site)
	if name == "" {
		return ""
	}
	found, ok := k.Site(name)
	switch {
	case !ok:
		k.wrong(Site, "intake.site_unknown")
	case found.Station != k.Station:
		k.wrong(Site, "intake.site_elsewhere")
	}
	return found.ID
}
