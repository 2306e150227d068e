package questionnaire

import (
	"cmp"
	"math/big"
	"regexp"
	"strconv"
	"time"
)

// The written forms of http://hl7.org/fhir/R4/datatypes.html#primitive.
var (
	datePattern = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$`)
	instant     = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,12})?(Z|[+-]\d{2}:\d{2})?$`)
	clock       = regexp.MustCompile(`^(\d{2}):(\d{2}):(\d{2})(\.\d{1,12})?$`)
)

// moment is a date, dateTime or time as precise as it was written.
type moment struct {
	parts  []int    // year, month, day, hour, minute, second: as many as given
	second *big.Rat // with its fraction, when the time of day is given
	offset *int     // minutes east of UTC, when a zone is given
}

// parseMoment reads a value of the FHIR type date, dateTime, instant or time;
// ok is false for days and hours that do not exist. A dateTime with a time of
// day needs a zone; one without is still read, as forms in the wild have such
// limits, and compared by its wall clock.
func parseMoment(typeName, text string) (moment, bool) {
	var m []string
	switch typeName {
	case "date":
		m = datePattern.FindStringSubmatch(text)
	case "dateTime", "instant":
		if m = instant.FindStringSubmatch(text); m == nil && typeName == "dateTime" {
			m = datePattern.FindStringSubmatch(text)
		}
	case "time":
		if m = clock.FindStringSubmatch(text); m != nil {
			m = append([]string{text, "2000", "01", "01"}, m[1:]...)
		}
	}
	if m == nil {
		return moment{}, false
	}
	return build(m)
}

func build(m []string) (moment, bool) {
	var out moment
	for i := 1; i < len(m) && i <= 6 && m[i] != ""; i++ {
		n, _ := strconv.Atoi(m[i])
		out.parts = append(out.parts, n)
	}
	if !out.exists() {
		return moment{}, false
	}
	if len(m) > 7 {
		out.second, _ = new(big.Rat).SetString(m[6] + m[7])
	}
	if len(m) > 8 && m[8] != "" {
		minutes := 0
		if m[8] != "Z" {
			hour, _ := strconv.Atoi(m[8][1:3])
			minute, _ := strconv.Atoi(m[8][4:6])
			if hour > 14 || minute > 59 {
				return moment{}, false
			}
			minutes = hour*60 + minute
			if m[8][0] == '-' {
				minutes = -minutes
			}
		}
		out.offset = &minutes
	}
	return out, true
}

func (m moment) exists() bool {
	full := [6]int{1, 1, 1, 0, 0, 0}
	copy(full[:], m.parts)
	if full[0] < 1 || full[3] > 23 || full[4] > 59 || full[5] > 60 { // 60: a leap second
		return false
	}
	day := time.Date(full[0], time.Month(full[1]), full[2], 0, 0, 0, 0, time.UTC)
	return full[1] <= 12 && full[1] >= 1 && day.Day() == full[2]
}

// zoned tells whether a time of day comes with its zone.
func (m moment) zoned() bool { return m.second == nil || m.offset != nil }

// compare orders two moments. certain is false when they are equal as far as
// the less precise one goes and differ in precision: 2020 is neither before nor
// after 2020-05-01.
func (m moment) compare(other moment) (order int, certain bool) {
	if m.offset != nil && other.offset != nil {
		return m.seconds().Cmp(other.seconds()), true
	}
	shorter := min(len(m.parts), len(other.parts))
	for i := range shorter {
		if order := cmp.Compare(m.parts[i], other.parts[i]); order != 0 {
			return order, true
		}
	}
	if len(m.parts) != len(other.parts) {
		return 0, false
	}
	if m.second != nil && other.second != nil {
		return m.second.Cmp(other.second), true
	}
	return 0, true
}

// seconds is the instant as seconds since 1970 UTC, fraction included.
func (m moment) seconds() *big.Rat {
	p := m.parts
	minute := time.Date(p[0], time.Month(p[1]), p[2], p[3], p[4], 0, 0, time.UTC).Unix() - int64(*m.offset)*60
	return new(big.Rat).Add(new(big.Rat).SetInt64(minute), m.second)
}
