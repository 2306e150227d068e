package intake

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/yamlsource"
)

// Field is one thing a row can say.
type Field int

const (
	RecordID Field = iota
	DocumentKind
	DocumentNumber
	DocumentCountry
	Name
	LatinName
	Born
	Sex
	Phone
	EarlierKind
	EarlierNumber
	EarlierCountry
	DIN
	Product
	Volume
	Units
	GivenOn
	Site
	Reaction
	Verdict
	ABO
	RhD
	ReportedOn
	HIV
	HBV
	HCV
	Syphilis
	ALT
	// FieldCount is how many there are; in a list of fields it stands for none.
	FieldCount
)

// fieldNames are the fields as fields.yaml has them.
var fieldNames = [FieldCount]string{"record_id", "document_kind", "document_number", "document_country", "name", "latin_name", "born", "sex", "phone",
	"earlier_kind", "earlier_number", "earlier_country", "din", "product", "volume", "units", "given_on", "site", "reaction",
	"verdict", "abo", "rhd", "reported_on", "hiv", "hbv", "hcv", "syphilis", "alt"}

// Fields are all of them, in the order of an error file.
func Fields() []Field {
	all := make([]Field, FieldCount)
	for i := range all {
		all[i] = Field(i)
	}
	return all
}

//go:embed fields.yaml
var fieldsYAML []byte

// vocabulary is fields.yaml, made ready to look things up in.
type vocabulary struct {
	labels   [FieldCount]lang.Text
	paths    [FieldCount]string
	headings map[string]Field
	ignored  map[string]bool
	words    map[string]map[string]string
	loinc    map[string]Field
	faults   map[string]lang.Text
}

type fieldsFile struct {
	Fields []struct {
		Field string   `yaml:"field"`
		Path  string   `yaml:"path"`
		ZH    []string `yaml:"zh"`
		EN    []string `yaml:"en"`
	} `yaml:"fields"`
	Ignored []string                       `yaml:"ignored"`
	Words   map[string]map[string][]string `yaml:"words"`
	LOINC   map[string][]string            `yaml:"loinc"`
	Faults  map[string]lang.Text           `yaml:"faults"`
}

// terms reads the table that is part of the program; a test holds it to its form.
var terms = sync.OnceValue(func() vocabulary {
	v, err := readVocabulary(fieldsYAML)
	if err != nil {
		panic(err)
	}
	return v
})

func readVocabulary(text []byte) (vocabulary, error) {
	faults, file := fault.New(fault.Invalid, "intake.fields"), fieldsFile{}
	source, ok := yamlsource.Decode("fields.yaml", text, &file, faults)
	if !ok {
		return vocabulary{}, faults
	}
	v := vocabulary{headings: map[string]Field{}, ignored: map[string]bool{}, words: map[string]map[string]string{}, loinc: map[string]Field{}, faults: file.Faults}
	if len(file.Fields) != int(FieldCount) {
		source.At("$.fields", "count", "not every field once")
	}
	for i, row := range file.Fields {
		f := Field(i)
		if f >= FieldCount || row.Field != fieldNames[f] || len(row.ZH) == 0 || len(row.EN) == 0 || row.Path == "" {
			source.At("$.fields", "field", row.Field+" is incomplete or in another place")
			continue
		}
		v.labels[f], v.paths[f] = lang.Text{ZH: row.ZH[0], EN: row.EN[0]}, row.Path
		for _, name := range append(append([]string{row.Field}, row.ZH...), row.EN...) {
			if other, taken := v.headings[plain(name)]; taken && other != f {
				source.At("$.fields", "twice", name)
			}
			v.headings[plain(name)] = f
		}
	}
	for _, name := range file.Ignored {
		v.ignored[plain(name)] = true
	}
	for list, words := range file.Words {
		v.words[list] = map[string]string{}
		for code, spellings := range words {
			for _, spelling := range append(spellings, code) {
				v.words[list][spelled(spelling)] = code
			}
		}
	}
	for name, codes := range file.LOINC {
		for _, code := range codes {
			v.loinc[code] = v.headings[plain(name)]
		}
	}
	if len(faults.Places) > 0 {
		return vocabulary{}, faults
	}
	return v, nil
}

// plain makes headings that mean the same the same.
func plain(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("_-()[]:/*\ufeff", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(heading))
}

// spelled makes words that mean the same the same.
func spelled(word string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(word)), ""))
}

// IsDate tells whether a field holds a day.
func (f Field) IsDate() bool { return f == Born || f == GivenOn || f == ReportedOn }

// FieldOf finds the field of a heading; FieldCount for a column that is read over.
func FieldOf(heading string) (f Field, ok bool) {
	name := plain(heading)
	if name == "" || terms().ignored[name] {
		return FieldCount, true
	}
	f, ok = terms().headings[name]
	return f, ok
}

// FieldOfLOINC finds the field of an observation by its LOINC code.
func FieldOfLOINC(code string) (f Field, ok bool) {
	f, ok = terms().loinc[code]
	return f, ok
}

// Label is what a column is called in examples and error files.
func (f Field) Label() lang.Text { return terms().labels[f] }

// Path is where a message has the field.
func (f Field) Path() string { return terms().paths[f] }

// FaultText says in words what is wrong with a row.
func FaultText(code string) lang.Text {
	if text, ok := terms().faults[code]; ok {
		return text
	}
	return lang.Text{ZH: code, EN: code}
}
