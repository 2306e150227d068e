package consent

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// MaxFileBytes bounds one text file; the built-in one is a tenth of it.
const MaxFileBytes = 128 << 10

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
		check := fileCheck{name: name, faults: faults}
		text, ok := check.read(b)
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

// fileCheck collects the mistakes of one file with their lines.
type fileCheck struct {
	name   string
	root   *ast.File
	faults *fault.Fault
}

func (c *fileCheck) read(b []byte) (Text, bool) {
	if len(b) > MaxFileBytes {
		c.faults.At(c.name, "too_large", fmt.Sprintf("over %d bytes", MaxFileBytes))
		return Text{}, false
	}
	// The date is read apart, so that an impossible one is reported at its line.
	var doc struct {
		Text `yaml:",inline"`
		From string `yaml:"from"`
	}
	root, err := parser.ParseBytes(b, 0)
	if err == nil {
		err = yaml.UnmarshalWithOptions(b, &doc, yaml.Strict())
	}
	if err != nil {
		c.faults.At(fmt.Sprintf("%s:%d", c.name, errorLine(err)), "yaml", firstLine(err))
		return Text{}, false
	}
	c.root = root
	if doc.Text.From, err = calendar.Parse(doc.From); err != nil {
		c.at("$.from", "date", err.Error())
	}
	return doc.Text, true
}

// at records a mistake at a YAML path such as $.sections[2].title.
func (c *fileCheck) at(path, code, detail string) {
	c.faults.At(fmt.Sprintf("%s:%d", c.name, lineAt(c.root, path)), code, path+": "+detail)
}

func (c *fileCheck) both(path string, t lang.Text) {
	if !t.IsComplete() {
		c.at(path, "language_missing", "needs zh and en")
	}
}

func (c *fileCheck) text(t Text) {
	if t.Version == "" {
		c.at("$.version", "missing", "a version such as \"2026.1\"")
	}
	c.both("$.title", t.Title)
	var seen []Topic
	for i, s := range t.Sections {
		path := fmt.Sprintf("$.sections[%d]", i)
		if !slices.Contains(Topics(), s.Topic) || slices.Contains(seen, s.Topic) {
			c.at(path+".topic", "topic", fmt.Sprintf("%q is unknown or there twice", s.Topic))
		}
		seen = append(seen, s.Topic)
		c.both(path+".title", s.Title)
		c.paragraphs(path+".body", s.Body)
	}
	for _, topic := range Topics() {
		if !slices.Contains(seen, topic) {
			c.at("$.sections", "topic_missing", string(topic))
		}
	}
	c.both("$.choice.title", t.Choice.Title)
	c.paragraphs("$.choice.body", t.Choice.Body)
	c.both("$.choice.use", t.Choice.Use)
	c.both("$.choice.discard", t.Choice.Discard)
}

func (c *fileCheck) paragraphs(path string, body []lang.Text) {
	if len(body) == 0 {
		c.at(path, "missing", "at least one paragraph")
	}
	for i, p := range body {
		c.both(fmt.Sprintf("%s[%d]", path, i), p)
	}
}

// others checks a text against those read before it.
func (c *fileCheck) others(t Text, before []Text) {
	for _, o := range before {
		if o.Version == t.Version {
			c.at("$.version", "duplicate", t.Version)
		}
		if o.From == t.From {
			c.at("$.from", "duplicate", t.From.String())
		}
	}
}
