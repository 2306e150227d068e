package questionnaire

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestUnits(t *testing.T) {
	for _, good := range []string{"m", "kg", "mm[Hg]", "/min", "10*9/L", "10*3/uL", "kg/m2", "mg/dL", "{cells}/uL", "mL/min/{1.73_m2}",
		"%", "[in_i]", "[lb_av]", "Cel", "[degF]", "m.s-2", "kg.m/s2", "(g.m)/s", "U/L", "[iU]/mL", "k[iU]/L", "meq/L", "1", "100.g", "mo", "um3"} {
		if _, ok := parseUnit(good); !ok {
			t.Errorf("%q is a unit", good)
		}
	}
	for _, bad := range []string{"Kg", "miles", "m/", "m..s", "(m", "m)", "k[in_i]", "m0", "m99", "{open", "公斤", "k", "mmin", strings.Repeat("m.", 60)} {
		if _, ok := parseUnit(bad); ok {
			t.Errorf("%q is no unit", bad)
		}
	}
}

func TestQuantityOrder(t *testing.T) {
	q := func(value, code string) *Quantity {
		return &Quantity{Value: json.Number(value), System: UCUM, Code: code}
	}
	for _, c := range []struct {
		a, b  *Quantity
		order int
		known bool
	}{
		{q("1", "kg"), q("1000", "g"), 0, true}, {q("1", "kg"), q("1000.0000000001", "g"), -1, true},
		{q("1", "[mi_i]"), q("1609.344", "m"), 0, true}, {q("1", "[lb_av]"), q("453.59237", "g"), 0, true},
		{q("1", "[stone_av]"), q("6350.29318", "g"), 0, true}, {q("1", "[gal_us]"), q("3785.411784", "mL"), 0, true},
		{q("98.6", "[degF]"), q("37", "Cel"), 0, true}, {q("0", "Cel"), q("273.15", "K"), 0, true},
		{q("120", "mm[Hg]"), q("15.99864", "kPa"), 0, true}, {q("1", "h"), q("3600", "s"), 0, true},
		{q("1", "10*9/L"), q("1000", "10*6/L"), 0, true}, {q("5", "mmol/L"), q("5", "mol/m3"), 0, true},
		{q("1", "kcal"), q("4184", "J"), 0, true}, {q("2", "[iU]/mL"), q("1", "k[iU]/L"), +1, true},
		{q("1", "kg"), q("1", "m"), 0, false}, {q("1", "[iU]"), q("1", "[arb'U]"), 0, false}, {q("1", "[iU]"), q("1", "1"), 0, false},
		{q("1", "kg"), &Quantity{Value: "1"}, 0, false}, {&Quantity{Value: "1"}, &Quantity{Value: "2"}, -1, true},
		{&Quantity{Value: "1", Unit: "斤"}, &Quantity{Value: "2", Unit: "斤"}, -1, true},
		{&Quantity{Value: "1", Unit: "kg", System: "http://own.example"}, q("1", "kg"), 0, false},
		{q("1e999999999", "kg"), q("1", "kg"), 0, false}, {&Quantity{}, q("1", "kg"), 0, false},
	} {
		if order, known := c.a.compare(c.b); order != c.order || known != c.known {
			t.Errorf("%v against %v: %d %v", *c.a, *c.b, order, known)
		}
	}
}

