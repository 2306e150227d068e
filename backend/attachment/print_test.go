package attachment

import (
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/draw"
)

// lighter is the picture in other light.
func lighter(in image.Image, by int) image.Image {
	out := image.NewRGBA(in.Bounds())
	draw.Draw(out, out.Bounds(), in, image.Point{}, draw.Src)
	for i := range out.Pix {
		if i%4 != 3 {
			out.Pix[i] = uint8(min(255, max(0, int(out.Pix[i])+by)))
		}
	}
	return out
}

// cut is the picture with its edges cut off, as a screenshot of it is.
func cut(in *image.RGBA, by int) image.Image {
	return in.SubImage(in.Bounds().Inset(by))
}

// A photograph that was saved again, made smaller, lit otherwise or copied from a screen is
// found; another page of the same form on the same desk is not.
func TestPrintsTellPagesApart(t *testing.T) {
	const pages = 20
	worst, shared, prints := 0, 0, make([]string, pages)
	for seed := range uint64(pages) {
		whole := page(seed, 900, 1200)
		print := Print(whole)
		prints[seed] = print
		for name, copied := range map[string]image.Image{
			"saved again": decoded(t, encoded(t, whole, 40)), "half the size": fitted(whole, 600), "lighter": lighter(whole, 12), "a little cut off": cut(whole, 2),
			"small and saved again": decoded(t, encoded(t, fitted(whole, 400), 50)),
		} {
			other := Print(copied)
			d, _ := Distance(print, other)
			if worst = max(worst, d); !IsNear(print, other) {
				t.Errorf("page %d, %s: %d bits", seed, name, d)
			}
			if sharesBand(print, other) {
				shared++
			}
		}
	}
	closest := 64
	for a := range prints {
		for b := range a {
			d, _ := Distance(prints[a], prints[b])
			closest = min(closest, d)
		}
	}
	t.Logf("copies differ in up to %d bits, other pages in at least %d; %d of %d copies share a band", worst, closest, shared, 5*pages)
	if closest <= near {
		t.Errorf("two pages differ in %d bits only", closest)
	}
	if shared < 5*pages*95/100 {
		t.Errorf("only %d of %d copies would be looked at", shared, 5*pages)
	}
}

func sharesBand(a, b string) bool {
	x, y := Bands(a), Bands(b)
	for i := range x {
		if x[i] == y[i] {
			return true
		}
	}
	return false
}

func TestPrintsOfNothing(t *testing.T) {
	if IsNear("", "") || IsNear("zz", "0123456789abcdef") || Bands("") != nil || IsNear("0123456789abcdef0", "0123456789abcdef") {
		t.Error("no print is near another")
	}
	blank := image.NewUniform(color.White)
	flat := image.NewRGBA(image.Rect(0, 0, 300, 300))
	draw.Draw(flat, flat.Bounds(), blank, image.Point{}, draw.Src)
	if len(Print(flat)) != 16 {
		t.Error("a white page has no print")
	}
}
