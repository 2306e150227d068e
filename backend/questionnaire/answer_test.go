package questionnaire

import (
	"strings"
	"testing"
)

// Each question takes the answers of its type and no others.
func TestAnswerTypes(t *testing.T) {
	values := map[string]string{
		"boolean": `{"valueBoolean":true}`, "decimal": `{"valueDecimal":1.5}`, "integer": `{"valueInteger":3}`,
		"date": `{"valueDate":"2026-11-23"}`, "dateTime": `{"valueDateTime":"2026-11-23T08:00:00+08:00"}`,
		"time": `{"valueTime":"08:30:00"}`, "string": `{"valueString":"x"}`, "uri": `{"valueUri":"https://a.example/"}`,
		"Coding":     `{"valueCoding":{"system":"http://a.example","code":"1"}}`,
		"Attachment": `{"valueAttachment":{"url":"https://a.example/f.pdf"}}`,
		"Reference":  `{"valueReference":{"reference":"Patient/1"}}`, "Quantity": `{"valueQuantity":{"value":1}}`,
		"code": `{"valueCode":"x"}`, "Period": `{"valuePeriod":{"start":"2026"}}`,
	}
	for itemType, want := range answerTypes {
		for typeName, value := range values {
			got := brief(Check(formOf(t, single(string(itemType), "")), responseOf(t, Completed, ans(value)), Options{}))
			fits := typeName == want || itemType == OpenChoiceItem && typeName == "string"
			if fits && len(got) > 0 {
				t.Errorf("%s with %s: %q", itemType, typeName, got)
			}
			if !fits && (len(got) != 1 || got[0] != "fatal structure invalidAnswerType"+first) {
				t.Errorf("%s with %s: %q", itemType, typeName, got)
			}
		}
	}
}

func TestValues(t *testing.T) {
	bad := func(typeName, value string) ruleCase {
		key := valueKey(answerTypes[ItemType(typeName)])
		return ruleCase{name: typeName + " " + value, form: single(typeName, ""), answers: ans(`{"` + key + `":` + value + `}`),
			want: []string{"error value invalidValue" + first}}
	}
	good := func(typeName, value string) ruleCase {
		c := bad(typeName, value)
		c.want = nil
		return c
	}
	run(t, []ruleCase{
		bad("integer", "5.5"), bad("integer", "2147483648"), bad("integer", "1e2"), good("integer", "-2147483648"),
		good("decimal", "1e2"), bad("decimal", "1e999999999"), good("decimal", "-0.000000001"),
		bad("date", `"2026-02-29"`), bad("date", `"2026-13"`), bad("date", `"26-01-01"`), bad("date", `"2026-11-23T08:00:00Z"`),
		good("date", `"2028-02-29"`), good("date", `"2026"`), good("date", `"2026-11"`),
		bad("dateTime", `"2026-11-23T08:00"`), bad("dateTime", `"2026-11-23T08:00:00"`), bad("dateTime", `"2026-11-23T25:00:00Z"`),
		bad("dateTime", `"2026-11-23T08:00:00+15:00"`), good("dateTime", `"2026-11-23T08:00:00.123Z"`), good("dateTime", `"2026-11"`),
		bad("time", `"8:30"`), bad("time", `"24:00:00"`), good("time", `"23:59:59.5"`),
		bad("string", `""`), bad("string", `" "`), bad("string", `"\t　"`), bad("text", `"\n "`), good("string", `" a"`), bad("string", `"a\u0007b"`), good("string", `"王𬭎 䶮 𠮷"`), good("text", `"a\nb"`),
		bad("quantity", `{"unit":"kg"}`), bad("attachment", `{"contentType":"image/png","data":"###"}`),
		bad("attachment", `{"contentType":"image/png","size":1.5}`),
	})
}

