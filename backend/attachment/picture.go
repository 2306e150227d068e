package attachment

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"lianxin/backend/fault"
)

const (
	// maxPixels bounds what is decoded: 50 million are a phone's largest, and 200 MB of memory.
	maxPixels = 50_000_000
	// minSide is the least a page can be read with, px.
	minSide = 200
	// keptSide is the longer side of what is kept: A4 at 250 dots per inch.
	keptSide = 3000
	// shownSide is the longer side of what a screen shows to read from.
	shownSide = 2000
	// previewSide is the longer side of a preview, px.
	previewSide = 480
	// keptQuality and previewQuality are of JPEG.
	keptQuality, previewQuality = 85, 75
	// maxPNG is how large a picture may stay without loss; photographs saved as PNG become JPEG.
	maxPNG = 3 << 20
)

func takePicture(file []byte, is Type) (Kept, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return Kept{}, fault.Wrap(err, fault.Invalid, "attachment.damaged")
	}
	if size.Width*size.Height > maxPixels || size.Width < minSide || size.Height < minSide {
		return Kept{}, fault.New(fault.Invalid, "attachment.pixels").With("width", size.Width).With("height", size.Height)
	}
	whole, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return Kept{}, fault.Wrap(err, fault.Invalid, "attachment.damaged")
	}
	upright := turned(onWhite(fitted(whole, keptSide)), orientationOf(file))
	kept := Kept{Type: is, Pages: 1, Width: upright.Bounds().Dx(), Height: upright.Bounds().Dy(), Print: Print(upright)}
	if kept.Content, kept.Type, err = written(upright, is); err != nil {
		return Kept{}, err
	}
	kept.Preview, err = asJPEG(fitted(upright, previewSide), previewQuality)
	return kept, err
}

// written is a picture as it is kept.
func written(picture image.Image, is Type) ([]byte, Type, error) {
	if is == PNG {
		var out bytes.Buffer
		if err := png.Encode(&out, picture); err != nil {
			return nil, "", fmt.Errorf("write PNG: %w", err)
		}
		if out.Len() <= maxPNG {
			return out.Bytes(), PNG, nil
		}
	}
	content, err := asJPEG(picture, keptQuality)
	return content, JPEG, err
}

func asJPEG(picture image.Image, quality int) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write JPEG: %w", err)
	}
	return out.Bytes(), nil
}

// fitted is a picture whose longer side is at most so long.
func fitted(picture image.Image, side int) image.Image {
	b := picture.Bounds()
	longer := max(b.Dx(), b.Dy())
	if longer <= side {
		return picture
	}
	out := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()*side/longer), max(1, b.Dy()*side/longer)))
	draw.BiLinear.Scale(out, out.Bounds(), picture, b, draw.Src, nil)
	return out
}

// onWhite lays a picture on paper: what shines through would be black as JPEG.
func onWhite(picture image.Image) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, picture.Bounds().Dx(), picture.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), picture, picture.Bounds().Min, draw.Over)
	return out
}

// Turned is what is kept, shown after so many quarter turns to the right. What is kept
// stays as it is: a picture that is written anew each time it is turned gets worse.
func Turned(content []byte, is Type, turns int) ([]byte, error) {
	if turns %= 4; turns == 0 || is == PDF {
		return content, nil
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("turn a picture: %w", err)
	}
	out, _, err := written(turned(onWhite(picture), orientation{turns: turns}), is)
	return out, err
}

// turned sets a picture upright: mirrored first, then turned.
func turned(picture *image.RGBA, o orientation) *image.RGBA {
	if o.mirrored {
		picture = mapped(picture, false, func(x, y, w, _ int) (int, int) { return w - 1 - x, y })
	}
	switch o.turns % 4 {
	case 1:
		return mapped(picture, true, func(x, y, _, h int) (int, int) { return h - 1 - y, x })
	case 2:
		return mapped(picture, false, func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y })
	case 3:
		return mapped(picture, true, func(x, y, w, _ int) (int, int) { return y, w - 1 - x })
	}
	return picture
}

// mapped moves each pixel to where the function says, given the size before.
func mapped(in *image.RGBA, swaps bool, to func(x, y, w, h int) (int, int)) *image.RGBA {
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if swaps {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			toX, toY := to(x, y, w, h)
			copy(out.Pix[out.PixOffset(toX, toY):][:4], in.Pix[in.PixOffset(x, y):][:4])
		}
	}
	return out
}

// Readable is a picture that was kept, after so many quarter turns to the right, no larger
// than is needed to read a page from a screen: a window carries no more.
func Readable(content []byte, turns int) ([]byte, error) {
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("show a picture: %w", err)
	}
	return asJPEG(turned(onWhite(fitted(picture, shownSide)), orientation{turns: turns}), keptQuality)
}
