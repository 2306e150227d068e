package preference

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// counted counts baskets of people at one site, so many of each.
func counted(people int, baskets ...[]string) Counts {
	c := Counts{}
	for range people {
		for _, gifts := range baskets {
			c.Replace(Basket{}, NewBasket("haidian", gifts))
		}
	}
	return c
}

func giftsOf(list []Suggestion) []string {
	ids := []string{}
	for _, s := range list {
		ids = append(ids, s.Gift)
	}
	return ids
}

func TestSuggest(t *testing.T) {
	tea := [][]string{{"teapot", "tea"}, {"tea", "cup"}, {"teapot", "cup"}}
	films := [][]string{{"film", "popcorn"}, {"film", "poster"}}
	both := counted(10, append(tea, films...)...)
	for _, c := range []struct {
		name    string
		counts  Counts
		own     Basket
		without string // not allowed
		first   Suggestion
		never   string
	}{
		{"who has a teapot is shown tea things", both, NewBasket("haidian", []string{"teapot"}), "", Suggestion{"cup", "teapot"}, "teapot"},
		{"what may not be suggested is left out", both, NewBasket("haidian", []string{"teapot"}), "cup", Suggestion{"tea", "teapot"}, "cup"},
		{"who is new sees what is popular", both, NewBasket("haidian", nil), "", Suggestion{Gift: "cup"}, ""},
		{"at a site nobody redeemed at, what is popular anywhere", both, NewBasket("miyun", nil), "", Suggestion{Gift: "cup"}, ""},
		{"four people are too few to say anything", counted(4, tea[0]), NewBasket("haidian", []string{"teapot"}), "", Suggestion{}, "tea"},
		{"five are enough", counted(5, tea[0]), NewBasket("haidian", []string{"teapot"}), "", Suggestion{"tea", "teapot"}, ""},
	} {
		got := NewModel(c.counts).Suggest(c.own, func(g string) bool { return g != c.without }, 10)
		if len(got) == 0 && c.first.Gift != "" || len(got) > 0 && got[0] != c.first {
			t.Errorf("%s: %v", c.name, got)
		}
		if c.never != "" && slices.Contains(giftsOf(got), c.never) {
			t.Errorf("%s: %s is in %v", c.name, c.never, got)
		}
	}
}

// Popular at one site is not popular at another: each sees its own first.
func TestWhatIsPopularIsOfTheSite(t *testing.T) {
	c := Counts{}
	for i := range 30 {
		c.Replace(Basket{}, Basket{SiteID: "haidian", Gifts: []string{"film"}})
		if i < 10 {
			c.Replace(Basket{}, Basket{SiteID: "miyun", Gifts: []string{"seeds"}})
		}
	}
	for site, want := range map[string]string{"haidian": "film", "miyun": "seeds"} {
		if got := NewModel(c).Suggest(Basket{SiteID: site}, anything, 2); got[0].Gift != want {
			t.Errorf("%s: %v", site, got)
		}
	}
}

func TestSimilarityBelievesManyMoreThanFew(t *testing.T) {
	few, many := counted(5, []string{"a", "b"}), counted(500, []string{"a", "b"})
	if f, m := few.Similarity("a", "b"), many.Similarity("b", "a"); f >= m || m > 1 || f <= 0 {
		t.Errorf("few %.3f, many %.3f", f, m)
	}
}

func baskets() *rapid.Generator[Basket] {
	gift := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
	return rapid.Custom(func(t *rapid.T) Basket {
		return NewBasket(rapid.SampledFrom([]string{"x", "y"}).Draw(t, "site"), rapid.SliceOfN(gift, 0, 6).Draw(t, "gifts"))
	})
}

// Whatever people take, give back, or want left out, in whatever order: counts
// brought up to date person by person are those of counting everybody anew.
func TestReplacingIsCountingAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, running := map[int]Basket{}, Counts{}
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			person := rapid.IntRange(0, 9).Draw(t, "person")
			next := baskets().Draw(t, "next")
			running.Replace(now[person], next)
			now[person] = next
		}
		anew := Counts{}
		for _, b := range now {
			anew.Replace(Basket{}, b)
		}
		if !maps.Equal(running, anew) {
			t.Fatalf("%v\nis not\n%v", running, anew)
		}
		if left := anew.Changes(running); len(left) != 0 {
			t.Fatalf("differences of equals: %v", left)
		}
	})
}

// Nothing that fewer than MinPeople took shows in what anybody is suggested, and
// nobody is suggested what they have.
func TestNobodyIsSeenThroughSuggestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := Counts{}
		for _, b := range rapid.SliceOfN(baskets(), 0, 40).Draw(t, "people") {
			counts.Replace(Basket{}, b)
		}
		own := baskets().Draw(t, "own")
		for _, s := range NewModel(counts).Suggest(own, anything, 10) {
			if counts[Key{Gift: s.Gift}] < MinPeople || slices.Contains(own.Gifts, s.Gift) {
				t.Fatalf("%+v of %v", s, counts)
			}
			if s.Because != "" && (counts[PairOf(s.Gift, s.Because)] < MinPeople || !slices.Contains(own.Gifts, s.Because)) {
				t.Fatalf("%+v rests on too few of %v", s, counts)
			}
		}
	})
}

// clustered makes people of a few tastes, who now and then take what anybody takes.
func clustered(seed uint64, people, tastes, each int) []Basket {
	random := rand.New(rand.NewPCG(seed, 39))
	var all []Basket
	for range people {
		taste := random.IntN(tastes)
		var gifts []string
		for range 1 + random.IntN(6) {
			// The first gifts of a taste are liked more than the last.
			at := int(float64(each) * random.Float64() * random.Float64())
			if random.IntN(4) == 0 {
				taste := random.IntN(tastes)
				gifts = append(gifts, fmt.Sprintf("t%d-%d", taste, at))
				continue
			}
			gifts = append(gifts, fmt.Sprintf("t%d-%d", taste, at))
		}
		all = append(all, NewBasket("haidian", gifts))
	}
	return all
}

func TestSuggestionsAreBetterThanWhatIsPopular(t *testing.T) {
	e := Evaluate(clustered(1, 3000, 8, 30), 10, 240)
	t.Logf("%d people: hit rate %.3f, popularity %.3f; coverage %.3f, popularity %.3f", e.Suggested.People,
		e.Suggested.HitRate, e.Popularity.HitRate, e.Suggested.Coverage, e.Popularity.Coverage)
	if e.Suggested.HitRate < 1.5*e.Popularity.HitRate || e.Suggested.Coverage < 3*e.Popularity.Coverage {
		t.Errorf("suggested %+v, popularity %+v", e.Suggested, e.Popularity)
	}
}

// Where there is no taste, there is nothing to learn; it must not be much worse then.
func TestWithoutTasteSuggestionsAreNotMuchWorse(t *testing.T) {
	e := Evaluate(clustered(2, 3000, 1, 100), 10, 100)
	if e.Suggested.HitRate < 0.8*e.Popularity.HitRate {
		t.Errorf("suggested %+v, popularity %+v", e.Suggested, e.Popularity)
	}
}

func BenchmarkSuggest(b *testing.B) {
	counts := Counts{}
	all := clustered(3, 20_000, 12, 30)
	for _, own := range all {
		counts.Replace(Basket{}, own)
	}
	model := NewModel(counts)
	for b.Loop() {
		model.Suggest(all[0], anything, 10)
	}
}
