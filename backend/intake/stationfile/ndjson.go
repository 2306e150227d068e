package stationfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// readNDJSON reads one message a line.
func readNDJSON(file *bufio.Reader) iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		read := 0
		for l, err := range lines(file) {
			if err != nil {
				yield(intake.Row{}, err)
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
			yield(intake.Row{}, fault.New(fault.Invalid, "intake.empty"))
		}
	}
}

func messageRow(l line) intake.Row {
	where := fmt.Sprintf("line %d", l.number)
	if l.tooLong {
		return intake.Unreadable(l.number, where, "intake.unreadable", "")
	}
	var m intake.Message
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
		return intake.Unreadable(l.number, where, "intake.unreadable", string(l.text))
	}
	return m.Row(l.number, where+": ")
}
