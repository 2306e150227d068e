package questionnaire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"lianxin/backend/fault"
)

// maxPlaces bounds how many wrong places one fault lists.
const maxPlaces = 20

// reader turns nodes into resources. It goes on after a wrong place, so that
// one reading names them all.
type reader struct {
	doc    []byte
	places []fault.Place
	stray  []Issue // readable, but not part of the standard: reported by Check
}

// at is a node and its FHIRPath.
type at struct {
	*node
	path string
}

func (r *reader) wrong(place at, code, detail string) {
	if len(r.places) >= maxPlaces {
		return
	}
	if place.node != nil {
		detail = fmt.Sprintf("%s (%s)", detail, position(r.doc, place.start))
	}
	r.places = append(r.places, fault.Place{Location: place.path, Code: code, Detail: detail})
}

// err is everything wrong as one fault, questionnaire.unreadable.
func (r *reader) err() error {
	if len(r.places) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "questionnaire.unreadable")
	f.Places = r.places
	return f
}

func (r *reader) want(place at, want kind) bool {
	if place.kind == want {
		return true
	}
	r.wrong(place, "questionnaire.wrong_json_type", "expected "+kindNames[want]+", found "+kindNames[place.kind])
	return false
}

func (r *reader) field(parent at, key string, want kind) (at, bool) {
	child := parent.get(key)
	if child == nil {
		return at{}, false
	}
	place := at{child, parent.path + "." + key}
	return place, r.want(place, want)
}

func (r *reader) text(parent at, key string) string {
	if place, ok := r.field(parent, key, isString); ok {
		return place.node.text
	}
	return ""
}

func (r *reader) required(parent at, key string) string {
	if parent.get(key) == nil {
		r.wrong(at{parent.node, parent.path + "." + key}, "questionnaire.missing_element", "this element is required")
		return ""
	}
	return r.text(parent, key)
}

func (r *reader) yes(parent at, key string) bool {
	place, ok := r.field(parent, key, isBool)
	return ok && place.node.yes
}

func (r *reader) number(parent at, key string) json.Number {
	if place, ok := r.field(parent, key, isNumber); ok {
		return json.Number(place.node.text)
	}
	return ""
}

// whole reads a whole number that counts something; nil when absent.
func (r *reader) whole(parent at, key string) *int {
	place, ok := r.field(parent, key, isNumber)
	if !ok {
		return nil
	}
	n, err := strconv.ParseInt(place.node.text, 10, 32)
	if err != nil || n < 0 {
		r.wrong(place, "questionnaire.wrong_number", "expected a whole number of 0 or more")
		return nil
	}
	count := int(n)
	return &count
}

func (r *reader) object(parent at, key string) (at, bool) { return r.field(parent, key, isObject) }

// objects reads an array of objects; wrong members are named and left out.
func (r *reader) objects(parent at, key string) []at {
	array, ok := r.field(parent, key, isArray)
	if !ok {
		return nil
	}
	var out []at
	for i, child := range array.node.list {
		place := at{child, fmt.Sprintf("%s[%d]", array.path, i)}
		if r.want(place, isObject) {
			out = append(out, place)
		}
	}
	return out
}

func (r *reader) texts(parent at, key string) []string {
	array, ok := r.field(parent, key, isArray)
	if !ok {
		return nil
	}
	var out []string
	for i, child := range array.node.list {
		place := at{child, fmt.Sprintf("%s[%d]", array.path, i)}
		if r.want(place, isString) {
			out = append(out, child.text)
		}
	}
	return out
}

// only notes every property that the standard does not give this object.
// "_name" companions carry the extensions of a primitive and are always allowed.
func (r *reader) only(place at, names string) {
	for _, key := range place.keys {
		name := strings.TrimPrefix(key, "_")
		if strings.HasPrefix(name, "value") && strings.Contains(names, " value[x] ") {
			continue
		}
		if !strings.Contains(names, " "+name+" ") && len(r.stray) < maxPlaces {
			r.stray = append(r.stray, newIssue(unknownElement, "", place.path).
				says("The element is not part of this structure in FHIR R4"))
		}
	}
}

// resource reads the root and checks what it says it is.
func (r *reader) resource(root *node, name string) (at, bool) {
	place := at{root, name}
	if !r.want(place, isObject) {
		return place, false
	}
	if got := r.required(place, "resourceType"); got != name {
		if len(r.places) == 0 {
			r.wrong(at{root.get("resourceType"), name + ".resourceType"}, "questionnaire.wrong_resource", "expected "+name)
		}
		return place, false
	}
	return place, true
}
