package receipt

import (
	"fmt"

	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// YearCard is the picture card of what somebody gave in a year, or ever 献血年卡. It is
// of nobody by name: a keepsake to show to others.
type YearCard struct {
	Year         string   `json:"year,omitempty"` // "2026"; empty for all years
	Times        int      `json:"times"`
	WholeBloodML int      `json:"whole_blood_ml,omitempty"`
	Units        int      `json:"units,omitempty"` // by apheresis
	Fruits       []string `json:"fruits"`          // what was given each time, the earliest first: see WholeBloodFruit
}

// What a fruit of the tree stands for.
const (
	WholeBloodFruit = "whole_blood"
	PlateletsFruit  = "apheresis_platelets"
)

// MostFruits is how many fruits are told apart on a tree; the figures count them all.
const MostFruits = 120

var (
	wordYearCard  = lang.Text{ZH: "献血年卡", EN: "Donation card"}
	wordAllYears  = lang.Text{ZH: "这些年", EN: "All these years"}
	wordWhole     = lang.Text{ZH: "全血", EN: "Whole blood"}
	wordPlatelets = lang.Text{ZH: "单采血小板", EN: "Platelets"}
	wordFruit     = lang.Text{ZH: "每一次献血，是树上的一颗石榴。", EN: "Each donation is a pomegranate on the tree."}
)

// yearCard writes the year, the tree, and the figures beneath it.
func (c *composer) yearCard(s Snapshot) error {
	card := *s.YearCard
	c.masthead(s, wordYearCard)
	c.space(0.4)
	year := wordAllYears
	if card.Year != "" {
		year = lang.Text{ZH: card.Year + " 年", EN: card.Year}
	}
	times := lang.Text{ZH: fmt.Sprintf("献血 %d 次", card.Times), EN: "1 donation"}
	if card.Times != 1 {
		times.EN = fmt.Sprintf("%d donations", card.Times)
	}
	c.both(c.lead(), toMiddle, lang.Text{ZH: year.ZH + "　" + times.ZH, EN: year.EN + ": " + times.EN})
	file, err := treePNG(card.Fruits)
	if err != nil {
		return err
	}
	side := c.room
	if c.paperHeight > 0 {
		side = min(side, c.paperHeight*0.42)
	}
	c.add(block{height: side, stays: true, drawing: []drawn{{x: (c.room - side) / 2, image: &picture{file, side}}}})
	figure := c.style(c.sizes.title, typeface.Bold, c.accent)
	if card.WholeBloodML > 0 {
		c.pair(wordWhole, figure, lang.Text{ZH: fmt.Sprintf("%d 毫升", card.WholeBloodML), EN: fmt.Sprintf("%d mL", card.WholeBloodML)})
	}
	if card.Units > 0 {
		c.pair(wordPlatelets, figure, lang.Text{ZH: fmt.Sprintf("%d 个治疗量", card.Units), EN: unitsText(card.Units)})
	}
	c.space(0.6)
	c.both(c.body(), toMiddle, wordFruit)
	c.space(0.6)
	return nil
}

func unitsText(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", n)
}

// check asks for something that was given.
func (y YearCard) check(need func(place, text string)) {
	if y.Times < 1 || len(y.Fruits) != min(y.Times, MostFruits) {
		need("year_card.fruits", "")
	}
}
