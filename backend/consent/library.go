package consent

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"sync"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

//go:embed texts/*.yaml
var embedded embed.FS

// Library is every version of the text, the oldest first. Old versions stay:
// a consent signed under them must be readable and verifiable for as long as it is kept.
type Library struct{ texts []Text }

// builtIn reads the texts of this program once. They are part of the program
// and checked by its tests, so a fault here is ours.
var builtIn = sync.OnceValues(func() (Library, error) {
	files, err := fs.Sub(embedded, "texts")
	if err != nil {
		return Library{}, err
	}
	return Load(files)
})

// BuiltIn returns the texts that come with the program.
func BuiltIn() (Library, error) { return builtIn() }

// Current returns the built-in text in force on the day today.
func Current(today calendar.Date) (Text, error) {
	library, err := BuiltIn()
	if err != nil {
		return Text{}, err
	}
	return library.Current(today)
}

// Current returns the newest text whose first day is not after today; fault
// "consent.no_text" when today is before all of them.
func (l Library) Current(today calendar.Date) (Text, error) {
	for _, t := range slices.Backward(l.texts) {
		if !t.From.After(today) {
			return t, nil
		}
	}
	return Text{}, fault.New(fault.NotFound, "consent.no_text").With("date", today.String())
}

// Version finds a text by its version; fault "consent.version_unknown".
func (l Library) Version(version string) (Text, error) {
	for _, t := range l.texts {
		if t.Version == version {
			return t, nil
		}
	}
	return Text{}, fault.New(fault.NotFound, "consent.version_unknown").With("version", version)
}

// Versions returns all texts, the oldest first.
func (l Library) Versions() []Text { return slices.Clone(l.texts) }

func sorted(texts []Text) []Text {
	slices.SortFunc(texts, func(a, b Text) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Version, b.Version))
	})
	return texts
}
