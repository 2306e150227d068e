package questionnaire

import (
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// builtIn holds the small code systems and value sets of the FHIR R4 core that
// forms commonly name (http://hl7.org/fhir/R4/terminologies-valuesets.html).
// There is no terminology server: any other set must come with the form.
var builtIn = sync.OnceValue(func() *Library {
	l := NewLibrary()
	for _, line := range strings.Split(strings.TrimSpace(coreSystems), "\n") {
		system, rest, _ := strings.Cut(line, " = ")
		cs := &CodeSystem{URL: system, complete: true, language: "en"}
		for _, pair := range strings.Split(rest, "; ") {
			code, display, _ := strings.Cut(pair, ":")
			cs.concepts = append(cs.concepts, Concept{Coding: Coding{System: system, Code: code, Display: display}})
		}
		l.systems[system] = cs
		name := system[strings.LastIndexByte(system, '/')+1:]
		if strings.HasPrefix(system, "http://hl7.org/fhir/") {
			l.define("http://hl7.org/fhir/ValueSet/"+name, include{system: system})
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(coreSets), "\n") {
		name, rest, _ := strings.Cut(line, " = ")
		var parts []include
		for _, part := range strings.Split(rest, " + ") {
			words := strings.Fields(part)
			i := include{system: words[0]}
			for _, code := range words[1:] {
				if canonical, ok := strings.CutPrefix(code, "canonical="); ok {
					i.canonical = canonical
					continue
				}
				i.concepts = append(i.concepts, Concept{Coding: Coding{System: words[0], Code: code}})
			}
			parts = append(parts, i)
		}
		l.define("http://hl7.org/fhir/ValueSet/"+name, parts...)
	}
	l.define("http://unitsofmeasure.org/vs", include{system: UCUM})
	return l
})

func (l *Library) define(url string, parts ...include) {
	l.sets[url] = &ValueSet{URL: url, language: "en", include: parts}
}

// grammars are systems whose codes are written by rules or kept by a library.
var grammars = map[string]func(code string) bool{
	UCUM:                   func(code string) bool { _, ok := parseUnit(code); return ok && code != "" },
	"urn:iso:std:iso:3166": isCountry,
	"urn:iso:std:iso:3166:-2": func(code string) bool {
		return subdivision.MatchString(code) && isCountry(code[:2])
	},
	"urn:ietf:bcp:47": func(code string) bool { _, err := language.Parse(code); return err == nil },
	"http://unstats.un.org/unsd/methods/m49/m49.htm": func(code string) bool {
		region, err := language.ParseRegion(code)
		return err == nil && len(code) == 3 && region.M49() > 0 && code[0] >= '0' && code[0] <= '9'
	},
	"urn:ietf:bcp:13": func(code string) bool { return mimePattern.MatchString(code) },
}

var (
	subdivision = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)
	mimePattern = regexp.MustCompile(`^[a-z]+/[A-Za-z0-9.+\-]+(;.*)?$`)
)

// isCountry knows the two-letter, three-letter and three-digit codes of ISO 3166-1.
func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() || code != strings.ToUpper(code) {
		return false
	}
	return region.String() == code || region.ISO3() == code || len(code) == 3 && code[0] <= '9'
}

