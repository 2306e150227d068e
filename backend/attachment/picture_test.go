package attachment

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"

	"lianxin/backend/fault"
)

// page draws a made-up form: frame, columns, and words as dark bars where the seed says.
func page(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 7))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{70, 62, 55, 255}), image.Point{}, draw.Src) // a desk
	paper := image.Rect(w/20, h/25, w-w/20, h-h/25)
	draw.Draw(img, paper, image.NewUniform(color.RGBA{245, 243, 238, 255}), image.Point{}, draw.Src)
	for row := range 24 {
		y := h/12 + row*h/28
		for x := w / 12; x < w-w/8; {
			width := w/40 + r.IntN(w/10)
			if r.IntN(3) > 0 {
				draw.Draw(img, image.Rect(x, y, min(x+width, w-w/8), y+h/60), image.NewUniform(color.RGBA{40, 40, 60, 255}), image.Point{}, draw.Src)
			}
			x += width + w/60
		}
	}
	return img
}

func encoded(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withEXIF puts an orientation and a made-up place into a JPEG, as a phone does.
func withEXIF(file []byte, turn uint16, order binary.AppendByteOrder, mark string) []byte {
	tiff := []byte(mark)
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, tagTurn)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, turn)
	tiff = order.AppendUint16(tiff, 0)
	segment := append([]byte("Exif\x00\x00"), append(tiff, "SECRETPLACE 39.9N"...)...)
	out := append([]byte{}, file[:2]...)
	out = append(out, 0xff, markerAPP1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2))
	return append(append(out, segment...), file[2:]...)
}

