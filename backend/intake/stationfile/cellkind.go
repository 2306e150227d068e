package stationfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cellKinds tells which cells of a sheet hold a number and not a text: the library that
// reads the sheet row by row gives both as the same letters. It reads the sheet once
// more, beside the library, and keeps no more of it than one row.
type cellKinds struct {
	sheet  *xml.Decoder
	row    int // whose cells come next, from 1
	column int // of the last one, from 0
}

// kindsOf begins with the first sheet of a workbook.
func kindsOf(book *excelize.File) (*cellKinds, error) {
	text, err := firstSheet(book)
	if err != nil {
		return nil, err
	}
	k := &cellKinds{sheet: xml.NewDecoder(bytes.NewReader(text))}
	k.sheet.CharsetReader = book.CharsetReader
	return k, nil
}

// numbers are the columns of a row, from 0, whose cells hold a number. It is asked for the
// rows in their order; one that is not in the sheet has none.
func (k *cellKinds) numbers(row int) []int {
	var columns []int
	for k.row <= row {
		start, ok := k.next()
		switch {
		case !ok:
			return columns
		case start.Name.Local == "row":
			k.begin(start)
		case start.Name.Local == "c":
			k.column = columnOf(start, k.column+1)
			if k.row == row && isNumber(start) {
				columns = append(columns, k.column)
			}
		}
	}
	return columns
}

// begin goes on to a row; without a number it is the one after the last. One that stands
// behind a later one belongs to that, as the library has it.
func (k *cellKinds) begin(row xml.StartElement) {
	number, err := strconv.Atoi(attribute(row, "r"))
	if err != nil {
		number = k.row + 1
	}
	k.row, k.column = max(number, k.row), -1
}

// next is the next element of the sheet's rows that begins; false when there is none. What
// is wrong with a sheet the library says.
func (k *cellKinds) next() (xml.StartElement, bool) {
	for {
		token, err := k.sheet.RawToken()
		if err != nil {
			return xml.StartElement{}, false
		}
		switch element := token.(type) {
		case xml.StartElement:
			return element, true
		case xml.EndElement:
			if element.Name.Local == "sheetData" {
				return xml.StartElement{}, false
			}
		}
	}
}

// columnOf reads where a cell stands, from 0.
func columnOf(cell xml.StartElement, otherwise int) int {
	if name := attribute(cell, "r"); name != "" {
		if column, _, err := excelize.CellNameToCoordinates(name); err == nil {
			return column - 1
		}
	}
	return otherwise
}

// isNumber tells whether a cell holds a number, of which a formula may be the source.
func isNumber(cell xml.StartElement) bool {
	return slices.Contains([]string{"", "n"}, attribute(cell, "t"))
}

func attribute(of xml.StartElement, name string) string {
	for _, a := range of.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// relation is where one part of a workbook names another (ECMA-376, part 2).
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

var errNoSheet = errors.New("the workbook does not say where its first sheet is")

// firstSheet is the first sheet of a workbook as it is written.
func firstSheet(book *excelize.File) ([]byte, error) {
	workbook, err := related(book, "_rels/.rels", "", func(r relation) bool { return strings.HasSuffix(r.Type, "/officeDocument") })
	if err != nil || book.WorkBook == nil || len(book.WorkBook.Sheets.Sheet) == 0 {
		return nil, errors.Join(err, errNoSheet)
	}
	folder, name := path.Split(workbook)
	id := book.WorkBook.Sheets.Sheet[0].ID
	sheet, err := related(book, path.Join(folder, "_rels", name+".rels"), folder, func(r relation) bool { return r.ID == id })
	if err != nil {
		return nil, err
	}
	return part(book, sheet)
}

// related is the part that a file of relations names, which counts from a folder.
func related(book *excelize.File, name, folder string, isIt func(relation) bool) (string, error) {
	text, err := part(book, name)
	if err != nil {
		return "", err
	}
	var all struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := xml.Unmarshal(text, &all); err != nil {
		return "", err
	}
	i := slices.IndexFunc(all.Relations, isIt)
	if i < 0 {
		return "", errNoSheet
	}
	target := strings.ReplaceAll(all.Relations[i].Target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		folder = ""
	}
	return strings.TrimPrefix(path.Join(folder, target), "/"), nil
}

// part is a part of the workbook, which are all in memory.
func part(book *excelize.File, name string) ([]byte, error) {
	text, ok := book.Pkg.Load(name)
	if !ok {
		return nil, fmt.Errorf("%w: %q is missing", errNoSheet, name)
	}
	return text.([]byte), nil
}
