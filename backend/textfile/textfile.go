// Package textfile reads text that other systems and spreadsheet programs wrote: UTF-8
// with a mark or without, UTF-16, or GB 18030.
package textfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how the characters of a file are written.
type Encoding string

const (
	Detect  Encoding = ""
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
)

// looked is how much of a file is looked at to tell its encoding, in bytes.
const looked = 64 << 10

// Decode makes UTF-8 of a file and takes its mark away. What is not UTF-8 is
// GB 18030, which also reads GBK and GB 2312. Who read all of it with another encoding
// finds U+FFFD, or bytes that are no UTF-8.
func Decode(file io.Reader, as Encoding) *bufio.Reader {
	raw := bufio.NewReaderSize(file, looked)
	head, _ := raw.Peek(looked) // what stands in the way of reading is met again
	if as == Detect {
		switch {
		case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
			utf16 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
			return bufio.NewReaderSize(transform.NewReader(raw, utf16.NewDecoder()), looked)
		case !isUTF8(head):
			as = GB18030
		}
	}
	if as == GB18030 {
		return bufio.NewReaderSize(transform.NewReader(raw, gb18030()), looked)
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = raw.Discard(len("\ufeff")) // it was just seen
	}
	return raw
}

// isUTF8 tells whether a beginning is UTF-8; its last character may be cut off.
func isUTF8(head []byte) bool {
	for range utf8.UTFMax {
		if utf8.Valid(head) {
			return true
		}
		if len(head) < looked-utf8.UTFMax {
			return false // it is the whole file
		}
		head = head[:len(head)-1]
	}
	return false
}

// Lines returns the lines of a file without their ends, numbered from 1. A line
// longer than the reader's buffer is read over. The bytes are good until the next line.
// An error is the last thing that is said.
func Lines(file *bufio.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for number := 1; ; number++ {
			text, err := file.ReadSlice('\n')
			tooLong := false
			for errors.Is(err, bufio.ErrBufferFull) {
				tooLong = true
				_, err = file.ReadSlice('\n')
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Line{}, err)
				return
			}
			ended := err != nil
			if ended && len(text) == 0 && !tooLong {
				return
			}
			if !yield(Line{number, bytes.TrimRight(text, "\r\n"), tooLong}, nil) || ended {
				return
			}
		}
	}
}

// Line is one line of a file.
type Line struct {
	Number  int
	Text    []byte // nothing of one that is TooLong
	TooLong bool
}