// coreSystems: one code system a line, code:display pairs.
const coreSystems = `
http://hl7.org/fhir/administrative-gender = male:Male; female:Female; other:Other; unknown:Unknown
http://hl7.org/fhir/item-type = group:Group; display:Display; question:Question; boolean:Boolean; decimal:Decimal; integer:Integer; date:Date; dateTime:Date Time; time:Time; string:String; text:Text; url:Url; choice:Choice; open-choice:Open Choice; attachment:Attachment; reference:Reference; quantity:Quantity
http://hl7.org/fhir/questionnaire-answers-status = in-progress:In Progress; completed:Completed; amended:Amended; entered-in-error:Entered in Error; stopped:Stopped
http://hl7.org/fhir/questionnaire-enable-operator = exists:Exists; =:Equals; !=:Not Equals; >:Greater Than; <:Less Than; >=:Greater or Equals; <=:Less or Equals
http://hl7.org/fhir/questionnaire-enable-behavior = all:All; any:Any
http://hl7.org/fhir/publication-status = draft:Draft; active:Active; retired:Retired; unknown:Unknown
http://hl7.org/fhir/contact-point-system = phone:Phone; fax:Fax; email:Email; pager:Pager; url:URL; sms:SMS; other:Other
http://hl7.org/fhir/contact-point-use = home:Home; work:Work; temp:Temp; old:Old; mobile:Mobile
http://hl7.org/fhir/address-use = home:Home; work:Work; temp:Temporary; old:Old / Incorrect; billing:Billing
http://hl7.org/fhir/address-type = postal:Postal; physical:Physical; both:Postal & Physical
http://hl7.org/fhir/name-use = usual:Usual; official:Official; temp:Temp; nickname:Nickname; anonymous:Anonymous; old:Old; maiden:Name changed for Marriage
http://hl7.org/fhir/identifier-use = usual:Usual; official:Official; temp:Temp; secondary:Secondary; old:Old
http://hl7.org/fhir/days-of-week = mon:Monday; tue:Tuesday; wed:Wednesday; thu:Thursday; fri:Friday; sat:Saturday; sun:Sunday
http://hl7.org/fhir/quantity-comparator = <:Less than; <=:Less or Equal to; >=:Greater or Equal to; >:Greater than
http://hl7.org/fhir/issue-severity = fatal:Fatal; error:Error; warning:Warning; information:Information
http://hl7.org/fhir/observation-status = registered:Registered; preliminary:Preliminary; final:Final; amended:Amended; corrected:Corrected; cancelled:Cancelled; entered-in-error:Entered in Error; unknown:Unknown
http://hl7.org/fhir/request-priority = routine:Routine; urgent:Urgent; asap:ASAP; stat:STAT
http://hl7.org/fhir/request-status = draft:Draft; active:Active; on-hold:On Hold; revoked:Revoked; completed:Completed; entered-in-error:Entered in Error; unknown:Unknown
http://hl7.org/fhir/event-status = preparation:Preparation; in-progress:In Progress; not-done:Not Done; on-hold:On Hold; stopped:Stopped; completed:Completed; entered-in-error:Entered in Error; unknown:Unknown
http://hl7.org/fhir/allergy-intolerance-category = food:Food; medication:Medication; environment:Environment; biologic:Biologic
http://hl7.org/fhir/allergy-intolerance-criticality = low:Low Risk; high:High Risk; unable-to-assess:Unable to Assess Risk
http://terminology.hl7.org/CodeSystem/data-absent-reason = unknown:Unknown; asked-unknown:Asked But Unknown; temp-unknown:Temporarily Unknown; not-asked:Not Asked; asked-declined:Asked But Declined; masked:Masked; not-applicable:Not Applicable; unsupported:Unsupported; as-text:As Text; error:Error; not-a-number:Not a Number (NaN); negative-infinity:Negative Infinity (NINF); positive-infinity:Positive Infinity (PINF); not-performed:Not Performed; not-permitted:Not Permitted
http://terminology.hl7.org/CodeSystem/v2-0136 = Y:Yes; N:No
http://terminology.hl7.org/CodeSystem/v3-MaritalStatus = A:Annulled; D:Divorced; I:Interlocutory; L:Legally Separated; M:Married; C:Common Law; P:Polygamous; T:Domestic partner; U:unmarried; S:Never Married; W:Widowed
http://terminology.hl7.org/CodeSystem/v3-NullFlavor = UNK:unknown; NI:NoInformation; NA:not applicable; ASKU:asked but unknown; NASK:not asked; MSK:masked; OTH:other; NAV:temporarily unavailable
`

// coreSets: one value set a line, "system codes + system codes"; a system
// without codes stands for all of it; canonical=m for all units of length.
const coreSets = `
yesnodontknow = http://terminology.hl7.org/CodeSystem/v2-0136 Y N + http://terminology.hl7.org/CodeSystem/data-absent-reason asked-unknown
data-absent-reason = http://terminology.hl7.org/CodeSystem/data-absent-reason
marital-status = http://terminology.hl7.org/CodeSystem/v3-MaritalStatus + http://terminology.hl7.org/CodeSystem/v3-NullFlavor UNK
jurisdiction = urn:iso:std:iso:3166 + urn:iso:std:iso:3166:-2 + http://unstats.un.org/unsd/methods/m49/m49.htm 001
iso3166-1-2 = urn:iso:std:iso:3166
iso3166-1-3 = urn:iso:std:iso:3166
iso3166-1-N = urn:iso:std:iso:3166
all-languages = urn:ietf:bcp:47
languages = urn:ietf:bcp:47 ar bn cs da de de-AT de-CH de-DE el en en-AU en-CA en-GB en-IN en-NZ en-SG en-US es es-AR es-ES es-UY fi fr fr-BE fr-CH fr-FR fy fy-NL hi hr it it-CH it-IT ja ko nl nl-BE nl-NL no no-NO pa pl pt pt-BR ru ru-RU sr sr-RS sv sv-SE te zh zh-CN zh-HK zh-SG zh-TW
mimetypes = urn:ietf:bcp:13
ucum-units = http://unitsofmeasure.org
ucum-common = http://unitsofmeasure.org
units-of-time = http://unitsofmeasure.org s min h d wk mo a
duration-units = http://unitsofmeasure.org canonical=s
age-units = http://unitsofmeasure.org min h d wk mo a
distance-units = http://unitsofmeasure.org canonical=m
ucum-bodyweight = http://unitsofmeasure.org g kg [lb_av]
ucum-bodylength = http://unitsofmeasure.org cm [in_i]
ucum-bodytemp = http://unitsofmeasure.org Cel [degF]
ucum-vitals-common = http://unitsofmeasure.org % cm [in_i] kg g [lb_av] Cel [degF] mm[Hg] /min kg/m2 m2
`
