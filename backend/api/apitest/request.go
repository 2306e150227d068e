package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pgregory.net/rapid"
)

// Request is a request before it is signed and sent.
type Request struct {
	Method string
	Target string // path and query, escaped
	Header http.Header
	Body   []byte
}

// Draw draws a request for an operation: most are nearly right, some are not JSON at all.
func (m Maker) Draw(t *rapid.T, op Operation) Request {
	wrong := rapid.SampledFrom([]Wrongness{0, 0, 3, 10, 40}).Draw(t, "wrongness")
	r := Request{Method: op.Method, Target: op.Path, Header: http.Header{}}
	query := url.Values{}
	for _, p := range op.Parameters {
		text := written(m.Value(t, p.Schema, p.Name, wrong))
		switch p.In {
		case "path":
			r.Target = strings.Replace(r.Target, "{"+p.Name+"}", url.PathEscape(text), 1)
		case "query":
			if !chance(t, 15) {
				query.Add(p.Name, text)
			}
		case "header":
			r.Header.Set(p.Name, printable(text))
		}
	}
	if chance(t, int(wrong)) {
		query.Add(m.anything(t), m.anything(t))
	}
	if len(query) > 0 {
		r.Target += "?" + query.Encode()
	}
	m.body(t, op, &r, wrong)
	return r
}

// body puts the body on: the schema's, or one where none is wanted.
func (m Maker) body(t *rapid.T, op Operation, r *Request, wrong Wrongness) {
	switch {
	case op.Body != nil:
		r.Body = encode(m.Value(t, op.Body, "", wrong))
	case chance(t, 10):
		r.Body = encode(m.spoilt(t))
	}
	if wrong > 0 && chance(t, 25) {
		r.Body = mangled(t, r.Body)
	}
	r.Header.Set("Content-Type", "application/json")
	if chance(t, int(wrong)) {
		r.Header.Set("Content-Type", rapid.SampledFrom([]string{"", "text/plain", "application/xml", "application/cbor", "application/json; charset=gb18030",
			"multipart/form-data", "application/octet-stream", "application/problem+json", ";;;", "application/x-www-form-urlencoded"}).Draw(t, "content type"))
	}
}

// mangled breaks a body at the level of bytes.
func mangled(t *rapid.T, body []byte) []byte {
	at := 0
	if len(body) > 0 {
		at = rapid.IntRange(0, len(body)-1).Draw(t, "at")
	}
	switch rapid.SampledFrom([]string{"cut", "nul", "utf8", "twice", "empty", "bom", "deep", "byte"}).Draw(t, "mangled") {
	case "cut":
		return body[:at]
	case "nul":
		return splice(body, at, "\x00")
	case "utf8":
		return splice(body, at, "\xff\xfe\xc0\x80\xed\xa0\x80")
	case "twice":
		return append(bytes.Clone(body), body...)
	case "bom":
		return splice(body, 0, "\xef\xbb\xbf")
	case "deep":
		return []byte(strings.Repeat(`{"a":`, 20_000))
	case "byte":
		return splice(body, at, string([]byte{rapid.Byte().Draw(t, "byte")}))
	}
	return nil
}

func splice(body []byte, at int, in string) []byte {
	return append(append(bytes.Clone(body[:at]), in...), body[at:]...)
}

// encode is JSON of a drawn value.
func encode(value any) []byte {
	body, err := json.Marshal(value)
	if err != nil { // nesting beyond what the encoder itself checks
		return []byte(fmt.Sprint(value))
	}
	return body
}

// written is a drawn value as a parameter.
func written(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case nil:
		return ""
	case json.RawMessage:
		return string(v)
	}
	return string(encode(value))
}

// printable leaves out what no client can send in a header.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// HTTP makes the request a server sees. Targets no server would be handed are an error.
func (r Request) HTTP() (*http.Request, error) {
	out, err := http.NewRequest(r.Method, "http://center.example.invalid"+r.Target, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range r.Header {
		out.Header[name] = values
	}
	return out, nil
}
