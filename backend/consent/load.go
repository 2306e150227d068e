package consent

import (
	"fmt"
	"io/fs"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/yamlsource"
)

// Load reads every *.yaml of files and checks all of it. Fault
// "consent.pack_invalid" has one place "file:line" per mistake.
func Load(files fs.FS) (Library, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return Library{}, fmt.Errorf("list consent texts: %w", err)
	}
	faults := fault.New(fault.Invalid, "consent.pack_invalid")
	if len(names) == 0 {
		return Library{}, faults.At(".", "empty", "no *.yaml file")
	}
	var library Library
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return Library{}, fmt.Errorf("read consent text: %w", err)
		}
		text, check, ok := read(name, b, faults)
		if !ok {
			continue
		}
		check.text(text)
		check.others(text, library.texts)
		library.texts = append(library.texts, text)
	}
	if len(faults.Places) > 0 {
		return Library{}, faults
	}
	library.texts = sorted(library.texts)
	return library, nil
}

// fileCheck looks for the mistakes of one file.
type fileCheck struct {
	yamlsource.File
}

func read(name string, b []byte, faults *fault.Fault) (Text, fileCheck, bool) {
	// The date is read apart, so that an impossible one is reported at its line.
	var doc struct {
		Text `yaml:",inline"`
		From string `yaml:"from"`
	}
	file, ok := yamlsource.Decode(name, b, &doc, faults)
	check := fileCheck{file}
	if !ok {
		return Text{}, check, false
	}
	from, err := calendar.Parse(doc.From)
	if err != nil {
		check.At("$.from", "date", err.Error())
	}
	doc.Text.From = from
	return doc.Text, check, true
}

func (c fileCheck) both(path string, t lang.Text) {
	if !t.IsComplete() {
		c.At(path, "language_missing", "needs zh and en")
	}
}

func (c fileCheck) text(t Text) {
	if t.Version == "" {
		c.At("$.version", "missing", "a version such as \"2026.1\"")
	}
	c.both("$.title", t.Title)
	var seen []Topic
	for i, s := range t.Sections {
		path := fmt.Sprintf("$.sections[%d]", i)
		if !slices.Contains(Topics(), s.Topic) || slices.Contains(seen, s.Topic) {
			c.At(path+".topic", "topic", fmt.Sprintf("%q is unknown or there twice", s.Topic))
		}
		seen = append(seen, s.Topic)
		c.both(path+".title", s.Title)
		c.paragraphs(path+".body", s.Body)
	}
	for _, topic := range Topics() {
		if !slices.Contains(seen, topic) {
			c.At("$.sections", "topic_missing", string(topic))
		}
	}
	c.both("$.choice.title", t.Choice.Title)
	c.paragraphs("$.choice.body", t.Choice.Body)
	c.both("$.choice.use", t.Choice.Use)
	c.both("$.choice.discard", t.Choice.Discard)
}

func (c fileCheck) paragraphs(path string, body []lang.Text) {
	if len(body) == 0 {
		c.At(path, "missing", "at least one paragraph")
	}
	for i, p := range body {
		c.both(fmt.Sprintf("%s[%d]", path, i), p)
	}
}

// others checks a text against those read before it.
func (c fileCheck) others(t Text, before []Text) {
	for _, o := range before {
		if o.Version == t.Version {
			c.At("$.version", "duplicate", t.Version)
		}
		if o.From == t.From {
			c.At("$.from", "duplicate", t.From.String())
		}
	}
}
