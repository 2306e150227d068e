package textfile

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/transform"
)

// Characters that later editions of GB 18030 moved are read as they are today, wherever
// the parts of a file end.
func TestGB18030Of2022(t *testing.T) {
	text, want := "a\xfe\x59\xfe\x61\xfe\x66\xfe\x67\xfe\x6d\xfe\x7e\xfe\x90\xfe\xa0\xa8\xbc\xc0\xee", "a龴龵龶龷龸龹龺龻ḿ李"
	whole, err := io.ReadAll(transform.NewReader(iotest.OneByteReader(strings.NewReader(text)), gb18030()))
	if err != nil || string(whole) != want {
		t.Errorf("%q, %v, want %q", whole, err, want)
	}
	damaged, err := io.ReadAll(transform.NewReader(strings.NewReader("\xfe\n\xfe\x59\xfe"), gb18030()))
	if err != nil || string(damaged) != "\ufffd\n龴\ufffd" {
		t.Errorf("damaged: %q, %v", damaged, err)
	}
}
