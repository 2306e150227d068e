package receipt

import "lianxin/backend/printer"

// Media is the paper a page of a layout is printed on; a roll is cut where the page ends.
func Media(pdf []byte, layout Layout) (printer.Media, error) {
	switch layout {
	case A5:
		return printer.A5, nil
	case A4:
		return printer.A4, nil
	}
	height, err := HeightMM(pdf)
	if err != nil {
		return printer.Media{}, err
	}
	return printer.Roll80(height), nil
}
