package questionnaire

import (
	"lianxin/backend/lang"
)

// ItemType is what a Questionnaire item asks for.
// http://hl7.org/fhir/R4/valueset-item-type.html
type ItemType string

const (
	Group          ItemType = "group"
	Display        ItemType = "display"
	AbstractItem   ItemType = "question" // abstract: no form may use it
	BooleanItem    ItemType = "boolean"
	DecimalItem    ItemType = "decimal"
	IntegerItem    ItemType = "integer"
	DateItem       ItemType = "date"
	DateTimeItem   ItemType = "dateTime"
	TimeItem       ItemType = "time"
	StringItem     ItemType = "string"
	TextItem       ItemType = "text"
	URLItem        ItemType = "url"
	ChoiceItem     ItemType = "choice"
	OpenChoiceItem ItemType = "open-choice"
	AttachmentItem ItemType = "attachment"
	ReferenceItem  ItemType = "reference"
	QuantityItem   ItemType = "quantity"
)

// answerTypes is the FHIR type each question is answered with.
var answerTypes = map[ItemType]string{
	BooleanItem: "boolean", DecimalItem: "decimal", IntegerItem: "integer",
	DateItem: "date", DateTimeItem: "dateTime", TimeItem: "time",
	StringItem: "string", TextItem: "string", URLItem: "uri",
	ChoiceItem: "Coding", OpenChoiceItem: "Coding",
	AttachmentItem: "Attachment", ReferenceItem: "Reference", QuantityItem: "Quantity",
}

// IsQuestion tells whether items of the type take answers.
func (t ItemType) IsQuestion() bool { return answerTypes[t] != "" }

// Item is one group, question or text of a form.
type Item struct {
	LinkID         string
	Code           []Coding
	Prefix         string
	Text           string
	Type           ItemType
	EnableWhen     []EnableWhen
	EnableBehavior string // all or any; any when empty
	Required       bool
	Repeats        bool
	ReadOnly       bool
	MaxLength      *int
	AnswerValueSet string
	AnswerOptions  []AnswerOption
	Initial        []Value
	Extensions     []Extension
	Items          []Item

	translations []Translation
	path         string // in the Questionnaire
}

// EnableWhen is one condition under which an item is enabled.
type EnableWhen struct {
	Question string
	Operator string
	Answer   Value
}

// AnswerOption is one permitted answer.
type AnswerOption struct {
	Value           Value
	InitialSelected bool
	Extensions      []Extension
}

// exclusive options stand alone: choosing one unchooses the others.
func (o AnswerOption) exclusive() bool { return extended(o.Extensions).yes(extOptionExclusive) }

const itemElements = " id extension modifierExtension linkId definition code prefix text type enableWhen " +
	"enableBehavior required repeats readOnly maxLength answerValueSet answerOption initial item "

func (r *reader) items(parent at, key string) []Item {
	var out []Item
	for _, place := range r.objects(parent, key) {
		out = append(out, r.item(place))
	}
	return out
}

func (r *reader) item(place at) Item {
	r.only(place, itemElements)
	i := Item{
		LinkID: r.required(place, "linkId"), Type: ItemType(r.required(place, "type")),
		Code: r.codings(place, "code"), Prefix: r.text(place, "prefix"), Text: r.text(place, "text"),
		translations: r.translations(place, "text"), EnableBehavior: r.text(place, "enableBehavior"),
		Required: r.yes(place, "required"), Repeats: r.yes(place, "repeats"), ReadOnly: r.yes(place, "readOnly"),
		MaxLength: r.whole(place, "maxLength"), AnswerValueSet: r.text(place, "answerValueSet"),
		Extensions: r.extensions(place, "extension"), path: place.path,
	}
	for _, p := range r.objects(place, "enableWhen") {
		r.only(p, " id extension modifierExtension question operator answerBoolean answerDecimal answerInteger answerDate "+
			"answerDateTime answerTime answerString answerCoding answerQuantity answerReference ")
		w := EnableWhen{Question: r.required(p, "question"), Operator: r.required(p, "operator")}
		w.Answer, _ = r.choice(p, "answer")
		i.EnableWhen = append(i.EnableWhen, w)
	}
	for _, p := range r.objects(place, "answerOption") {
		r.only(p, " id extension modifierExtension value[x] initialSelected ")
		o := AnswerOption{InitialSelected: r.yes(p, "initialSelected"), Extensions: r.extensions(p, "extension")}
		o.Value, _ = r.value(p)
		i.AnswerOptions = append(i.AnswerOptions, o)
	}
	for _, p := range r.objects(place, "initial") {
		r.only(p, " id extension modifierExtension value[x] ")
		v, _ := r.value(p)
		i.Initial = append(i.Initial, v)
	}
	i.Items = r.items(place, "item")
	return i
}

// ext gives the item's extensions their look-ups.
func (i *Item) ext() extended { return i.Extensions }

func (i *Item) words(language string) lang.Text { return inBoth(language, i.Text, i.translations) }

// isHelp tells whether a display item explains the question it stands under.
func (i *Item) isHelp() bool { return i.Type == Display && i.ext().control() == "help" }

// hidden items are never shown to the person.
func (i *Item) hidden() bool { return i.ext().yes(extHidden) }
