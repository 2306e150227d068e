package questionnaire

import (
	"encoding/json"
	"slices"
	"strings"

	"lianxin/backend/lang"
)

// The extensions understood, by the last part of their URL. HL7 publishes the
// same extension under its core, SDC and older paths, so only that part counts.
const (
	extMinValue            = "minValue"
	extMaxValue            = "maxValue"
	extMinLength           = "minLength"
	extMaxDecimalPlaces    = "maxDecimalPlaces"
	extRegex               = "regex"
	extMimeType            = "mimeType"
	extMaxSize             = "maxSize"
	extUnit                = "questionnaire-unit"
	extUnitOption          = "questionnaire-unitOption"
	extUnitValueSet        = "questionnaire-unitValueSet"
	extReferenceResource   = "questionnaire-referenceResource"
	extHidden              = "questionnaire-hidden"
	extItemControl         = "questionnaire-itemControl"
	extConstraint          = "questionnaire-constraint"
	extTargetConstraint    = "targetConstraint"
	extMinOccurs           = "questionnaire-minOccurs"
	extMaxOccurs           = "questionnaire-maxOccurs"
	extOptionExclusive     = "questionnaire-optionExclusive"
	extMinQuantity         = "sdc-questionnaire-minQuantity"
	extMaxQuantity         = "sdc-questionnaire-maxQuantity"
	extEnableExpression    = "sdc-questionnaire-enableWhenExpression"
	extAnswerExpression    = "sdc-questionnaire-answerExpression"
	extAnswerOptionsToggle = "sdc-questionnaire-answerOptionsToggleExpression"
	extTranslation         = "translation"
)

// DataAbsentReason is the extension that says why a value is missing.
// http://hl7.org/fhir/R4/extension-data-absent-reason.html
const DataAbsentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

// AskedDeclined is the reason of a person who would rather tell staff.
const AskedDeclined = "asked-declined"

const hl7 = "http://hl7.org/fhir/"

// Extension is a FHIR extension: a value or further extensions.
type Extension struct {
	URL        string
	Value      Value
	Extensions []Extension
}

// is compares by the last part of an HL7 URL; other publishers' extensions are
// never taken for HL7's.
func (e Extension) is(name string) bool {
	return strings.HasPrefix(e.URL, hl7) && e.URL[strings.LastIndexByte(e.URL, '/')+1:] == name
}

func (r *reader) extensions(parent at, key string) []Extension {
	var out []Extension
	for _, place := range r.objects(parent, key) {
		r.only(place, " id extension url value[x] ")
		e := Extension{URL: r.required(place, "url")}
		e.Value, _ = r.value(place)
		e.Extensions = r.extensions(place, "extension")
		out = append(out, e)
	}
	return out
}

// extended is what carries extensions.
type extended []Extension

func (all extended) find(name string) (Extension, bool) {
	i := slices.IndexFunc(all, func(e Extension) bool { return e.is(name) })
	if i < 0 {
		return Extension{}, false
	}
	return all[i], true
}

func (all extended) value(names ...string) (Value, bool) {
	for _, name := range names {
		if e, ok := all.find(name); ok && e.Value.Type != "" {
			return e.Value, true
		}
	}
	return Value{}, false
}

func (all extended) values(name string) []Value {
	var out []Value
	for _, e := range all {
		if e.is(name) && e.Value.Type != "" {
			out = append(out, e.Value)
		}
	}
	return out
}

// whole is a counting extension; nil when absent or not a whole number.
func (all extended) whole(name string) *int {
	v, ok := all.value(name)
	if !ok {
		return nil
	}
	n, ok := v.whole()
	if !ok {
		return nil
	}
	return &n
}

func (all extended) yes(name string) bool {
	v, ok := all.value(name)
	return ok && v.Bool
}

// control is the code of the itemControl extension, "" without one.
func (all extended) control() string {
	e, ok := all.find(extItemControl)
	if !ok || e.Value.raw == nil {
		return ""
	}
	var concept struct {
		Coding []Coding `json:"coding"`
	}
	if json.Unmarshal(e.Value.raw, &concept) != nil || len(concept.Coding) == 0 {
		return ""
	}
	return concept.Coding[0].Code
}

// absent is the data-absent-reason among the extensions, "" without one.
func (all extended) absent() string {
	for _, e := range all {
		if e.URL == DataAbsentReason {
			return e.Value.Text
		}
	}
	return ""
}

// Translation is a text in another language, from the translation extension of
// a primitive. http://hl7.org/fhir/R4/extension-translation.html
type Translation struct{ Lang, Content string }

// translations reads the companion of a primitive, "_text" of "text".
func (r *reader) translations(parent at, key string) []Translation {
	companion, ok := r.object(parent, "_"+key)
	if !ok {
		return nil
	}
	var out []Translation
	for _, e := range r.extensions(companion, "extension") {
		if !e.is(extTranslation) {
			continue
		}
		var t Translation
		for _, part := range e.Extensions {
			switch part.URL {
			case "lang":
				t.Lang = part.Value.Text
			case "content":
				t.Content = part.Value.Text
			}
		}
		out = append(out, t)
	}
	return out
}

// inBoth gives a base text in the document's language with its translations.
// A document without a language is in Chinese, as every pack of ours.
func inBoth(language, base string, translations []Translation) lang.Text {
	var t lang.Text
	set := func(tag, content string) {
		if strings.HasPrefix(strings.ToLower(tag), "en") {
			t.EN = content
		} else if tag == "" || strings.HasPrefix(strings.ToLower(tag), "zh") {
			t.ZH = content
		}
	}
	set(language, base)
	for _, other := range translations {
		if other.Lang != "" {
			set(other.Lang, other.Content)
		}
	}
	return t
}
