package sample

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
	"golang.org/x/image/vector"

	"lianxin/backend/claim"
	"lianxin/backend/money"
	"lianxin/backend/receipt/fonts"
	"lianxin/backend/receipt/typeface"
)

// pageWide and pageHigh are of a photograph of a page, px: enough to be read on a screen,
// little enough for a hundred of them to take a second.
const (
	pageWide = 480
	pageHigh = 340
)

// Camera photographs pages that were never printed. It is for one goroutine.
type Camera struct {
	letters *typeface.Family
	cut     map[rune]typeface.Outline
}

// NewCamera opens the typeface of printed pages.
func NewCamera() *Camera {
	set := fonts.Open()
	return &Camera{letters: typeface.NewFamily(set.Regular, set.Bold, set.Rare, nil), cut: map[rune]typeface.Outline{}}
}

// Photograph is a JPEG of a page of a claim as somebody might have laid it down: askew, and in
// another light each time, for of two pages that look the same the center says so.
func (c *Camera) Photograph(kind claim.DocumentKind, e Errand) ([]byte, error) {
	sum := fnv.New64a()
	fmt.Fprint(sum, e.ID, kind)
	random := rand.New(rand.NewPCG(sum.Sum64(), 0x70686f746f))
	img := image.NewRGBA(image.Rect(0, 0, pageWide, pageHigh))
	stddraw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{250, 249, 244, 255}), image.Point{}, stddraw.Src)
	lean := (random.Float64() - 0.5) * 0.06
	p := &pen{camera: c, img: img, sin: math.Sin(lean), cos: math.Cos(lean), x: 18 + random.Float64()*22, y: 10 + random.Float64()*16}
	p.raster.Reset(pageWide, pageHigh)
	if err := p.page(kind, e, random); err != nil {
		return nil, err
	}
	crease(img, random)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 82}); err != nil {
		return nil, fmt.Errorf("photograph a page: %w", err)
	}
	return out.Bytes(), nil
}

// page writes what stands on it, one colour after the other.
func (p *pen) page(kind claim.DocumentKind, e Errand, random *rand.Rand) error {
	if kind == claim.DonorIdentity || kind == claim.PatientIdentity {
		p.box(334, 80, 76, 96)
		p.ink(color.RGBA{205, 212, 220, 255})
	}
	p.text(20, 40, 22, titles[kind])
	p.box(20, 54, 400, 1.6)
	for i, line := range facts(kind, e.Content) {
		p.text(20, float64(86+i*33), 16, line)
	}
	p.ink(color.RGBA{35, 35, 40, 255})
	x, y := 180+random.Float64()*80, 190+random.Float64()*50
	for _, edge := range [][4]float64{{0, 0, 172, 2.5}, {0, 47, 172, 2.5}, {0, 2.5, 2.5, 44.5}, {169.5, 2.5, 2.5, 44.5}} {
		p.box(x+edge[0], y+edge[1], edge[2], edge[3])
	}
	p.text(x+15, y+32, 20, "演示 · SAMPLE")
	p.ink(color.RGBA{190, 40, 36, 255})
	return p.err
}

// titles are what the pages call themselves.
var titles = map[claim.DocumentKind]string{
	claim.Certificate: "无偿献血证", claim.DonorIdentity: "献血者身份证件", claim.PatientIdentity: "用血者身份证件", claim.ProofOfRelation: "亲属关系证明",
	claim.Invoice: "住院收费票据", claim.ItemisedList: "用血费用明细", claim.ProofOfUse: "用血证明", claim.CommitmentPaper: "承诺书", claim.Envelope: "信封",
}

// facts are the lines of a page.
func facts(kind claim.DocumentKind, c claim.Content) []string {
	switch kind {
	case claim.Certificate:
		return []string{"姓名：" + c.Donor.Name, "证号：" + c.Donor.Certificate, "感谢您无偿献血。"}
	case claim.DonorIdentity:
		return []string{"姓名：" + c.Donor.Name, "号码：" + c.Donor.Number}
	case claim.PatientIdentity:
		return []string{"姓名：" + c.Treated().Name, "号码：" + c.Treated().Number}
	case claim.ProofOfRelation:
		return []string{"献血者：" + c.Donor.Name, "用血者：" + c.Treated().Name, "两人为亲属，特此证明。"}
	case claim.CommitmentPaper:
		return []string{"本人承诺所填内容真实，", "所报费用未在别处报销。", "承诺人：" + c.Donor.Name, c.Commitment.On.String()}
	case claim.Invoice, claim.ItemisedList, claim.ProofOfUse:
		lines := []string{c.Hospital.Name, "患者：" + c.Treated().Name, fmt.Sprintf("住院：%s 至 %s", c.Hospital.Admitted, c.Hospital.Left)}
		for _, l := range c.Lines {
			text := fmt.Sprintf("%s  %s × %s", l.On, components[string(l.Component)], l.Quantity)
			if kind != claim.ProofOfUse {
				text += "  ¥" + money.Yuan(l.AmountFen)
			}
			lines = append(lines, text)
		}
		if kind == claim.Invoice && len(c.Lines) > 0 {
			lines = append(lines, "票据号："+c.Lines[0].Invoice)
		}
		return lines
	}
	return []string{c.Donor.Name}
}

