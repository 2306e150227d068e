package preference

// Quality says how good lists of suggestions are.
type Quality struct {
	People int // whose latest gift was held out
	// HitRate is the share of people in whose list the gift they chose next stands.
	HitRate float64
	// Coverage is the share of gifts that were suggested to anybody at all.
	Coverage float64
}

// Evaluation compares suggestions with those everybody would get.
type Evaluation struct {
	Suggested  Quality
	Popularity Quality // the most popular gifts one does not have yet
}

// Evaluate holds the latest gift of everybody with at least two out, learns from
// the rest, and looks whether a list of n gifts has what they chose
// (leave-last-out). gifts is how many there are in the catalogue.
func Evaluate(baskets []Basket, n, gifts int) Evaluation {
	counts := Counts{}
	for _, b := range baskets {
		counts.Replace(Basket{}, heldIn(b))
	}
	ours, theirs := tally{seen: map[string]bool{}}, tally{seen: map[string]bool{}}
	model := NewModel(counts)
	for _, b := range baskets {
		if len(b.Gifts) < 2 {
			continue
		}
		own := heldIn(b)
		ours.judge(model.Suggest(own, anything, n), b.Gifts[0])
		best := map[string]*scored{}
		for _, s := range model.popular[""] {
			best[s.gift] = &s
		}
		theirs.judge(choose(best, own, anything, n), b.Gifts[0])
	}
	return Evaluation{Suggested: ours.quality(gifts), Popularity: theirs.quality(gifts)}
}

func anything(string) bool { return true }

// heldIn is a basket without its latest gift, unless that is the only one.
func heldIn(b Basket) Basket {
	if len(b.Gifts) > 1 {
		b.Gifts = b.Gifts[1:]
	}
	return b
}

type tally struct {
	people, hits int
	seen         map[string]bool
}

func (t *tally) judge(list []Suggestion, chosen string) {
	t.people++
	for _, s := range list {
		t.seen[s.Gift] = true
		if s.Gift == chosen {
			t.hits++
		}
	}
}

func (t *tally) quality(gifts int) Quality {
	if t.people == 0 || gifts == 0 {
		return Quality{People: t.people}
	}
	return Quality{People: t.people, HitRate: float64(t.hits) / float64(t.people), Coverage: float64(len(t.seen)) / float64(gifts)}
}
