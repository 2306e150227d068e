package site

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

var update = flag.Bool("update", false, "write data/districts.json anew")

const (
	bordersFile   = "data/borders.yaml"
	districtsFile = "data/districts.json"
)

func bordersSource(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(bordersFile)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPictureIsDrawnFromTheBorders(t *testing.T) {
	picture, err := draw(bordersFile, bordersSource(t))
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(picture); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(districtsFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(districtsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what %s draws: run this test with -update", districtsFile, bordersFile)
	}
}

func TestPictureHasTheSixteenDistricts(t *testing.T) {
	codes := strings.Fields("110101 110102 110105 110106 110107 110108 110109 110111 110112 110113 110114 110115 110116 110117 110118 110119")
	if len(Districts().Districts) != len(codes) {
		t.Errorf("%d districts", len(Districts().Districts))
	}
	for _, code := range codes {
		d, ok := Districts().District(code)
		if !ok || !d.Name.IsComplete() || !d.Short.IsComplete() || !strings.HasPrefix(d.Name.ZH, d.Short.ZH) {
			t.Errorf("%s: %+v", code, d.Name)
			continue
		}
		corners := d.corners()
		if len(corners) < 5 || len(corners) > MaxCorners {
			t.Errorf("%s: %d corners", d.Name.EN, len(corners))
		}
		for _, c := range corners {
			if c.X < 0 || c.X > 1000 || c.Y < 0 || c.Y > 1000 {
				t.Errorf("%s: corner %v is outside the picture", d.Name.EN, c)
			}
		}
		if !strings.HasPrefix(d.Path, "M") || !strings.HasSuffix(d.Path, "Z") {
			t.Errorf("%s: path %s", d.Name.EN, d.Path)
		}
	}
}

// Districts lie beside each other: a grid of points falls into at most one each.
func TestDistrictsDoNotOverlap(t *testing.T) {
	for x := 0.0; x <= 1000; x += 7.3 {
		for y := 0.0; y <= 1000; y += 7.3 {
			var in []string
			for _, d := range Districts().Districts {
				if d.Contains(Point{x, y}) {
					in = append(in, d.Name.EN)
				}
			}
			if len(in) > 1 {
				t.Errorf("%g %g lies in %v", x, y, in)
			}
		}
	}
}

// Places everybody knows, which the sample sites do not use.
func TestWellKnownPlacesFallIntoTheirDistricts(t *testing.T) {
	for name, c := range map[string]struct {
		at   Position
		code string
	}{
		"Temple of Heaven":        {Position{39.8822, 116.4066}, "110101"},
		"Beihai Park":             {Position{39.9255, 116.3830}, "110102"},
		"Summer Palace":           {Position{39.9999, 116.2755}, "110108"},
		"Beijing South station":   {Position{39.8652, 116.3786}, "110106"},
		"Babaoshan":               {Position{39.9073, 116.2360}, "110107"},
		"Capital Airport":         {Position{40.0799, 116.6031}, "110113"},
		"Pangezhuang":             {Position{39.5990, 116.3120}, "110115"},
		"Badaling":                {Position{40.3540, 116.0060}, "110119"},
		"Ming tombs":              {Position{40.2530, 116.2220}, "110114"},
		"Mutianyu":                {Position{40.4319, 116.5704}, "110116"},
		"Miyun reservoir":         {Position{40.5000, 116.9500}, "110118"},
		"Jinhai lake":             {Position{40.1780, 117.3100}, "110117"},
		"Tanzhe temple":           {Position{39.9060, 116.0270}, "110109"},
		"Zhoukoudian":             {Position{39.6880, 115.9280}, "110111"},
		"Universal resort":        {Position{39.8550, 116.6760}, "110112"},
		"Workers' Stadium":        {Position{39.9300, 116.4410}, "110105"},
		"Langfang, outside":       {Position{39.5200, 116.7000}, ""},
		"Tianjin, outside":        {Position{39.0850, 117.2000}, ""},
		"Huailai county, outside": {Position{40.4150, 115.5200}, ""},
	} {
		var got string
		for _, d := range Districts().Districts {
			if d.Contains(Districts().Projection.Place(c.at)) {
				got = d.Code
			}
		}
		if got != c.code {
			t.Errorf("%s falls into %q, want %q", name, got, c.code)
		}
	}
}

func TestProjectionKeepsCentreAndRim(t *testing.T) {
	p := Districts().Projection
	if got := p.Place(p.Centre); got != p.Origin {
		t.Errorf("the centre stands at %v, want %v", got, p.Origin)
	}
	north := Position{Latitude: p.Centre.Latitude + p.RadiusKm/kmPerDegree, Longitude: p.Centre.Longitude}
	if got, want := p.Place(north).Y, tenth(p.Origin.Y-p.RadiusKm*p.UnitsPerKm); got != want {
		t.Errorf("the rim stands at y=%g, want %g", got, want)
	}
	near := Position{Latitude: p.Centre.Latitude - 1/kmPerDegree, Longitude: p.Centre.Longitude}
	if got := (p.Place(near).Y - p.Origin.Y) / p.UnitsPerKm; got < p.Magnify+0.9 || got > p.Magnify+1.1 {
		t.Errorf("a km beside the centre is drawn as %.2f km, want about %.1f", got, p.Magnify+1)
	}
}

func TestDrawNamesTheLine(t *testing.T) {
	source := string(bordersSource(t))
	for _, c := range []struct{ name, old, new, mark, code string }{
		{"a border that is not there", "ring: [fengtai-shijingshan,", "ring: [fengtai-nowhere,", "fengtai-nowhere", "ring"},
		{"an open ring", "ring: [changping-yanqing, huairou-yanqing, yanqing-edge]", "ring: [changping-yanqing, huairou-yanqing]", `"110119"`, "ring"},
		{"a gap", "pinggu-edge: [[116.956,", "pinggu-edge: [[116.957,", `"110117"`, "ring"},
		{"a label outside", "label: [116.990, 40.510]", "label: [116.400, 39.900]", `"110118"`, "label"},
		{"an unknown field", "magnify:", "magnification:", "magnification:", "yaml"},
	} {
		text := strings.Replace(source, c.old, c.new, 1)
		_, err := draw("b.yaml", []byte(text))
		before, _, found := strings.Cut(text, c.mark)
		if !found || text == source {
			t.Fatalf("%s: the source has changed", c.name)
		}
		wantPlace(t, c.name, err, "b.yaml", strings.Count(before, "\n")+1, c.code)
	}
}

// wantPlace asks for a mistake of a code on a line.
func wantPlace(t *testing.T, name string, err error, file string, line int, code string) {
	t.Helper()
	for _, p := range fault.From(err).Places {
		if p.Code == code && p.Location == location(file, line) {
			return
		}
	}
	t.Errorf("%s: no %q at %s in %v", name, code, location(file, line), err)
}
