package apitest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Maker draws values for schemas.
type Maker struct {
	// Known holds values that mean something to the program under test, by the name
	// of their field or parameter: ids that exist, dates with something in them. They
	// carry a request past the first look.
	Known map[string][]any
	// Personal are values of made-up people. They stand in texts, and no refusal may repeat them.
	Personal []string
}

// Wrongness is how many of a hundred values are not what the schema asks for.
type Wrongness int

const deepest = 6 // levels of a value; the document's own types are less deep

// Value draws a value for a schema; name is the field it stands in.
func (m Maker) Value(t *rapid.T, s *Schema, name string, wrong Wrongness) any {
	return m.value(t, s, name, wrong, deepest)
}

func (m Maker) value(t *rapid.T, s *Schema, name string, wrong Wrongness, levels int) any {
	if chance(t, int(wrong)) {
		return m.spoilt(t)
	}
	s = s.resolved()
	if known := m.Known[name]; len(known) > 0 && chance(t, 50) {
		return rapid.SampledFrom(known).Draw(t, "known")
	}
	if len(s.Enum) > 0 {
		return rapid.SampledFrom(s.Enum).Draw(t, "one of")
	}
	switch s.Type {
	case "object":
		return m.object(t, s, wrong, levels)
	case "array":
		return m.array(t, s, name, wrong, levels)
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "integer":
		return rapid.Int64Range(int64(s.Minimum), most(s, 1<<40)).Draw(t, "integer")
	case "number":
		return rapid.Float64Range(s.Minimum, float64(most(s, 1_000_000))).Draw(t, "number")
	case "string":
		return m.text(t, s)
	}
	return m.spoilt(t) // the schema allows anything
}

func most(s *Schema, otherwise int64) int64 {
	if s.Maximum > 0 {
		return int64(s.Maximum)
	}
	return otherwise
}

// object draws an object; wrong ones lack members or have too many.
func (m Maker) object(t *rapid.T, s *Schema, wrong Wrongness, levels int) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		required := slices.Contains(s.Required, name)
		if levels == 0 || required && chance(t, int(wrong)) || !required && chance(t, 30) {
			continue
		}
		out[name] = m.value(t, s.Properties[name], name, wrong, levels-1)
	}
	if chance(t, int(wrong)) {
		out[m.anything(t)] = m.spoilt(t)
	}
	return out
}

func (m Maker) array(t *rapid.T, s *Schema, name string, wrong Wrongness, levels int) []any {
	n := rapid.IntRange(0, 3).Draw(t, "items")
	if chance(t, int(wrong)) {
		n = s.MaxItems + 1
	}
	out := make([]any, 0, n)
	for range n {
		if levels > 0 && len(out) < 8 {
			out = append(out, m.value(t, s.Items, name, wrong, levels-1))
		} else {
			out = append(out, nil)
		}
	}
	return out
}

// text draws a string as the schema wants it.
func (m Maker) text(t *rapid.T, s *Schema) string {
	switch {
	case s.Format == "date":
		return fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(0, 9999).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	case s.Format == "date-time":
		return fmt.Sprintf("%04d-11-23T%02d:00:00Z", rapid.IntRange(1, 9999).Draw(t, "year"), rapid.IntRange(0, 23).Draw(t, "hour"))
	case s.Format == "uuid":
		return rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`).Draw(t, "uuid")
	case s.ContentEncoding == "base64":
		return base64.StdEncoding.EncodeToString(rapid.SliceOfN(rapid.Byte(), 0, 48).Draw(t, "bytes"))
	case s.Pattern != "":
		return rapid.StringMatching(s.Pattern).Draw(t, "pattern")
	}
	runes := []rune(m.anything(t))
	for len(runes) < s.MinLength {
		runes = append(runes, '甲')
	}
	if s.MaxLength > 0 && len(runes) > s.MaxLength {
		runes = runes[:s.MaxLength]
	}
	return string(runes)
}

// awkward are texts that have hurt somebody somewhere.
var awkward = []string{"", " ", "\x00", "a\x00b", "\u202e\u2066", "\ufeff", "\ufffd", "𠮷䶮王𬭎", "e\u0301", "ﬀ", "İ", "ı", "/../../etc/passwd", "%00", "%2e%2e", "'; DROP TABLE visit; --",
	"<script>alert(1)</script>", "${jndi:x}", "{{.}}", "%s%n", "null", "-1", "NaN", "1e999", "9223372036854775808", "18446744073709551616", "2026-02-30", "0000-00-00",
	"+10000-01-01T00:00:00Z", "\r\nSet-Cookie: a=b", "１１０１１９", "\U0010ffff", "a;b=c", "*", "bookings", ";;;=", "aoti=-1", "LX1:", "https://", "http://[::1", "otpauth://x"}

// anything draws a text no schema asked for.
func (m Maker) anything(t *rapid.T) string {
	switch rapid.SampledFrom([]string{"person", "person", "awkward", "awkward", "unicode", "ascii", "long"}).Draw(t, "text") {
	case "person":
		if len(m.Personal) > 0 {
			return rapid.SampledFrom(m.Personal).Draw(t, "personal")
		}
	case "awkward":
		return rapid.SampledFrom(awkward).Draw(t, "awkward")
	case "ascii":
		return rapid.StringMatching(`[ -~]{0,40}`).Draw(t, "ascii")
	case "long":
		return strings.Repeat(rapid.SampledFrom([]string{"a", "汉", "\U0001f6d1", "1", "\""}).Draw(t, "of"), rapid.SampledFrom([]int{41, 500, 9_000}).Draw(t, "long"))
	}
	return rapid.StringN(0, 60, -1).Draw(t, "unicode")
}

// spoilt draws a JSON value that has nothing to do with any schema.
func (m Maker) spoilt(t *rapid.T) any {
	switch rapid.SampledFrom([]string{"null", "number", "text", "list", "object", "boolean", "nested"}).Draw(t, "spoilt") {
	case "number":
		return json.RawMessage(rapid.SampledFrom([]string{"0", "-1", "1.5", "1e400", "-0", "99999999999999999999", "9223372036854775807", "1e-400"}).Draw(t, "number"))
	case "text":
		return m.anything(t)
	case "list":
		return []any{m.anything(t), nil, 1}
	case "object":
		return map[string]any{m.anything(t): m.anything(t)}
	case "boolean":
		return rapid.Bool().Draw(t, "boolean")
	case "nested":
		depth := rapid.SampledFrom([]int{50, 2_000, 12_000}).Draw(t, "depth")
		return json.RawMessage(strings.Repeat("[", depth) + strings.Repeat("]", depth))
	}
	return nil
}

// chance is true in so many of a hundred draws.
func chance(t *rapid.T, percent int) bool {
	return percent > 0 && rapid.SampledFrom(hundred).Draw(t, "chance") >= 100-percent
}

// hundred is sampled evenly; a range of integers would prefer the small ones.
var hundred = func() []int {
	all := make([]int, 100)
	for i := range all {
		all[i] = i
	}
	return all
}()
