//go:build linux

package readersim

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// Design is the design of a card, by the letter at byte 248 of its text.
type Design string

const (
	Mainland    Design = " "
	HKMT        Design = "J"
	Foreign2017 Design = "I"
	Foreign2023 Design = "Y"
)

// Card is a made-up card. Values are written to the card as they are, right or
// wrong, so that a test can hold any card.
type Card struct {
	Design     Design
	Name       string // Chinese name
	LatinName  string
	Sex        string // GB/T 2261.1: 1 male, 2 female
	Nation     string // ethnic group, GB/T 3304
	Born       string // YYYYMMDD
	Address    string
	Number     string
	Country    string // ISO 3166-1 alpha-3
	Issuer     string
	ValidFrom  string // YYYYMMDD
	ValidUntil string // YYYYMMDD or 长期
	PassNumber string
	Issues     string // how often the pass was issued
	Prior      string // link to an earlier number
	Text       []byte // when set, the 256 bytes of text as they are
}

// text returns the 256 bytes the reader hands out.
func (c Card) text() []byte {
	if c.Text != nil {
		return c.Text
	}
	t := make(text, textBytes)
	t.put(0, textBytes, "")
	switch c.Design {
	case Foreign2017:
		t.put(0, 120, c.LatinName)
		t.put(120, 2, c.Sex)
		t.put(122, 30, c.Number)
		t.put(152, 6, c.Country)
		t.put(158, 30, c.Name)
		t.put(188, 16, c.ValidFrom)
		t.put(204, 16, c.ValidUntil)
		t.put(220, 16, c.Born)
		t.put(236, 4, "01")
		t.put(240, 8, "1500")
	case Foreign2023:
		latin := c.LatinName
		more := ""
		if len(latin) > 35 {
			latin, more = latin[:35], latin[35:]
		}
		t.put(0, 30, c.Name)
		t.put(30, 2, c.Sex)
		t.put(32, 4, "00")
		t.put(36, 16, c.Born)
		t.put(52, 70, latin)
		t.put(122, 36, c.Number)
		t.put(188, 16, c.ValidFrom)
		t.put(204, 16, c.ValidUntil)
		t.put(220, 22, more)
		t.put(242, 6, c.Country)
		t.put(250, 6, c.Prior)
	default:
		t.put(0, 30, c.Name)
		t.put(30, 2, c.Sex)
		t.put(32, 4, c.Nation)
		t.put(36, 16, c.Born)
		t.put(52, 70, c.Address)
		t.put(122, 36, c.Number)
		t.put(158, 30, c.Issuer)
		t.put(188, 16, c.ValidFrom)
		t.put(204, 16, c.ValidUntil)
		t.put(220, 18, c.PassNumber)
		t.put(238, 4, c.Issues)
	}
	t.put(248, 2, string(c.Design))
	return t
}

type text []byte

// put writes s as UTF-16, little endian, padded with spaces to size bytes.
func (t text) put(at, size int, s string) {
	units := utf16.Encode([]rune(s))
	if 2*len(units) > size {
		panic(fmt.Sprintf("a made-up card has %d bytes in a field of %d", 2*len(units), size))
	}
	for i := range size / 2 {
		unit := uint16(' ')
		if i < len(units) {
			unit = units[i]
		}
		binary.LittleEndian.PutUint16(t[at+2*i:], unit)
	}
}

// photo is what stands in for the photo: the closed format's mark and noise.
func photo() []byte {
	p := slices.Repeat([]byte{0xA5, 0x5A, 0xAA, 0xAA, 0xAA, 0x96, 0x69, 0xFF}, photoBytes/8)
	copy(p, "WLf\x00")
	return p
}

const (
	address = "示例市虚构区模拟路 1 号(测试卡)"
	issuer  = "虚构市公安局示例分局"
)

// Cards returns made-up cards of every kind a lobby sees, with rare characters,
// a long-term, an expired and a minor's card among them. The numbers have right
// check digits and belong to an area (119900) and a country (UTO) that do not
// exist; the names say "test", "sample" or "demonstration".
func Cards() []Card {
	return []Card{
		mainland("王𬭎", "1", "19900307", "119900199003070017", "20200101", "20400101"),
		mainland("欧阳测试", "2", "19581212", "119900195812120020", "20150601", "长期"),
		mainland("赵演示", "2", "19751001", "119900197510010028", "20210301", "20410301"),
		mainland("䶮样例", "1", "20090401", "119900200904010033", "20240501", "20290501"), // under 18 until April 2027
		mainland("𠮷样卡", "2", "19600229", "119900196002290049", "20100101", "20200101"), // expired
		{Design: HKMT, Name: "陈示例", Sex: "1", Born: "19940823", Address: address, Number: "81000019940823003X", Issuer: issuer, ValidFrom: "20220101", ValidUntil: "20320101", PassNumber: "H09990001", Issues: "02"},
		{Design: HKMT, Name: "何样本", Sex: "2", Born: "19850615", Address: address, Number: "820000198506150049", Issuer: issuer, ValidFrom: "20220101", ValidUntil: "20320101", PassNumber: "M09990002", Issues: "01"},
		{Design: HKMT, Name: "林测试", Sex: "1", Born: "19920130", Address: address, Number: "830000199201300014", Issuer: issuer, ValidFrom: "20220101", ValidUntil: "20320101", PassNumber: "09990003", Issues: "01"},
		{Design: Foreign2017, Name: "安娜·样例", LatinName: "SPECIMEN, ANNA MARIA", Sex: "2", Born: "19900101", Number: "UTO110090010112", Country: "UTO", ValidFrom: "20180101", ValidUntil: "20280101"},
		{Design: Foreign2023, Name: "马丁样例", LatinName: "SPECIMEN, MARTIN BARTHOLOMEW ALEXANDER", Sex: "1", Born: "19900101", Number: "911840199001010018", Country: "UTO", ValidFrom: "20240101", ValidUntil: "20340101", Prior: "112"},
	}
}

func mainland(name, sex, born, number, from, until string) Card {
	return Card{Design: Mainland, Name: name, Sex: sex, Nation: "01", Born: born, Address: address, Number: number, Issuer: issuer, ValidFrom: from, ValidUntil: until}
}

// CardOf returns the first of Cards whose Chinese or Latin name contains part.
func CardOf(part string) (Card, bool) {
	for _, c := range Cards() {
		if strings.Contains(c.Name, part) || strings.Contains(c.LatinName, part) {
			return c, true
		}
	}
	return Card{}, false
}
