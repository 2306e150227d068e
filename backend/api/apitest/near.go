package apitest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// Good is a request an operation does something with.
type Good struct {
	Path   map[string]string // by the parameter's name
	Query  url.Values
	Header map[string]string
	Body   any // what is sent as JSON; nil: none
}

// Around draws a request near a good one: as it stands, or with one to three of its values
// changed, each into something known, something else the schema allows, a neighbour, or
// nothing the schema knows. Such requests come past the door; what is drawn from the schema
// alone (Draw) hardly ever names anything that is there.
func (m Maker) Around(t *rapid.T, op Operation, good Good) Request {
	near := good.near(m)
	if near.body == nil && op.Body != nil {
		near.body = m.Value(t, op.Body, "", 0)
	}
	changes := rapid.SampledFrom([]int{0, 0, 1, 1, 1, 1, 2, 3}).Draw(t, "changes")
	if spots := near.spots(op); len(spots) > 0 {
		for range changes {
			near.change(t, rapid.SampledFrom(spots).Draw(t, "spot"))
		}
	}
	r := near.request(op)
	if changes > 0 && chance(t, 3) {
		r.Body = mangled(t, r.Body)
	}
	return r
}

// Request is the good request as it stands.
func (g Good) Request(op Operation) Request { return g.near(Maker{}).request(op) }

func (g Good) near(m Maker) *near {
	n := &near{Maker: m, path: maps.Clone(g.Path), query: url.Values{}, header: maps.Clone(g.Header), body: plain(g.Body)}
	for name, values := range g.Query {
		n.query[name] = slices.Clone(values)
	}
	return n
}

// plain is a value as it is read from JSON, numbers as they are written.
func plain(value any) (out any) {
	d := json.NewDecoder(bytes.NewReader(encode(value)))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil
	}
	return out
}

// near is a request whose values are changed in place.
type near struct {
	Maker
	path, header map[string]string
	query        url.Values
	body         any
}

// spot is one value of a request.
type spot struct {
	name   string
	schema *Schema // nil: anything
	value  any
	set    func(any)
	drop   func() // nil: it cannot be left out
}

// spots are all values of a request, each object and list among them.
func (n *near) spots(op Operation) []spot {
	var all []spot
	for _, p := range op.Parameters {
		s := spot{name: p.Name, schema: p.Schema}
		switch p.In {
		case "path":
			s.value, s.set = n.path[p.Name], func(v any) { n.path = with(n.path, p.Name, written(v)) }
		case "header":
			s.value, s.set, s.drop = n.header[p.Name], func(v any) { n.header = with(n.header, p.Name, printable(written(v))) }, func() { delete(n.header, p.Name) }
		case "query":
			s.value, s.set, s.drop = n.query.Get(p.Name), func(v any) { n.query.Set(p.Name, written(v)) }, func() { n.query.Del(p.Name) }
		}
		all = append(all, s)
	}
	if op.Body == nil {
		return all
	}
	return append(all, inside(spot{schema: op.Body, value: n.body, set: func(v any) { n.body = v }})...)
}

func with(values map[string]string, name, value string) map[string]string {
	if values == nil {
		values = map[string]string{}
	}
	values[name] = value
	return values
}

// inside are a value and all that is in it. Members an object could have and has not are
// spots as well.
func inside(s spot) []spot {
	all := []spot{s}
	switch v := s.value.(type) {
	case map[string]any:
		properties := map[string]*Schema{}
		if s.schema != nil {
			properties = s.schema.resolved().Properties
		}
		names := slices.Sorted(maps.Keys(v))
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			if _, has := v[name]; !has {
				names = append(names, name)
			}
		}
		for _, name := range names {
			all = append(all, inside(spot{name: name, schema: properties[name], value: v[name], set: func(x any) { v[name] = x }, drop: func() { delete(v, name) }})...)
		}
	case []any:
		var items *Schema
		if s.schema != nil {
			items = s.schema.resolved().Items
		}
		for i := range v {
			all = append(all, inside(spot{name: s.name, schema: items, value: v[i], set: func(x any) { v[i] = x }})...)
		}
	}
	return all
}