func decoded(t *testing.T, file []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// corners are where red, green, blue and white stand after the picture was taken in.
func corners(img image.Image) string {
	b, names := img.Bounds(), ""
	for _, p := range []image.Point{{b.Min.X + 20, b.Min.Y + 20}, {b.Max.X - 20, b.Min.Y + 20}, {b.Max.X - 20, b.Max.Y - 20}, {b.Min.X + 20, b.Max.Y - 20}} {
		r, g, bl, _ := img.At(p.X, p.Y).RGBA()
		switch {
		case r > 40000 && g > 40000 && bl > 40000:
			names += "w"
		case r > 40000:
			names += "r"
		case g > 40000:
			names += "g"
		default:
			names += "b"
		}
	}
	return names
}

func fourCorners() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for i, c := range []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}} {
		x, y := []int{0, 200, 200, 0}[i], []int{0, 0, 150, 150}[i]
		draw.Draw(img, image.Rect(x, y, x+200, y+150), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

// A phone does not turn the pixels; once the metadata are gone nobody else can.
func TestPicturesStandUprightWithoutTheirMetadata(t *testing.T) {
	plain := encoded(t, fourCorners(), 95)
	// Clockwise from the upper left, as CIPA DC-008 figure 13 has it.
	for turn, want := range map[uint16]string{0: "rgbw", 1: "rgbw", 2: "grwb", 3: "bwrg", 4: "wbgr", 5: "rwbg", 6: "wrgb", 7: "bgrw", 8: "gbwr", 9: "rgbw"} {
		for mark, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
			kept, err := Take(withEXIF(plain, turn, order, mark))
			if err != nil {
				t.Fatal(err)
			}
			if got := corners(decoded(t, kept.Content)); got != want {
				t.Errorf("orientation %d, %s: %s, want %s", turn, mark, got, want)
			}
			if bytes.Contains(kept.Content, []byte("SECRETPLACE")) || bytes.Contains(kept.Preview, []byte("SECRETPLACE")) {
				t.Error("metadata were kept")
			}
			if wide := turn < 5 || turn > 8; (kept.Width > kept.Height) != wide {
				t.Errorf("orientation %d: %d × %d", turn, kept.Width, kept.Height)
			}
		}
	}
}

func TestPicturesAreTurnedWhereTheyAreShown(t *testing.T) {
	kept, err := Take(encoded(t, fourCorners(), 95))
	if err != nil {
		t.Fatal(err)
	}
	for turns, want := range []string{"rgbw", "wrgb", "bwrg", "gbwr", "rgbw"} {
		out, err := Turned(kept.Content, kept.Type, turns)
		if err != nil || corners(decoded(t, out)) != want {
			t.Errorf("%d turns: %s, %v", turns, corners(decoded(t, out)), err)
		}
	}
}

func TestPicturesAreKeptNoLargerThanTheyAreRead(t *testing.T) {
	kept, err := Take(encoded(t, page(1, 4000, 2000), 90))
	if err != nil {
		t.Fatal(err)
	}
	preview := decoded(t, kept.Preview).Bounds()
	if kept.Width != keptSide || kept.Height != keptSide/2 || preview.Dx() != previewSide || kept.Pages != 1 || kept.Type != JPEG {
		t.Errorf("%d × %d, preview %v, %s", kept.Width, kept.Height, preview, kept.Type)
	}
	var scan bytes.Buffer
	see := image.NewNRGBA(image.Rect(0, 0, 300, 300)) // all of it shines through
	if err := png.Encode(&scan, see); err != nil {
		t.Fatal(err)
	}
	if kept, err = Take(scan.Bytes()); err != nil || kept.Type != PNG {
		t.Fatalf("%s, %v", kept.Type, err)
	}
	if r, _, _, _ := decoded(t, kept.Content).At(9, 9).RGBA(); r != 0xffff {
		t.Error("what shone through is not white")
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	good := encoded(t, page(1, 600, 800), 90)
	huge := append([]byte{}, good...)
	at := bytes.Index(huge, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(huge[at+5:], 60000)
	binary.BigEndian.PutUint16(huge[at+7:], 60000)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":               {nil, "attachment.empty"},
		"too much":              {make([]byte, MaxBytes+1), "attachment.too_large"},
		"a page of HTML":        {[]byte("<html>"), "attachment.type"},
		"a program named .jpg":  {[]byte("MZ\x90\x00"), "attachment.type"},
		"a GIF":                 {[]byte("GIF89a..."), "attachment.type"},
		"a picture cut off":     {good[:300], "attachment.damaged"},
		"the word JPEG":         {[]byte("\xff\xd8\xffabc"), "attachment.damaged"},
		"a bomb of pixels":      {huge, "attachment.pixels"},
		"a stamp":               {encoded(t, page(1, 64, 64), 90), "attachment.pixels"},
		"a PDF of nothing":      {[]byte("%PDF-1.7\nhello"), "attachment.damaged"},
		"a PDF that runs":       {pdf("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "attachment.active"},
		"a PDF that starts one": {pdf("/OpenAction << /S /Launch /F (cmd) >>"), "attachment.active"},
		"a PDF with a file":     {pdf("/Names << /EmbeddedFiles << /Names [] >> >>"), "attachment.active"},
	} {
		if _, err := Take(c.file); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestPDFsAreKeptAsTheyAre(t *testing.T) {
	file := pdf("")
	kept, err := Take(file)
	if err != nil || !bytes.Equal(kept.Content, file) || kept.Pages != 1 || kept.Type != PDF || kept.Preview != nil || kept.Print != "" || len(kept.SHA256) != 64 {
		t.Errorf("%+v, %v", kept, err)
	}
}

func FuzzTake(f *testing.F) {
	f.Add(encoded(f, page(1, 220, 220), 60))
	f.Add(withEXIF(encoded(f, page(2, 220, 220), 30), 6, binary.LittleEndian, "II"))
	f.Add(pdf(""))
	f.Fuzz(func(t *testing.T, file []byte) {
		kept, err := Take(file)
		if err != nil && fault.From(err).Kind == fault.Internal {
			t.Fatal(err)
		}
		if err == nil && kept.Type != PDF && Sniff(kept.Content) != kept.Type {
			t.Fatalf("kept as %s", kept.Type)
		}
	})
}
