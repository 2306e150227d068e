package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth bounds the nesting of what we read; a token needs 2, a key set 3.
const maxDepth = 4

// object is a JSON object with its names exactly as written: encoding/json into
// a struct would also take "ALG" for "alg", and the last of two equal names.
type object map[string]json.RawMessage

// parseObject reads one JSON object strictly: UTF-8, no name twice at any depth,
// bounded nesting, nothing after it.
func parseObject(data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	first, err := decoder.Token()
	if err != nil || first != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	if err := checkNames(decoder, '{', 1); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("text after the object")
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, errors.New("not a JSON object")
	}
	return o, nil
}

// checkNames walks the object or array the decoder has just entered.
func checkNames(decoder *json.Decoder, open json.Delim, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	seen := map[string]bool{}
	for decoder.More() {
		if open == '{' {
			name, err := decoder.Token()
			if err != nil {
				return errors.New("not JSON")
			}
			text, _ := name.(string) // the decoder itself refuses any other name
			if seen[text] {
				return errors.New("a name is there twice")
			}
			seen[text] = true
		}
		value, err := decoder.Token()
		if err != nil {
			return errors.New("not JSON")
		}
		if inner, ok := value.(json.Delim); ok {
			if err := checkNames(decoder, inner, depth+1); err != nil {
				return err
			}
		}
	}
	if _, err := decoder.Token(); err != nil { // the closing bracket
		return errors.New("not JSON")
	}
	return nil
}

// text returns a string member; ok is false when it is absent. An empty, overlong
// or differently typed one is an error.
func (o object) text(name string) (value string, ok bool, err error) {
	raw, ok := o[name]
	if !ok {
		return "", false, nil
	}
	// null would leave the variable alone and pass for a string.
	if json.Unmarshal(raw, &value) != nil || string(raw) == "null" {
		return "", true, fmt.Errorf("%s is not a string", name)
	}
	if value == "" || len(value) > maxText {
		return "", true, fmt.Errorf("%s is empty or over %d bytes", name, maxText)
	}
	return value, true, nil
}

// maxText bounds one string of a header or of the claims, in bytes.
const maxText = 512
