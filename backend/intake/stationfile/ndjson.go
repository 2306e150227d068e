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
	"lianxin/backend/textfile"
)

// readNDJSON reads one message a line.
func readNDJSON(file *bufio.Reader) iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		read := 0
		for l, err := range textfile.Lines(file) {
			if err != nil {
				yield(intake.Row{}, damaged(err))
				return
			}
			if len(bytes.TrimSpace(l.Text)) == 0 && !l.TooLong {
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

func messageRow(l textfile.Line) intake.Row {
	where := fmt.Sprintf("line %d", l.Number)
	if l.TooLong {
		return intake.Unreadable(l.Number, where, "intake.unreadable", "")
	}
	var m intake.Message
	decoder := json.NewDecoder(bytes.NewReader(l.Text))
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
		return intake.Unreadable(l.Number, where, "intake.unreadable", string(l.Text))
	}
	return m.Row(l.Number, where+": ")
}
