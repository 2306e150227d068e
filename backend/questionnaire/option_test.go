package questionnaire

import "testing"

func TestOptions(t *testing.T) {
	colours := `"repeats":true,"answerOption":[
		{"valueCoding":{"system":"http://a.example","code":"r","display":"Red"}},
		{"valueCoding":{"system":"http://a.example","code":"g","version":"1"}},
		{"extension":[` + ext("StructureDefinition/questionnaire-optionExclusive", `"valueBoolean":true`) + `],
		 "valueCoding":{"system":"http://a.example","code":"none"}},
		{"valueString":"free"},{"valueInteger":7},{"valueDate":"2026-01-01"},{"valueTime":"08:00:00"},
		{"valueReference":{"reference":"Patient/1"}},{"valueCoding":{"display":"Words only"}}]`
	coding := func(body string) string { return `{"valueCoding":{` + body + `}}` }
	a := `"system":"http://a.example",`
	reject := []string{"error business-rule invalidAnswerOption" + first}
	run(t, []ruleCase{
		{name: "code, no display", form: single("choice", colours), answers: ans(coding(a + `"code":"r"`))},
		{name: "code, another display", form: single("choice", colours), answers: ans(coding(a + `"code":"r","display":"红"`))},
		{name: "other code", form: single("choice", colours), answers: ans(coding(a + `"code":"b"`)), want: reject},
		{name: "other system", form: single("choice", colours), answers: ans(coding(`"system":"http://b.example","code":"r"`)), want: reject},
		{name: "no system", form: single("choice", colours), answers: ans(coding(`"code":"r"`)), want: reject},
		{name: "other version", form: single("choice", colours), answers: ans(coding(a + `"code":"g","version":"2"`)), want: reject},
		{name: "words only", form: single("choice", colours), answers: ans(coding(`"display":"words only"`))},
		{name: "option of another type", form: single("choice", colours), answers: ans(`{"valueInteger":7},{"valueString":"free"},{"valueDate":"2026-01-01"},{"valueTime":"08:00:00"},{"valueReference":{"reference":"Patient/1"}}`)},
		{name: "not that number", form: single("choice", colours), answers: ans(`{"valueInteger":8}`), want: reject},
		{name: "open choice takes any text", form: single("open-choice", colours), answers: ans(`{"valueString":"blue"}`)},
		{name: "open choice takes no other code", form: single("open-choice", colours), answers: ans(coding(a + `"code":"b"`)), want: reject},
		{name: "exclusive with another", form: single("choice", colours), answers: ans(coding(a+`"code":"r"`) + "," + coding(a+`"code":"none"`)),
			want: []string{"error business-rule exclusiveAnswerOption" + second}},
		{name: "exclusive alone", form: single("choice", colours), answers: ans(coding(a + `"code":"none"`))},
		{name: "integer list", form: single("integer", `"answerOption":[{"valueInteger":1},{"valueInteger":2}]`),
			answers: ans(`{"valueInteger":3}`), want: reject},
		{name: "date list", form: single("date", `"answerOption":[{"valueDate":"2026-01-01"}]`), answers: ans(`{"valueDate":"2026-01-02"}`), want: reject},
		{name: "a year is not that day", form: single("date", `"answerOption":[{"valueDate":"2026-01-01"}]`), answers: ans(`{"valueDate":"2026"}`), want: reject},
	})
}

func TestValueSets(t *testing.T) {
	set := func(url, more string) string {
		return `"answerValueSet":"http://hl7.org/fhir/ValueSet/` + url + `"` + more
	}
	reject := []string{"error code-invalid invalidCoding" + first}
	gender := func(code, display string) string {
		return ans(`{"valueCoding":{"system":"http://hl7.org/fhir/administrative-gender","code":"` + code + `","display":"` + display + `"}}`)
	}
	country := func(system, code string) string {
		return ans(`{"valueCoding":{"system":"` + system + `","code":"` + code + `"}}`)
	}
	run(t, []ruleCase{
		{name: "member", form: single("choice", set("administrative-gender", "")), answers: gender("female", "Female")},
		{name: "display ignores case", form: single("choice", set("administrative-gender", "")), answers: gender("female", "FEMALE")},
		{name: "versioned set", form: single("choice", `"answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"`), answers: gender("male", "Male")},
		{name: "no member", form: single("choice", set("administrative-gender", "")), answers: gender("x", "X"), want: reject},
		{name: "wrong display", form: single("choice", set("administrative-gender", "")), answers: gender("male", "Female"), want: reject},
		{name: "open choice, text", form: single("open-choice", set("administrative-gender", "")), answers: ans(`{"valueString":"whatever"}`)},
		{name: "open choice, code", form: single("open-choice", set("administrative-gender", "")), answers: gender("x", "X"), want: reject},
		{name: "text items take any text", form: single("text", set("administrative-gender", "")), answers: ans(`{"valueString":"whatever"}`)},
		{name: "yes, no, unknown", form: single("choice", set("yesnodontknow", "")),
			answers: country("http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-unknown")},
		{name: "only that code of the system", form: single("choice", set("yesnodontknow", "")), want: reject,
			answers: country("http://terminology.hl7.org/CodeSystem/data-absent-reason", "masked")},
		{name: "country, two letters", form: single("choice", set("jurisdiction", "")), answers: country("urn:iso:std:iso:3166", "CN")},
		{name: "country, three letters", form: single("choice", set("jurisdiction", "")), answers: country("urn:iso:std:iso:3166", "CHN")},
		{name: "country, number", form: single("choice", set("jurisdiction", "")), answers: country("urn:iso:std:iso:3166", "156")},
		{name: "province", form: single("choice", set("jurisdiction", "")), answers: country("urn:iso:std:iso:3166:-2", "CN-BJ")},
		{name: "no country", form: single("choice", set("jurisdiction", "")), answers: country("urn:iso:std:iso:3166", "XX"), want: reject},
		{name: "lower case", form: single("choice", set("jurisdiction", "")), answers: country("urn:iso:std:iso:3166", "cn"), want: reject},
		{name: "language", form: single("choice", set("all-languages", "")), answers: country("urn:ietf:bcp:47", "zh-Hans-CN")},
		{name: "unknown set", form: single("choice", set("no-such", "")), answers: gender("male", "Male"),
			want: []string{"error exception tsError" + first}},
	})
}

