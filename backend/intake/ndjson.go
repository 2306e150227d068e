package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"lianxin/backend/fault"
)

// readNDJSON reads one Message a line.
func readNDJSON(file *bufio.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		read := 0
		for l, err := range lines(file) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if len(bytes.TrimSpace(l.text)) == 0 && !l.tooLong {
				continue
			}
			read++
			if !yield(messageRow(l), nil) {
				return
			}
		}
		if read == 0 {
			yield(Row{}, fault.New(fault.Invalid, "intake.empty"))
		}
	}
}

func messageRow(l line) Row {
	where := fmt.Sprintf("line %d", l.number)
	if l.tooLong {
		return unreadable(l.number, where, "intake.unreadable")
	}
	var m Message
	decoder := json.NewDecoder(bytes.NewReader(l.text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&m)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			where += ": " + wrong.Field // a name of ours, or it would not have a type
		}
		row := unreadable(l.number, where, "intake.unreadable")
		row.Raw = string(l.text)
		return row
	}
	return m.Row(l.number, where+": ")
}
