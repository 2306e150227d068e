package attachment

import (
	"fmt"
	"image"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"golang.org/x/image/draw"
)

// A print says what a picture looks like from afar, in 64 bits: the picture in 32 by 32
// grey points, of its cosine transform the 64 coarsest waves but the first, and for each
// whether it is stronger than their median (the well-known perceptual hash, "pHash"). The
// same photograph saved again, made smaller or lighter differs in few bits; another page of the same
// form in many. It is our own sixty lines: the Go libraries for it have had no release
// for years and rest on one that is archived.

const (
	printSide = 32
	printBits = 8 // a side of the waves that are looked at
	// near is in how many bits two prints of one photograph differ at most; print_test.go
	// holds it between copies of a page and other pages.
	near = 6
)

// Print is the print of a picture, 16 hex digits.
func Print(picture image.Image) string {
	grey := image.NewGray(image.Rect(0, 0, printSide, printSide))
	draw.BiLinear.Scale(grey, grey.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	waves := coarsest(grey)
	sorted := slices.Sorted(slices.Values(waves))
	median := (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
	var print uint64
	for i, w := range waves {
		if w > median {
			print |= 1 << i
		}
	}
	return fmt.Sprintf("%016x", print)
}

// coarsest are the strengths of the coarsest waves of the cosine transform, row by row
// from (0,1): what is constant over the whole says only how light it is.
func coarsest(grey *image.Gray) []float64 {
	var rows [printSide][printBits + 1]float64
	for y := range printSide {
		for u := range printBits + 1 {
			for x := range printSide {
				rows[y][u] += float64(grey.Pix[grey.PixOffset(x, y)]) * cosines[u][x]
			}
		}
	}
	var waves []float64
	for v := range printBits + 1 {
		for u := range printBits + 1 {
			if (u == 0 && v == 0) || len(waves) == 64 {
				continue
			}
			sum := 0.0
			for y := range printSide {
				sum += rows[y][u] * cosines[v][y]
			}
			waves = append(waves, sum)
		}
	}
	return waves
}

// cosines are the waves.
var cosines = func() (table [printBits + 1][printSide]float64) {
	for u := range table {
		for x := range table[u] {
			table[u][x] = math.Cos(math.Pi * float64(u) * (2*float64(x) + 1) / (2 * printSide))
		}
	}
	return table
}()

// bands is how many parts of a print are looked for: two prints that differ in fewer bits
// share at least one of them.
const bands = 4

// Bands are the parts by which pictures that look alike are found among many, each with
// its place; nil for no print.
func Bands(print string) []string {
	if len(print) != 16 {
		return nil
	}
	list := make([]string, bands)
	for i := range bands {
		list[i] = fmt.Sprintf("%d:%s", i, print[i*4:(i+1)*4])
	}
	return list
}

// IsNear tells whether two prints are those of nearly the same picture.
func IsNear(a, b string) bool {
	d, ok := Distance(a, b)
	return ok && d <= near
}

// Distance is in how many of 64 bits two prints differ; ok is false when one is none.
func Distance(a, b string) (d int, ok bool) {
	x, err := strconv.ParseUint(a, 16, 64)
	y, otherErr := strconv.ParseUint(b, 16, 64)
	if err != nil || otherErr != nil || len(a) != 16 || len(b) != 16 {
		return 0, false
	}
	return bits.OnesCount64(x ^ y), true
}