func TestQuantities(t *testing.T) {
	sdc := "uv/sdc/StructureDefinition/sdc-questionnaire-"
	bounds := `"extension":[` + ext(sdc+"minQuantity", `"valueQuantity":{"value":45,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}`) + "," +
		ext(sdc+"maxQuantity", `"valueQuantity":{"value":200,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}`) + `]`
	bare := `"extension":[` + ext("StructureDefinition/minValue", `"valueDecimal":45`) + `]`
	units := `"extension":[` + ext("StructureDefinition/questionnaire-unitValueSet", `"valueCanonical":"http://hl7.org/fhir/ValueSet/ucum-bodyweight"`) + `]`
	any := strings.Replace(units, "ucum-bodyweight", "ucum-units", 1)
	option := `"extension":[` + ext("StructureDefinition/questionnaire-unitOption", `"valueCoding":{"display":"斤"}`) + `]`
	ucum := func(value, code string) string {
		return ans(`{"valueQuantity":{"value":` + value + `,"system":"http://unitsofmeasure.org","code":"` + code + `"}}`)
	}
	run(t, []ruleCase{
		{name: "same unit", form: single("quantity", bounds), answers: ucum("60", "kg")},
		{name: "other unit", form: single("quantity", bounds), answers: ucum("60000", "g")},
		{name: "too small after conversion", form: single("quantity", bounds), answers: ucum("99", "[lb_av]"),
			want: []string{"error business-rule minValue" + first}},
		{name: "too big after conversion", form: single("quantity", bounds), answers: ucum("200001", "g"),
			want: []string{"error business-rule maxValue" + first}},
		{name: "no unit", form: single("quantity", bounds), answers: ans(`{"valueQuantity":{"value":60}}`),
			want: []string{"error value minValueIncompatUnits" + first, "error value maxValueIncompatUnits" + first}},
		{name: "a comparator says nothing certain", form: single("quantity", bounds), answers: ans(`{"valueQuantity":{"value":300,"comparator":"<","unit":"kg"}}`)},
		{name: "a bare bound", form: single("quantity", bare), answers: ucum("44", "kg"), want: []string{"error business-rule minValue" + first}},
		{name: "unit in the set", form: single("quantity", units), answers: ucum("60", "[lb_av]")},
		{name: "unit not in the set", form: single("quantity", units), answers: ucum("60", "t"), want: []string{"error code-invalid invalidUnitValueSet" + first}},
		{name: "unit without code", form: single("quantity", units), answers: ans(`{"valueQuantity":{"value":60,"unit":"kg"}}`),
			want: []string{"error code-invalid invalidUnitValueSet" + first}},
		{name: "any unit", form: single("quantity", any), answers: ucum("60", "mm[Hg]/s")},
		{name: "not a unit", form: single("quantity", any), answers: ucum("60", "Kg"), want: []string{"error code-invalid invalidUnitValueSet" + first}},
		{name: "any unit of length", form: single("quantity", strings.Replace(units, "ucum-bodyweight", "distance-units", 1)), answers: ucum("6", "[mi_i]")},
		{name: "no unit of length", form: single("quantity", strings.Replace(units, "ucum-bodyweight", "distance-units", 1)), answers: ucum("6", "m2"),
			want: []string{"error code-invalid invalidUnitValueSet" + first}},
		{name: "unit set not here", form: single("quantity", strings.Replace(units, "ucum-bodyweight", "gone", 1)), answers: ucum("60", "kg"),
			want: []string{"error exception tsError" + first}},
		{name: "unit by its name", form: single("quantity", option), answers: ans(`{"valueQuantity":{"value":2,"unit":"斤"}}`)},
		{name: "another name", form: single("quantity", option), answers: ans(`{"valueQuantity":{"value":2,"unit":"两"}}`),
			want: []string{"error value invalidUnit" + first}},
	})
}

