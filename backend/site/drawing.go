package site

import (
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/yamlsource"
)

// MaxCorners bounds one district's polygon: the picture is a schematic.
const MaxCorners = 40

// borders is data/borders.yaml: each border is drawn once and used by the
// districts on both its sides, so that neighbours meet without gaps.
type borders struct {
	ViewBox    string                  `yaml:"view_box"`
	Projection Projection              `yaml:"projection"`
	Borders    map[string][][2]float64 `yaml:"borders"` // longitude, latitude
	Districts  []struct {
		Code  string     `yaml:"code"`
		Name  lang.Text  `yaml:"name"`
		Short lang.Text  `yaml:"short"`
		Ring  []string   `yaml:"ring"`
		Label [2]float64 `yaml:"label"`
	} `yaml:"districts"`
}

// draw makes the picture of a borders file.
func draw(name string, b []byte) (Picture, error) {
	faults := fault.New(fault.Invalid, "site.borders_invalid")
	var in borders
	file, ok := yamlsource.Decode(name, b, &in, faults)
	if !ok {
		return Picture{}, faults
	}
	picture := Picture{ViewBox: in.ViewBox, Projection: in.Projection}
	for i, d := range in.Districts {
		corners, err := ring(d.Ring, in.Borders)
		if err == nil && len(corners) > MaxCorners {
			err = fmt.Errorf("%d corners, at most %d", len(corners), MaxCorners)
		}
		if err != nil {
			file.At(fmt.Sprintf("$.districts[%d].ring", i), "ring", err.Error())
			continue
		}
		district := District{Code: d.Code, Name: d.Name, Short: d.Short, Label: in.Projection.Place(position(d.Label))}
		var path strings.Builder
		for j, c := range corners {
			p := in.Projection.Place(position(c))
			fmt.Fprintf(&path, "%s%g %g", map[bool]string{true: "M", false: "L"}[j == 0], p.X, p.Y)
		}
		district.Path = path.String() + "Z"
		if !district.Contains(district.Label) {
			file.At(fmt.Sprintf("$.districts[%d].label", i), "label", "outside the district")
		}
		picture.Districts = append(picture.Districts, district)
	}
	if len(faults.Places) > 0 {
		return Picture{}, faults
	}
	return picture, nil
}

func position(lonLat [2]float64) Position {
	return Position{Longitude: lonLat[0], Latitude: lonLat[1]}
}

// ring joins borders end to end, turning each as needed, into one closed line.
func ring(names []string, all map[string][][2]float64) ([][2]float64, error) {
	var line [][2]float64
	for i, name := range names {
		next := slices.Clone(all[name])
		if len(next) < 2 {
			return nil, fmt.Errorf("border %q has no line", name)
		}
		if i == 0 {
			if after := all[names[1%len(names)]]; !ends(after, next[len(next)-1]) {
				slices.Reverse(next)
			}
			line = next
			continue
		}
		end := line[len(line)-1]
		if next[len(next)-1] == end {
			slices.Reverse(next)
		}
		if next[0] != end {
			return nil, fmt.Errorf("border %q does not begin where the one before it ends", name)
		}
		line = append(line, next[1:]...)
	}
	if len(line) < 4 || line[0] != line[len(line)-1] {
		return nil, fmt.Errorf("the ring is not closed")
	}
	return line[:len(line)-1], nil
}

// ends tells whether a border begins or ends at a point.
func ends(border [][2]float64, at [2]float64) bool {
	return len(border) > 0 && (border[0] == at || border[len(border)-1] == at)
}
