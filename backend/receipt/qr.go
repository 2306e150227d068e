package receipt

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/qr"

	"lianxin/backend/fault"
)

// moduleDots is how many picture dots a module of a QR code gets, so that
// viewers which smooth enlarged pictures keep its edges sharp.
const moduleDots = 8

// qrPNG returns the QR code of payload as a black and white PNG file without
// a quiet zone; the page leaves one around it. Level M: a fold or a smear over
// 15 % of the code does not matter.
func qrPNG(payload string) ([]byte, error) {
	code, err := qr.Encode(payload, qr.M, qr.Auto)
	if err != nil {
		return nil, fault.Wrap(err, fault.TooLarge, "receipt.qr_payload")
	}
	side := code.Bounds().Dx()
	img := image.NewPaletted(image.Rect(0, 0, side*moduleDots, side*moduleDots), color.Palette{color.White, color.Black})
	for y := range side * moduleDots {
		for x := range side * moduleDots {
			if r, _, _, _ := code.At(x/moduleDots, y/moduleDots).RGBA(); r == 0 {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
