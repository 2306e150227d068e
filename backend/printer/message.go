package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/OpenPrinting/goipp"
)

// user is who jobs belong to; CUPS shows a job's title only to its owner.
const user = "lianxin"

// answerBytes bounds a printer's answer; the longest real ones are some 100 KB.
const answerBytes = 1 << 20

// refusal is an IPP answer that is not a success.
type refusal struct {
	op     goipp.Op
	status goipp.Status
}

func (r *refusal) Error() string { return fmt.Sprintf("%s: %s", r.op, r.status) }

// request begins a message to the printer.
func (p *IPP) request(op goipp.Op) *goipp.Message {
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), op, uint32(p.requests.Add(1)))
	add(&m.Operation, "attributes-charset", goipp.TagCharset, goipp.String("utf-8"))
	add(&m.Operation, "attributes-natural-language", goipp.TagLanguage, goipp.String("en"))
	add(&m.Operation, "printer-uri", goipp.TagURI, goipp.String(p.uri))
	return m
}

func add(to *goipp.Attributes, name string, tag goipp.Tag, values ...goipp.Value) {
	to.Add(goipp.MakeAttr(name, tag, values[0], values[1:]...))
}

func asUser(m *goipp.Message) {
	add(&m.Operation, "requesting-user-name", goipp.TagName, goipp.String(user))
}

func wanted(m *goipp.Message, attributes ...string) {
	var values []goipp.Value
	for _, a := range attributes {
		values = append(values, goipp.String(a))
	}
	add(&m.Operation, "requested-attributes", goipp.TagKeyword, values...)
}

// send sends a message, with a document when there is one, and returns the
// answer; a *refusal when the printer says no.
func (p *IPP) send(ctx context.Context, m *goipp.Message, document []byte) (*goipp.Message, error) {
	op := goipp.Op(m.Code)
	head, err := m.EncodeBytes()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(append(head, document...)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	req.Header.Set("Content-Type", goipp.ContentType)
	res, err := p.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: HTTP status %d", op, res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, answerBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	answer := &goipp.Message{}
	if err := answer.DecodeBytes(body); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if status := goipp.Status(answer.Code); status >= 0x0100 {
		return nil, &refusal{op, status}
	}
	return answer, nil
}

// neverSent tells whether an error of send means that not a byte left.
func neverSent(err error) bool {
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial"
}

// integer returns the first integer or enum of an attribute, or the fallback.
func integer(attributes goipp.Attributes, name string, fallback int) int {
	for _, v := range values(attributes, name) {
		if n, ok := v.(goipp.Integer); ok {
			return int(n)
		}
	}
	return fallback
}

// words returns the texts of an attribute.
func words(attributes goipp.Attributes, name string) []string {
	var out []string
	for _, v := range values(attributes, name) {
		if s, ok := v.(goipp.String); ok {
			out = append(out, string(s))
		}
	}
	return out
}

func values(attributes goipp.Attributes, name string) []goipp.Value {
	var out []goipp.Value
	for _, a := range attributes {
		if a.Name == name {
			for _, v := range a.Values {
				out = append(out, v.V)
			}
		}
	}
	return out
}
