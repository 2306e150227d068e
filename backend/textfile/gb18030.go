package textfile

import (
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// gb18030 reads GB 18030 as its edition of 2022 has it.
func gb18030() transform.Transformer {
	return transform.Chain(since2022{}, simplifiedchinese.GB18030.NewDecoder())
}

// moved are characters of two bytes that the editions of 2005 and 2022 took out of the
// private use area, some of them parts of rare names, which the library does not know; with
// the four bytes that mean the same in all editions.
var moved = map[[2]byte]string{
	{0xa8, 0xbc}: "\x81\x35\xf4\x37", // U+1E3F
	{0xfe, 0x59}: "\x82\x35\x90\x37", // U+9FB4
	{0xfe, 0x61}: "\x82\x35\x90\x38",
	{0xfe, 0x66}: "\x82\x35\x90\x39",
	{0xfe, 0x67}: "\x82\x35\x91\x30",
	{0xfe, 0x6d}: "\x82\x35\x91\x31",
	{0xfe, 0x7e}: "\x82\x35\x91\x32",
	{0xfe, 0x90}: "\x82\x35\x91\x33",
	{0xfe, 0xa0}: "\x82\x35\x91\x34", // U+9FBB
}

// since2022 writes them as the library knows them.
type since2022 struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (since2022) Transform(to, from []byte, isEnd bool) (written, read int, err error) {
	for read < len(from) {
		size := sizeGB18030(from[read:])
		if size > len(from)-read {
			if !isEnd {
				return written, read, transform.ErrShortSrc
			}
			size = len(from) - read
		}
		char := from[read : read+size]
		if size == 2 {
			if same, ok := moved[[2]byte(char)]; ok {
				char = []byte(same)
			}
		}
		if len(char) > len(to)-written {
			return written, read, transform.ErrShortDst
		}
		written += copy(to[written:], char)
		read += size
	}
	return written, read, nil
}

// sizeGB18030 is how many bytes the first character has; 2 when there is but one byte of it.
func sizeGB18030(from []byte) int {
	switch {
	case from[0] <= 0x80 || from[0] == 0xff:
		return 1
	case len(from) > 1 && from[1] >= '0' && from[1] <= '9':
		return 4
	case len(from) > 1 && from[1] < 0x40: // no character: the next one begins there
		return 1
	}
	return 2
}