var components = map[string]string{"red_cells": "悬浮红细胞", "frozen_plasma": "冰冻血浆", "apheresis_platelets": "机采血小板"}

// creases are how many spots of light and shade a sheet has, across and down: as coarse as
// what package attachment tells pictures apart by, so that forms of one print differ.
const (
	creasesAcross = 12
	creasesDown   = 9
)

// crease lets light fall on a sheet that was folded and carried about.
func crease(img *image.RGBA, random *rand.Rand) {
	spots, light := image.NewGray(image.Rect(0, 0, creasesAcross, creasesDown)), image.NewRGBA(img.Rect)
	for i := range spots.Pix {
		spots.Pix[i] = uint8(212 + random.IntN(44))
	}
	draw.ApproxBiLinear.Scale(light, light.Rect, spots, spots.Rect, draw.Src, nil)
	for i, l := range light.Pix {
		if i%4 != 3 {
			img.Pix[i] = uint8(uint32(img.Pix[i]) * uint32(l) >> 8)
		}
	}
}

// pen draws on a page that lies askew.
type pen struct {
	camera         *Camera
	img            *image.RGBA
	raster         vector.Rasterizer
	sin, cos, x, y float64
	err            error
}

// at is where a point of the page is in the picture.
func (p *pen) at(x, y float64) (float32, float32) {
	return float32(p.x + x*p.cos - y*p.sin), float32(p.y + x*p.sin + y*p.cos)
}

// ink fills everything that was drawn since the last time.
func (p *pen) ink(c color.Color) {
	p.raster.Draw(p.img, p.img.Bounds(), image.NewUniform(c), image.Point{})
	p.raster.Reset(p.img.Rect.Dx(), p.img.Rect.Dy())
}

func (p *pen) box(x, y, wide, high float64) {
	p.raster.MoveTo(p.at(x, y))
	p.raster.LineTo(p.at(x, y+high))
	p.raster.LineTo(p.at(x+wide, y+high))
	p.raster.LineTo(p.at(x+wide, y))
	p.raster.ClosePath()
}

// text writes a line on its base line.
func (p *pen) text(x, y, size float64, text string) {
	scale := size / typeface.Em
	for _, r := range text {
		o, known := p.camera.cut[r]
		if !known {
			var err error
			if o, _, err = p.camera.letters.Outline(typeface.Regular, r); err != nil {
				p.err = err
				return
			}
			p.camera.cut[r] = o
		}
		for _, c := range o.Contours {
			p.contour(c, func(q typeface.Point) (float32, float32) { return p.at(x+float64(q.X)*scale, y-float64(q.Y)*scale) })
		}
		x += float64(o.Advance) * scale
	}
}

// contour draws one, which begins wherever a TrueType contour does: between two points off
// the curve lies one on it.
func (p *pen) contour(c typeface.Contour, at func(typeface.Point) (float32, float32)) {
	if len(c) == 0 {
		return
	}
	middle := func(a, b typeface.Point) typeface.Point {
		return typeface.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2, On: true}
	}
	first := c[0]
	if last := c[len(c)-1]; !first.On && last.On {
		first = last
	} else if !first.On {
		first = middle(first, last)
	}
	p.raster.MoveTo(at(first))
	var bend *typeface.Point
	for i := range len(c) + 1 {
		q := first
		if i < len(c) {
			q = c[i]
		}
		switch {
		case bend == nil && q.On:
			p.raster.LineTo(at(q))
		case bend == nil:
			bend = &q
		default:
			to := q
			if !q.On {
				to = middle(*bend, q)
			}
			bx, by := at(*bend)
			tx, ty := at(to)
			p.raster.QuadTo(bx, by, tx, ty)
			if bend = nil; !q.On {
				bend = &q
			}
		}
	}
	p.raster.ClosePath()
}

// Sheet is a PDF of one page that says what it stands for, as people scan to.
func Sheet(kind claim.DocumentKind, e Errand) []byte { return Page("SAMPLE ONLY", string(kind), e.ID) }

// Page is a PDF of one page with lines of ASCII, which anybody reads in the file itself.
func Page(lines ...string) []byte {
	var out bytes.Buffer
	var begins []int
	object := func(text string) {
		begins = append(begins, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(begins), text)
	}
	out.WriteString("%PDF-1.4\n")
	text := "BT /F 16 Tf 60 760 Td"
	for _, line := range lines {
		text += fmt.Sprintf(" (%s) Tj 0 -24 Td", line)
	}
	text += " ET"
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>")
	object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text))
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(begins)+1)
	for _, at := range begins {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(begins)+1, table)
	return out.Bytes()
}