// A form may bring its own sets, composed in every way that needs no server.
func TestContainedValueSets(t *testing.T) {
	contained := `[
	 {"resourceType":"CodeSystem","id":"cs","url":"http://c.example","content":"complete","concept":[
	   {"code":"a","display":"A","designation":[{"language":"zh","value":"甲"}]},
	   {"code":"b","concept":[{"code":"b1"}]}]},
	 {"resourceType":"CodeSystem","id":"part","url":"http://part.example","content":"fragment","concept":[{"code":"x"}]},
	 {"resourceType":"ValueSet","id":"all","url":"http://v.example/all","compose":{"include":[{"system":"http://c.example"}]}},
	 {"resourceType":"ValueSet","id":"some","compose":{"include":[{"system":"http://c.example","concept":[{"code":"a"}]}]}},
	 {"resourceType":"ValueSet","id":"but","compose":{"include":[{"valueSet":["http://v.example/all"]}],
	   "exclude":[{"system":"http://c.example","concept":[{"code":"b"}]}]}},
	 {"resourceType":"ValueSet","id":"both","compose":{"include":[{"valueSet":["#all","#some"]}]}},
	 {"resourceType":"ValueSet","id":"expanded","expansion":{"contains":[{"abstract":true,"code":"g","system":"http://c.example",
	   "contains":[{"system":"http://c.example","code":"a"}]}]}},
	 {"resourceType":"ValueSet","id":"rule","compose":{"include":[{"system":"http://c.example","filter":[{"property":"p","op":"=","value":"v"}]}]}},
	 {"resourceType":"ValueSet","id":"fragment","compose":{"include":[{"system":"http://part.example"}]}},
	 {"resourceType":"ValueSet","id":"self","compose":{"include":[{"valueSet":["#self"]}]}},
	 {"resourceType":"ValueSet","id":"far","compose":{"include":[{"system":"http://nowhere.example"},{"system":"http://c.example"}]}}]`
	q, err := Parse([]byte(`{"resourceType":"Questionnaire","status":"active","contained":` + contained + `}`))
	if err != nil {
		t.Fatal(err)
	}
	in := newTerms(q, nil)
	for _, c := range []struct {
		set, system, code, display string
		want                       membership
	}{
		{"#all", "http://c.example", "b1", "", present}, {"http://v.example/all", "http://c.example", "a", "甲", present},
		{"#all", "http://c.example", "z", "", absent}, {"#all", "http://d.example", "a", "", absent},
		{"#some", "http://c.example", "a", "A", present}, {"#some", "http://c.example", "a", "B", absent},
		{"#some", "http://c.example", "b", "", absent}, {"#but", "http://c.example", "a", "", present},
		{"#but", "http://c.example", "b", "", absent}, {"#but", "http://c.example", "b1", "", present},
		{"#both", "http://c.example", "a", "", present}, {"#both", "http://c.example", "b", "", absent},
		{"#expanded", "http://c.example", "a", "", present}, {"#expanded", "http://c.example", "g", "", absent},
		{"#rule", "http://c.example", "a", "", unavailable}, {"#fragment", "http://part.example", "x", "", present},
		{"#fragment", "http://part.example", "y", "", unavailable}, {"#self", "http://c.example", "a", "", unavailable},
		{"#far", "http://c.example", "a", "", present}, {"#far", "http://nowhere.example", "a", "", unavailable},
		{"#missing", "http://c.example", "a", "", unavailable},
	} {
		if got := in.holds(c.set, Coding{System: c.system, Code: c.code, Display: c.display}); got != c.want {
			t.Errorf("%s %s %s: %v, want %v", c.set, c.code, c.display, got, c.want)
		}
	}
	if in.holdsCode("#all", "b1") != present || in.holdsCode("#all", "甲") != absent {
		t.Error("a string is a code of any system and never a display")
	}
}
