package seal

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"sync"
)

const (
	// deflateFrom is the size from which a value is deflated: answers and signatures, which
	// are long JSON. Names, numbers and single choices are not touched.
	deflateFrom = 1 << 10
	// deflatedPadding hides what deflating would show: how alike the answers of a form are.
	deflatedPadding = 512
)

var writers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // only for a level that does not exist
	}
	return w
}}

// deflated returns a value deflated (RFC 1951); ok is false when that saves nothing.
func deflated(plaintext []byte) (smaller []byte, ok bool) {
	if len(plaintext) < deflateFrom {
		return nil, false
	}
	out := bytes.NewBuffer(make([]byte, 0, len(plaintext)/2))
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(out)
	_, err := w.Write(plaintext)
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err == nil && out.Len()+deflatedPadding < len(plaintext)
}

var readers = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// inflated is the way back. Only bytes the tag has vouched for come here.
func inflated(smaller []byte) ([]byte, error) {
	r := readers.Get().(io.ReadCloser)
	defer readers.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(smaller), nil); err != nil {
		return nil, malformed("it does not inflate")
	}
	out := bytes.NewBuffer(make([]byte, 0, 4*len(smaller)))
	n, err := io.Copy(out, io.LimitReader(r, MaxPlaintext+1))
	switch {
	case err != nil:
		return nil, malformed(fmt.Sprintf("it does not inflate: %v", err))
	case n > MaxPlaintext:
		return nil, malformed("it inflates to more than was ever sealed")
	}
	return out.Bytes(), nil
}