func TestStringsAndURLs(t *testing.T) {
	url := func(address string, ok bool) ruleCase {
		c := ruleCase{name: address, form: single("url", ""), answers: ans(`{"valueUri":"` + address + `"}`)}
		if !ok {
			c.want = []string{"error value invalidUrlValue" + first}
		}
		return c
	}
	regex := `"extension":[` + ext("StructureDefinition/regex", `"valueString":"[0-9]{4}"`) + `]`
	run(t, []ruleCase{
		{name: "line break in a string", form: single("string", ""), answers: ans(`{"valueString":"a\r\nb"}`),
			want: []string{"fatal business-rule invalidNewLine" + first}},
		{name: "line break in an open choice", form: single("open-choice", ""), answers: ans(`{"valueString":"a\nb"}`),
			want: []string{"fatal business-rule invalidNewLine" + first}},
		{name: "length is counted in characters", form: single("string", `"maxLength":3`), answers: ans(`{"valueString":"王𬭎𠮷"}`)},
		{name: "too long", form: single("text", `"maxLength":3`), answers: ans(`{"valueString":"abcd"}`),
			want: []string{"error business-rule maxLength" + first}},
		{name: "format", form: single("string", regex), answers: ans(`{"valueString":"2026"}`)},
		{name: "the whole answer must fit", form: single("string", regex), answers: ans(`{"valueString":"x2026"}`),
			want: []string{"error invalid regex" + first}},
		{name: "format of an integer", form: single("integer", regex), answers: ans(`{"valueInteger":12}`),
			want: []string{"error invalid regex" + first}},
		{name: "a pattern with look-ahead is not evaluated", answers: ans(`{"valueString":"x"}`),
			form: single("string", strings.Replace(regex, "[0-9]{4}", "(?=a)", 1)),
			want: []string{"warning not-supported regexNotEvaluated" + first}},
		url("https://example.org/a?b=c#d", true), url("ftp://example.org", true), url("urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", true),
		url("urn:oid:1.2.840.113883", true), url("relative/path", true), url("https://例子.example/页", true), url("mailto:a@b.example", true),
		url("not a url", false), url("http://", false), url("urn:uuid:123", false), url("urn:oid:9.1", false),
		url("http://a.example/%zz", false), url("http://a.example/<x>", false), url("://a.example", false), url("", false),
	})
}

func TestLimits(t *testing.T) {
	limit := func(itemType, low, high, key, value, detail string) ruleCase {
		var e []string
		if low != "" {
			e = append(e, ext("StructureDefinition/minValue", low))
		}
		if high != "" {
			e = append(e, ext("StructureDefinition/maxValue", high))
		}
		c := ruleCase{name: itemType + value + detail, form: single(itemType, `"extension":[`+strings.Join(e, ",")+`]`),
			answers: ans(`{"` + key + `":` + value + `}`)}
		if detail != "" {
			c.want = []string{"error business-rule " + detail + first}
		}
		return c
	}
	places := `"extension":[` + ext("StructureDefinition/maxDecimalPlaces", `"valueInteger":1`) + `]`
	run(t, []ruleCase{
		limit("integer", `"valueInteger":5`, `"valueInteger":9`, "valueInteger", "5", ""),
		limit("integer", `"valueInteger":5`, `"valueInteger":9`, "valueInteger", "4", minValue),
		limit("integer", `"valueInteger":5`, `"valueInteger":9`, "valueInteger", "10", maxValue),
		limit("decimal", `"valueDecimal":0.1`, "", "valueDecimal", "0.09999999999999999999", minValue),
		limit("decimal", "", `"valueInteger":2`, "valueDecimal", "2.0000000000000000001", maxValue),
		limit("date", `"valueDate":"2020-05-01"`, "", "valueDate", `"2020-04-30"`, minValue),
		limit("date", `"valueDate":"2020-05-01"`, "", "valueDate", `"2020"`, ""), // may be either
		limit("date", `"valueDate":"2020-05-01"`, "", "valueDate", `"2019"`, minValue),
		limit("date", "", `"valueDate":"2020-05"`, "valueDate", `"2020-06-01"`, maxValue),
		limit("dateTime", "", `"valueDateTime":"2020-05-01T00:00:00Z"`, "valueDateTime", `"2020-05-01T07:59:59+08:00"`, ""),
		limit("dateTime", "", `"valueDateTime":"2020-05-01T00:00:00Z"`, "valueDateTime", `"2020-05-01T08:00:01+08:00"`, maxValue),
		limit("dateTime", `"valueDate":"2020-05-02"`, "", "valueDateTime", `"2020-05-01T08:00:01+08:00"`, minValue),
		limit("dateTime", `"valueDateTime":"2020-05-01T10:00:00"`, "", "valueDateTime", `"2020-05-01T09:00:00+08:00"`, minValue),
		limit("time", `"valueTime":"09:00:00"`, `"valueTime":"17:00:00"`, "valueTime", `"08:59:59.9"`, minValue),
		{name: "places as written", form: single("decimal", places), answers: ans(`{"valueDecimal":1.50}`),
			want: []string{"error business-rule maxDecimalPlaces" + first}},
		{name: "places of an exponent", form: single("decimal", places), answers: ans(`{"valueDecimal":15e-2}`),
			want: []string{"error business-rule maxDecimalPlaces" + first}},
		{name: "places kept", form: single("decimal", places), answers: ans(`{"valueDecimal":1.5}`)},
		{name: "places of a quantity", form: single("quantity", places), answers: ans(`{"valueQuantity":{"value":1.55}}`),
			want: []string{"error business-rule maxDecimalPlaces" + first}},
	})
}
