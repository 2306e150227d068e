package receipt

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/vector"
)

// treeSide is the side of the picture of a tree, in dots and in the units it is drawn in.
const treeSide = 780

// treeCorner is where the picture begins in the units of the screen's card.
var treeCorner = image.Pt(60, 20)

// outline is a closed line: a start, and then curves of three points each (cubic Béziers).
type outline struct {
	start  [2]float32
	curves [][6]float32
}

func ellipse(x, y, across, high float32) outline {
	const k = 0.5522847 // a quarter of a circle as a curve
	return outline{[2]float32{x + across, y}, [][6]float32{
		{x + across, y + high*k, x + across*k, y + high, x, y + high},
		{x - across*k, y + high, x - across, y + high*k, x - across, y},
		{x - across, y - high*k, x - across*k, y - high, x, y - high},
		{x + across*k, y - high, x + across, y - high*k, x + across, y},
	}}
}

// polygon joins points by straight lines.
func polygon(xy ...float32) outline {
	o := outline{start: [2]float32{xy[0], xy[1]}}
	for i := 2; i < len(xy); i += 2 {
		x, y := xy[i], xy[i+1]
		o.curves = append(o.curves, [6]float32{xy[i-2], xy[i-1], x, y, x, y})
	}
	return o
}

var (
	trunk = outline{[2]float32{428, 710}, [][6]float32{
		{442, 640, 436, 580, 422, 530}, {402, 490, 362, 460, 312, 434}, {317, 429, 321, 425, 326, 420}, {376, 440, 410, 464, 434, 494},
		{435, 452, 435, 411, 436, 370}, {446, 370, 456, 370, 466, 370}, {467, 413, 469, 457, 470, 500}, {494, 460, 530, 434, 576, 416},
		{580, 421, 584, 427, 588, 432}, {536, 458, 496, 492, 482, 536}, {470, 592, 472, 644, 490, 710}}}
	crown = []struct {
		shade   color.RGBA
		x, y, w float32
		h       float32
	}{
		{color.RGBA{0xa9, 0xcd, 0xb6, 255}, 290, 370, 170, 150}, {color.RGBA{0xa9, 0xcd, 0xb6, 255}, 610, 370, 170, 150}, {color.RGBA{0xa9, 0xcd, 0xb6, 255}, 450, 250, 240, 180},
		{color.RGBA{0x8f, 0xbf, 0xa2, 255}, 330, 395, 150, 120}, {color.RGBA{0x8f, 0xbf, 0xa2, 255}, 590, 400, 146, 116}, {color.RGBA{0x8f, 0xbf, 0xa2, 255}, 460, 300, 210, 160},
	}
	fruitSkins = map[string][2]color.RGBA{
		WholeBloodFruit: {{0xb0, 0x3a, 0x39, 255}, {0x86, 0x26, 0x2b, 255}},
		PlateletsFruit:  {{0xf0, 0xb0, 0x4e, 255}, {0xcf, 0x8a, 0x2c, 255}},
	}
)

// fruitsFile says where fruits hang, for this picture and for the card on the screen
// (frontend/src/kiosk/account/yearcard.ts), whose crowns are of different sizes.
//
//go:embed fruits.json
var fruitsFile []byte

// fruitPlaces is that file. A place is an offset from the middle of the crown in halves of its
// width and height, to be divided by the root of the number of fruits, at least RoomAtLeast. The
// size of a fruit goes with the inverse of that root, at most Largest.
var fruitPlaces = readFruits()

type fruitSpread struct {
	RoomAtLeast int          `json:"room_at_least"`
	Largest     float64      `json:"largest"`
	Places      [][2]float64 `json:"places"`
}

func readFruits() (spread fruitSpread) {
	if err := json.Unmarshal(fruitsFile, &spread); err != nil || len(spread.Places) != MostFruits {
		panic(fmt.Sprintf("fruits.json: %d places, %v", len(spread.Places), err)) // built in, and tested
	}
	return spread
}

// treePNG draws a pomegranate tree with a fruit for each donation on white, as the
// kiosk's screen shows it on a landscape: paper has no sky to spare ink for.
func treePNG(fruits []string) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, treeSide, treeSide))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	fill(img, ellipse(450, 712, 300, 26), color.RGBA{0xec, 0xd9, 0xc6, 255})
	fill(img, trunk, color.RGBA{0x7d, 0x50, 0x33, 255})
	for _, c := range crown {
		fill(img, ellipse(c.x, c.y, c.w, c.h), c.shade)
	}
	shown := fruits[max(0, len(fruits)-MostFruits):]
	narrow := 1 / math.Sqrt(float64(max(len(shown), fruitPlaces.RoomAtLeast)))
	size := 200 * min(fruitPlaces.Largest, narrow)
	for i, product := range shown {
		at := fruitPlaces.Places[i]
		fruit(img, product, float32(450+265*at[0]*narrow), float32(312+168*at[1]*narrow), float32(size/22))
	}
	var b bytes.Buffer
	err := (&png.Encoder{BufferPool: pngBuffers}).Encode(&b, img)
	return b.Bytes(), err
}

// fruit draws a pomegranate with its crown and its shaded side.
func fruit(img *image.RGBA, product string, x, y, scale float32) {
	skins, known := fruitSkins[product]
	if !known {
		skins = fruitSkins[WholeBloodFruit]
	}
	at := func(o outline) outline {
		o.start = [2]float32{x + o.start[0]*scale, y + o.start[1]*scale}
		moved := make([][6]float32, len(o.curves))
		for i, c := range o.curves {
			for n := 0; n < 6; n += 2 {
				moved[i][n], moved[i][n+1] = x+c[n]*scale, y+c[n+1]*scale
			}
		}
		o.curves = moved
		return o
	}
	fill(img, at(polygon(-7, -17, -12, -29, -4, -24, 0, -32, 4, -24, 12, -29, 7, -17)), skins[0])
	fill(img, at(ellipse(0, 0, 20, 20)), skins[0])
	fill(img, at(outline{[2]float32{8, -18}, [][6]float32{{24, -12, 26, 16, 2, 20}, {12, 10, 15, -5, 8, -18}}}), skins[1])
}

// fill paints what an outline encloses, with soft edges.
func fill(img *image.RGBA, o outline, c color.RGBA) {
	box := bounds(o).Sub(treeCorner).Intersect(img.Bounds())
	if box.Empty() {
		return
	}
	dx, dy := float32(box.Min.X+treeCorner.X), float32(box.Min.Y+treeCorner.Y)
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	r.MoveTo(o.start[0]-dx, o.start[1]-dy)
	for _, p := range o.curves {
		r.CubeTo(p[0]-dx, p[1]-dy, p[2]-dx, p[3]-dy, p[4]-dx, p[5]-dy)
	}
	r.ClosePath()
	r.Draw(img, box, image.NewUniform(c), image.Point{})
}

// bounds is a box around an outline and the points its curves lean towards.
func bounds(o outline) image.Rectangle {
	left, top, right, bottom := o.start[0], o.start[1], o.start[0], o.start[1]
	for _, c := range o.curves {
		for n := 0; n < 6; n += 2 {
			left, right, top, bottom = min(left, c[n]), max(right, c[n]), min(top, c[n+1]), max(bottom, c[n+1])
		}
	}
	return image.Rect(int(left)-1, int(top)-1, int(right)+2, int(bottom)+2)
}