func TestAttachments(t *testing.T) {
	small := `"extension":[` + ext("StructureDefinition/maxSize", `"valueDecimal":3`) + "," +
		ext("StructureDefinition/mimeType", `"valueCode":"image/png"`) + "," + ext("StructureDefinition/mimeType", `"valueCode":"application/pdf"`) + `]`
	images := `"extension":[` + ext("StructureDefinition/mimeType", `"valueCode":"image/*"`) + `]`
	file := func(body string) string { return ans(`{"valueAttachment":{` + body + `}}`) }
	run(t, []ruleCase{
		{name: "fits", form: single("attachment", small), answers: file(`"contentType":"image/PNG","data":"YWJj","size":3`)},
		{name: "type with parameters", form: single("attachment", small), answers: file(`"contentType":"application/pdf; version=1","data":"YWJj"`)},
		{name: "too large", form: single("attachment", small), answers: file(`"contentType":"image/png","data":"YWJjZA=="`),
			want: []string{"error business-rule maxAttachmentSize" + first}},
		{name: "too large elsewhere", form: single("attachment", small), answers: file(`"contentType":"image/png","url":"https://a.example/x","size":4`),
			want: []string{"error business-rule maxAttachmentSize" + first}},
		{name: "wrong type", form: single("attachment", small), answers: file(`"contentType":"text/plain","data":"YWJj"`),
			want: []string{"error business-rule invalidAttachmentType" + first}},
		{name: "no type where one is asked", form: single("attachment", small), answers: file(`"data":"YWJj"`),
			want: []string{"error business-rule invalidAttachmentType" + first}},
		{name: "any image", form: single("attachment", images), answers: file(`"contentType":"image/webp","data":"YWJj"`)},
		{name: "no type", form: single("attachment", ""), answers: file(`"data":"YWJj"`), want: []string{"error invariant attachmentIncomplete" + first}},
		{name: "right hash", form: single("attachment", ""), answers: file(`"contentType":"a/b","data":"YWJj","hash":"qZk+NkcGgWq6PiVxeFDCbJzQ2J0="`)},
		{name: "wrong hash", form: single("attachment", ""), answers: file(`"contentType":"a/b","data":"YWJk","hash":"qZk+NkcGgWq6PiVxeFDCbJzQ2J0="`),
			want: []string{"error invalid attachmentHashInconsistent" + first}},
		{name: "stated size is wrong", form: single("attachment", ""), answers: file(`"contentType":"a/b","data":"YWJj","size":4`),
			want: []string{"fatal invalid attachmentSizeInconsistent" + first}},
	})
}

func TestReferences(t *testing.T) {
	only := `"extension":[` + ext("StructureDefinition/questionnaire-referenceResource", `"valueCode":"Patient"`) + "," +
		ext("StructureDefinition/questionnaire-referenceResource", `"valueCode":"Group"`) + `]`
	ref := func(more, body string, want ...string) ruleCase {
		return ruleCase{name: body, form: single("reference", more), answers: ans(`{"valueReference":{` + body + `}}`), want: want}
	}
	run(t, []ruleCase{
		ref(only, `"reference":"Group/1"`), ref("", `"reference":"https://a.example/fhir/Observation/1/_history/2"`),
		ref("", `"display":"A person known by name"`), ref("", `"identifier":{"value":"1"}`), ref("", `"reference":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"`),
		ref(only, `"reference":"Observation/1"`, "error value invalidRefResourceTypeRestriction"+first),
		ref(only, `"reference":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7","type":"Device"`, "error value invalidRefResourceTypeRestriction"+first),
		ref("", `"reference":"Fred/1"`, "error invalid invalidRefResourceType"+first),
		ref("", `"reference":"Patient"`, "error invalid invalidRefResourceType"+first),
		ref("", `"reference":"Patient/a b"`, "error invalid invalidRefValue"+first),
		ref("", `"reference":"ftp://a.example/Patient/1"`, "error invalid invalidRefValue"+first),
		ref("", `"reference":"#nobody"`, "error invalid invalidRefValue"+first),
		ref("", `"type":"Patient"`, "error invalid invalidRefValue"+first),
	})
	q := formOf(t, single("reference", ""))
	r, err := ParseResponse([]byte(`{"resourceType":"QuestionnaireResponse","status":"completed",
		"contained":[{"resourceType":"Patient","id":"p"}],"item":` + ans(`{"valueReference":{"reference":"#p"}}`) + `}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := Check(q, r, Options{}); len(got) > 0 {
		t.Errorf("contained: %q", brief(got))
	}
}
