package receipt

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"sync"

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
	for y := range side {
		first := img.Pix[y*moduleDots*img.Stride:][:img.Stride]
		for x := range side {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				for dot := range moduleDots {
					first[x*moduleDots+dot] = 1
				}
			}
		}
		for dot := 1; dot < moduleDots; dot++ {
			copy(img.Pix[(y*moduleDots+dot)*img.Stride:], first)
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{BufferPool: pngBuffers}).Encode(&b, img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// pngBuffers keeps what encoders work with; a new one clears a megabyte.
var pngBuffers = &bufferPool{}

type bufferPool struct{ pool sync.Pool }

// Get implements png.EncoderBufferPool.
func (p *bufferPool) Get() *png.EncoderBuffer {
	b, _ := p.pool.Get().(*png.EncoderBuffer)
	return b // nil: the encoder makes one
}

// Put implements png.EncoderBufferPool.
func (p *bufferPool) Put(b *png.EncoderBuffer) { p.pool.Put(b) }
