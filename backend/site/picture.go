package site

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lianxin/backend/lang"
)

// Picture is a schematic of the sixteen districts of Beijing, drawn by us to
// show where a site lies. It is no map: borders are simplified by hand and the
// centre is magnified, because half of all sites stand in a thirtieth of the area.
type Picture struct {
	ViewBox    string     `json:"view_box" example:"0 0 1000 1000" doc:"SVG viewBox"`
	Projection Projection `json:"projection"`
	Districts  []District `json:"districts"`
}

// District is one of the sixteen districts.
type District struct {
	Code  string    `json:"code" doc:"GB/T 2260" example:"110102"`
	Name  lang.Text `json:"name"`
	Short lang.Text `json:"short" doc:"Without the word for district, for the picture"`
	Path  string    `json:"path" doc:"SVG path: one closed polygon, absolute M, L and Z"`
	Label Point     `json:"label" doc:"Where the name stands"`
}

// Point is a place in the picture's viewBox.
type Point struct {
	X float64 `json:"x" yaml:"x"`
	Y float64 `json:"y" yaml:"y"`
}

// Projection turns WGS-84 into the picture. Positions are first laid flat in km
// around Centre; then a radius r becomes r' = r (m+1) / (m r/R + 1), the "fisheye"
// that magnifies the centre m+1 times and leaves the radius R as it is.
type Projection struct {
	Centre     Position `json:"centre" yaml:"centre"`
	Magnify    float64  `json:"magnify" yaml:"magnify" doc:"m"`
	RadiusKm   float64  `json:"radius_km" yaml:"radius_km" doc:"R"`
	UnitsPerKm float64  `json:"units_per_km" yaml:"units_per_km"`
	Origin     Point    `json:"origin" yaml:"origin" doc:"Where Centre stands in the picture"`
}

const kmPerDegree = earthRadius / 1000 * math.Pi / 180

// Place is where a position stands in the picture, to a tenth of a unit.
func (p Projection) Place(at Position) Point {
	x := (at.Longitude - p.Centre.Longitude) * kmPerDegree * math.Cos(radians(p.Centre.Latitude))
	y := (p.Centre.Latitude - at.Latitude) * kmPerDegree
	scale := (p.Magnify + 1) / (p.Magnify*math.Hypot(x, y)/p.RadiusKm + 1) * p.UnitsPerKm
	return Point{tenth(p.Origin.X + x*scale), tenth(p.Origin.Y + y*scale)}
}

func tenth(f float64) float64 { return math.Round(f*10) / 10 }

//go:embed data/districts.json
var districtsJSON []byte

var districts = sync.OnceValue(func() Picture {
	var p Picture
	if err := json.Unmarshal(districtsJSON, &p); err != nil {
		panic(fmt.Sprintf("data/districts.json is part of the program: %v", err))
	}
	return p
})

// Districts returns the picture. data/districts.json is drawn from
// data/borders.yaml by TestPictureIsDrawnFromTheBorders -update.
func Districts() Picture { return districts() }

// District finds a district by its code.
func (p Picture) District(code string) (District, bool) {
	i := slices.IndexFunc(p.Districts, func(d District) bool { return d.Code == code })
	if i < 0 {
		return District{}, false
	}
	return p.Districts[i], true
}

// Contains tells whether a point lies inside the district's polygon.
func (d District) Contains(at Point) bool {
	inside := false
	corners := d.corners()
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		if (a.Y > at.Y) != (b.Y > at.Y) && at.X < (b.X-a.X)*(at.Y-a.Y)/(b.Y-a.Y)+a.X {
			inside = !inside
		}
	}
	return inside
}

// corners reads the path, which is written by drawing.go and checked by its test.
func (d District) corners() []Point {
	var numbers []float64
	for field := range strings.FieldsSeq(strings.NewReplacer("M", " ", "L", " ", "Z", " ").Replace(d.Path)) {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil
		}
		numbers = append(numbers, n)
	}
	points := make([]Point, len(numbers)/2)
	for i := range points {
		points[i] = Point{numbers[2*i], numbers[2*i+1]}
	}
	return points
}
