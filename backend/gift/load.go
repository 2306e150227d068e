package gift

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"sync"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/yamlsource"
)

//go:embed data/catalogue.yaml
var sampleFile []byte

// Sample returns the made-up catalogue that comes with the program. It panics
// when that is refused, which a test would have shown.
var Sample = sync.OnceValue(func() Catalogue {
	c, err := Load("catalogue.yaml", sampleFile)
	if err != nil {
		panic(fmt.Errorf("gift: the sample catalogue: %w", err))
	}
	return c
})

type written struct {
	Categories []struct {
		ID    string
		Name  lang.Text
		Gifts []struct {
			ID, ZH, EN, Picture, Colour string
			Points                      int64
			Limit                       int
			Codes                       bool
			From, Until                 string
		}
	}
}

var (
	kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Load reads a catalogue; fault "gift.catalogue_invalid" names the line of
// everything that is wrong.
func Load(name string, b []byte) (Catalogue, error) {
	var in written
	faults := fault.New(fault.Invalid, "gift.catalogue_invalid")
	file, ok := yamlsource.Decode(name, b, &in, faults)
	if !ok {
		return Catalogue{}, faults
	}
	out, seen := Catalogue{}, map[string]bool{}
	once := func(path, id string) {
		if !kebab.MatchString(id) || seen[id] {
			file.At(path, "id", fmt.Sprintf("%q is not kebab-case, or is used twice", id))
		}
		seen[id] = true
	}
	for i, c := range in.Categories {
		path := fmt.Sprintf("$.categories[%d]", i)
		once(path+".id", c.ID)
		if !c.Name.IsComplete() {
			file.At(path+".name", "missing_translation", "both languages are needed")
		}
		out.Categories = append(out.Categories, Category{ID: c.ID, Name: c.Name})
		for j, g := range c.Gifts {
			gift := Gift{ID: g.ID, Category: c.ID, Name: lang.Text{ZH: g.ZH, EN: g.EN}, Points: g.Points, Codes: g.Codes, Limit: g.Limit,
				Picture: g.Picture, Colour: g.Colour}
			at := fmt.Sprintf("%s.gifts[%d]", path, j)
			once(at+".id", g.ID)
			gift.From = day(file, at, "from", g.From)
			gift.Until = day(file, at, "until", g.Until)
			if wrong := gift.wrong(); wrong != "" {
				file.At(at, "gift", wrong)
			}
			out.Gifts = append(out.Gifts, gift)
		}
	}
	if len(faults.Places) > 0 {
		return Catalogue{}, faults
	}
	return out, nil
}

// day reads a day that may be left out.
func day(file yamlsource.File, at, field, text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.Parse(text)
	if err != nil {
		file.At(at+"."+field, field, err.Error())
	}
	return d
}

// wrong says what is wrong with a gift, "" when nothing is.
func (g Gift) wrong() string {
	switch {
	case !g.Name.IsComplete():
		return "the name is needed in both languages"
	case g.Points < 1 || g.Points > MaxPoints:
		return fmt.Sprintf("points are 1 to %d", MaxPoints)
	case !g.From.IsZero() && !g.Until.IsZero() && g.Until.Before(g.From):
		return "it ends before it begins"
	case g.Limit < 0:
		return "a limit is not below zero"
	case !kebab.MatchString(g.Picture):
		return "a picture is named in kebab-case"
	case !slices.Contains(Colours(), g.Colour):
		return fmt.Sprintf("the colour is none of %q", Colours())
	}
	return ""
}
