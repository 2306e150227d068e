package questionnaire

// Severity says what an issue does to the verdict: fatal and error make the
// response invalid.
// http://hl7.org/fhir/R4/valueset-issue-severity.html
type Severity string

const (
	Fatal       Severity = "fatal"
	Error       Severity = "error"
	Warning     Severity = "warning"
	Information Severity = "information"
)

// Code systems of Issue.Detail. The first is the vocabulary of the public
// validator test cases, so that results can be compared with other validators;
// the second holds what that vocabulary has no word for.
const (
	SharedCodes = "http://fhir.forms-lab.com/CodeSystem/errors"
	OwnCodes    = "urn:lianxin:questionnaire-issue"
)

// What can be wrong with a response.
const (
	questionnaireNotFound    = "questionnaireNotFound"
	questionnaireInactive    = "questionnaireInactive"
	questionnaireDraft       = "questionnaireDraft"
	questionnaireRetired     = "questionnaireRetired"
	invalidLinkID            = "invalidLinkId"
	invalidType              = "invalidType"
	invalidAnswerType        = "invalidAnswerType"
	invalidAnswerOption      = "invalidAnswerOption"
	exclusiveAnswerOption    = "exclusiveAnswerOption"
	invalidURLValue          = "invalidUrlValue"
	groupShouldNotHaveAnswer = "groupShouldNotHaveAnswers"
	displayAnswer            = "displayAnswer"
	required                 = "required"
	invariantExecution       = "invariantExecution"
	repeats                  = "repeats"
	minCount                 = "minCount"
	maxCount                 = "maxCount"
	minValue                 = "minValue"
	maxValue                 = "maxValue"
	minValueIncompatUnits    = "minValueIncompatUnits"
	maxValueIncompatUnits    = "maxValueIncompatUnits"
	maxDecimalPlaces         = "maxDecimalPlaces"
	minLength                = "minLength"
	maxLength                = "maxLength"
	invalidNewLine           = "invalidNewLine"
	invalidCoding            = "invalidCoding"
	tsError                  = "tsError"
	maxAttachmentSize        = "maxAttachmentSize"
	attachmentInconsistent   = "attachmentSizeInconsistent"
	invalidAttachmentType    = "invalidAttachmentType"
	regexMismatch            = "regex"
	invalidRefValue          = "invalidRefValue"
	invalidRefResourceType   = "invalidRefResourceType"
	refRestriction           = "invalidRefResourceTypeRestriction"
	invalidUnit              = "invalidUnit"
	invalidUnitValueSet      = "invalidUnitValueSet"

	notEnabled            = "notEnabled"
	duplicateItem         = "duplicateItem"
	itemOrder             = "itemOrder"
	itemsOutsideAnswer    = "itemsOutsideAnswer"
	answerWithoutValue    = "answerWithoutValue"
	invalidValue          = "invalidValue"
	invalidStatus         = "invalidStatus"
	invalidSubjectType    = "invalidSubjectType"
	attachmentIncomplete  = "attachmentIncomplete"
	attachmentHash        = "attachmentHashInconsistent"
	regexNotEvaluated     = "regexNotEvaluated"
	expressionNotEvaluted = "expressionNotEvaluated"
	declined              = "declined"
	enableBehaviorMissing = "enableBehaviorMissing"
	unknownElement        = "unknownElement"
	allOK                 = "allOk"
)

// rule is how a kind of fault is reported. soft faults are warnings while the
// response is not finished: its answers are not final yet, its structure is.
type rule struct {
	severity Severity
	code     string // http://hl7.org/fhir/R4/valueset-issue-type.html
	display  string
	soft     bool
	own      bool // the detail is of OwnCodes
}