// change puts another value in a spot.
func (n *near) change(t *rapid.T, s spot) {
	switch kind := rapid.SampledFrom([]string{"known", "known", "known", "allowed", "allowed", "neighbour", "neighbour", "neighbour", "spoilt", "gone"}).Draw(t, "change"); {
	case kind == "known" && len(n.Known[s.name]) > 0:
		s.set(rapid.SampledFrom(n.Known[s.name]).Draw(t, "known"))
	case kind == "gone" && s.drop != nil:
		s.drop()
	case kind == "spoilt" || s.schema == nil:
		s.set(n.spoilt(t))
	case kind == "allowed" || s.value == nil:
		s.set(n.Value(t, s.schema, s.name, 0))
	default:
		s.set(n.neighbour(t, s.value))
	}
}

// neighbour is a value a little beside one: what off-by-one, cut off, and twice the same are made of.
func (n *near) neighbour(t *rapid.T, value any) any {
	switch v := value.(type) {
	case json.Number:
		i, err := v.Int64()
		if err != nil {
			return json.RawMessage("-" + strings.TrimPrefix(v.String(), "-"))
		}
		return rapid.SampledFrom([]int64{i + 1, i - 1, -i, i * 1000, 0, 1<<53 + 1, 1<<63 - 1}).Draw(t, "beside")
	case string:
		return besideText(t, v)
	case bool:
		return !v
	case []any:
		switch shape := rapid.SampledFrom([]string{"empty", "twice", "longer"}).Draw(t, "list"); {
		case shape == "twice" && len(v) > 0:
			return append(slices.Clone(v), v...)
		case shape == "longer" && len(v) > 0:
			return slices.Repeat(v[:1], 600)
		}
		return []any{}
	case map[string]any:
		out := maps.Clone(v)
		out[n.anything(t)] = n.spoilt(t)
		return out
	}
	return n.spoilt(t)
}

// besideText is a text with a character too many, too few, or another.
func besideText(t *rapid.T, text string) string {
	if number, err := strconv.ParseInt(text, 10, 32); err == nil {
		return strconv.FormatInt(number+rapid.SampledFrom([]int64{-1, 1, 100}).Draw(t, "beside"), 10)
	}
	runes := []rune(text)
	if len(runes) == 0 {
		return rapid.SampledFrom(awkward).Draw(t, "awkward")
	}
	at := rapid.IntRange(0, len(runes)-1).Draw(t, "at")
	switch rapid.SampledFrom([]string{"cut", "more", "another", "case", "nul"}).Draw(t, "text") {
	case "cut":
		return string(runes[:at])
	case "more":
		return text + rapid.SampledFrom(awkward).Draw(t, "awkward")
	case "case":
		return strings.ToUpper(text)
	case "nul":
		return string(runes[:at]) + "\x00" + string(runes[at:])
	}
	runes[at] = rapid.SampledFrom([]rune("0279Xx-汉𠮷")).Draw(t, "rune")
	return string(runes)
}

// request is the request as it stands now.
func (n *near) request(op Operation) Request {
	r := Request{Method: op.Method, Target: op.Path, Header: http.Header{"Content-Type": {"application/json"}}}
	for _, p := range op.Parameters {
		if p.In == "path" {
			r.Target = strings.Replace(r.Target, "{"+p.Name+"}", url.PathEscape(n.path[p.Name]), 1)
		}
	}
	if len(n.query) > 0 {
		r.Target += "?" + n.query.Encode()
	}
	for name, text := range n.header {
		r.Header.Set(name, text)
	}
	if op.Body != nil {
		r.Body = encode(n.body)
	}
	return r
}

// Learn notes what a good request names, so that other operations are asked with it as well:
// things that are there, and are another's, or of another kind. Of each name the last are kept.
func (m Maker) Learn(good Good, isLeftOut func(any) bool) {
	note := func(name string, value any) {
		if text, ok := value.(string); value == nil || ok && (text == "" || isLeftOut(text)) {
			return
		}
		if _, isObject := value.(map[string]any); isObject {
			return
		}
		const kept = 12
		known := append(slices.Clone(m.Known[name]), value)
		if len(known) > kept { // what was known from the beginning stands first, and stays
			at := kept / 2
			known = slices.Delete(known, at, at+1)
		}
		m.Known[name] = known
	}
	for name, text := range good.Path {
		note(name, text)
	}
	if body, ok := plain(good.Body).(map[string]any); ok {
		for _, name := range slices.Sorted(maps.Keys(body)) {
			note(name, body[name])
		}
	}
}
