package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Topic says what a section is about, so that no version can silently lose one.
type Topic string

// The topics every version must have. All but Purpose, Data and Rights are
// asked for by GB 18467-2011 §5; Data and Rights by the Personal Information
// Protection Law, articles 17 and 44 to 47.
const (
	Purpose      Topic = "purpose"
	Truthful     Topic = "truthful"
	HighRisk     Topic = "high_risk"
	NotATest     Topic = "not_a_test"
	Testing      Topic = "testing"
	NotDiagnosis Topic = "not_a_diagnosis"
	Withdrawal   Topic = "withdrawal"
	Reactions    Topic = "reactions"
	Data         Topic = "data"
	Rights       Topic = "rights"
	Signatures   Topic = "signatures"
)

// Topics returns all topics in the order the texts are written in.
func Topics() []Topic {
	return []Topic{Purpose, Truthful, HighRisk, NotATest, Testing, NotDiagnosis, Withdrawal, Reactions, Data, Rights, Signatures}
}

// Text is one version of what is read and signed.
type Text struct {
	Version  string        `yaml:"version"`
	From     calendar.Date `yaml:"-"` // first day it is used
	Title    lang.Text     `yaml:"title"`
	Sections []Section     `yaml:"sections"`
	Choice   Choice        `yaml:"choice"`
}

// Section is one titled topic of a text.
type Section struct {
	Topic Topic       `yaml:"topic"`
	Title lang.Text   `yaml:"title"`
	Body  []lang.Text `yaml:"body"` // paragraphs
}

// Choice is the wording of the private choice after the signature. See SelfExclusion.
type Choice struct {
	Title   lang.Text   `yaml:"title"`
	Body    []lang.Text `yaml:"body"`
	Use     lang.Text   `yaml:"use"`
	Discard lang.Text   `yaml:"discard"`
}

// Plain is the exact text in one language: version, title and sections, one
// line each, a blank line before a section. It is what SHA256 hashes, and what
// a paper copy prints.
func (t Text) Plain(tag lang.Tag) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s); b.WriteByte('\n') }
	line(t.Version)
	line(t.Title.In(tag))
	for _, s := range t.Sections {
		line("")
		line(s.Title.In(tag))
		for _, p := range s.Body {
			line(p.In(tag))
		}
	}
	return b.String()
}

// SHA256 is the hash of Plain in lower-case hex: proof of the words that were shown.
func (t Text) SHA256(tag lang.Tag) string {
	sum := sha256.Sum256([]byte(t.Plain(tag)))
	return hex.EncodeToString(sum[:])
}