var rules = map[string]rule{
	questionnaireNotFound:    {Error, "not-found", "Questionnaire not found", false, false},
	questionnaireInactive:    {Warning, "business-rule", "Questionnaire inactive", false, false},
	questionnaireDraft:       {Warning, "business-rule", "Questionnaire inactive", false, false},
	questionnaireRetired:     {Warning, "business-rule", "Questionnaire inactive", false, false},
	invalidLinkID:            {Fatal, "structure", "invalid LinkID", false, false},
	invalidType:              {Fatal, "structure", "invalid item Type", false, false},
	invalidAnswerType:        {Fatal, "structure", "invalid value type", false, false},
	invalidAnswerOption:      {Error, "business-rule", "invalid value", true, false},
	exclusiveAnswerOption:    {Error, "business-rule", "exclusive option", true, false},
	invalidURLValue:          {Error, "value", "invalid value", true, false},
	groupShouldNotHaveAnswer: {Fatal, "structure", "invalid group child items", false, false},
	displayAnswer:            {Fatal, "structure", "Display has answer", false, false},
	required:                 {Error, "required", "required", true, false},
	invariantExecution:       {Warning, "invariant", "validation rule not evaluated", false, false},
	repeats:                  {Error, "business-rule", "multiple values", true, false},
	minCount:                 {Error, "business-rule", "not enough", true, false},
	maxCount:                 {Error, "business-rule", "too many", true, false},
	minValue:                 {Error, "business-rule", "too small", true, false},
	maxValue:                 {Error, "business-rule", "too big", true, false},
	minValueIncompatUnits:    {Error, "value", "incompatible units", true, false},
	maxValueIncompatUnits:    {Error, "value", "incompatible units", true, false},
	maxDecimalPlaces:         {Error, "business-rule", "too precise", true, false},
	minLength:                {Error, "business-rule", "too short", true, false},
	maxLength:                {Error, "business-rule", "too long", true, false},
	invalidNewLine:           {Fatal, "business-rule", "contains newline", true, false},
	invalidCoding:            {Error, "code-invalid", "invalid code", true, false},
	tsError:                  {Error, "exception", "server error", true, false},
	maxAttachmentSize:        {Error, "business-rule", "attachment too large", true, false},
	attachmentInconsistent:   {Fatal, "invalid", "attachment size inconsistent", true, false},
	invalidAttachmentType:    {Error, "business-rule", "unsupported attachment type", true, false},
	regexMismatch:            {Error, "invalid", "invalid format", true, false},
	invalidRefValue:          {Error, "invalid", "invalid format", true, false},
	invalidRefResourceType:   {Error, "invalid", "invalid FHIR resource type", true, false},
	refRestriction:           {Error, "value", "incorrect resource type", true, false},
	invalidUnit:              {Error, "value", "invalid units", true, false},
	invalidUnitValueSet:      {Error, "code-invalid", "invalid unit", true, false},

	notEnabled:            {Error, "invalid", "answered although not enabled", true, true},
	duplicateItem:         {Error, "structure", "question stands twice", false, true},
	itemOrder:             {Error, "structure", "items out of order", false, true},
	itemsOutsideAnswer:    {Fatal, "structure", "items outside an answer", false, true},
	answerWithoutValue:    {Error, "structure", "answer without a value", true, true},
	invalidValue:          {Error, "value", "not a value of its type", false, true},
	invalidStatus:         {Error, "code-invalid", "unknown status", false, true},
	invalidSubjectType:    {Error, "value", "wrong kind of subject", false, true},
	attachmentIncomplete:  {Error, "invariant", "attachment without content type", false, true},
	attachmentHash:        {Error, "invalid", "attachment hash inconsistent", true, true},
	regexNotEvaluated:     {Warning, "not-supported", "format not evaluated", false, true},
	expressionNotEvaluted: {Information, "not-supported", "expression not evaluated", false, true},
	declined:              {Information, "informational", "declined, staff asks", false, true},
	enableBehaviorMissing: {Warning, "invariant", "conditions without enableBehavior", false, true},
	unknownElement:        {Error, "structure", "unknown element", false, true},
	allOK:                 {Information, "informational", "all ok", false, true},
}

// Issue is one finding about a response or a questionnaire. It holds no answer: it
// may be logged. A sentence about a limit therefore says how long or how many an
// answer is, never what it is.
type Issue struct {
	Severity   Severity
	Code       string // FHIR issue type
	Detail     string // what exactly, a code of System
	System     string
	Display    string
	Text       string
	LinkID     string
	Expression string         // FHIRPath of the place
	Params     map[string]any // limits, for the sentence a person reads
}

func newIssue(detail, linkID, expression string) Issue {
	r := rules[detail]
	system := SharedCodes
	if r.own {
		system = OwnCodes
	}
	return Issue{Severity: r.severity, Code: r.code, Detail: detail, System: system,
		Display: r.display, LinkID: linkID, Expression: expression}
}

func (i Issue) says(text string) Issue { i.Text = text; return i }

func (i Issue) with(name string, value any) Issue {
	params := map[string]any{name: value}
	for k, v := range i.Params {
		params[k] = v
	}
	i.Params = params
	return i
}
