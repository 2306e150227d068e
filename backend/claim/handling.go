package claim

import (
	"embed"
	"slices"
	"time"

	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Handling is what a center decides of how it handles claims: the amount above which a
// second reviewer must approve, how long a claim may wait where it is, and the reasons
// for which it is rejected. It is a dated pack with worked examples.
type Handling struct {
	packfile.Head
	packfile.Written
	SecondApprovalFen int64 // fen; more than this takes two
	SecondReleaseFen  int64 // fen; a batch that pays more in all is let go by another person than made it
	Waits             map[Status]int
	Reasons           []Reason
}

// Reason is one reason for which claims are rejected.
type Reason struct {
	ID   string    `json:"id"`
	Text lang.Text `json:"text"`
}

// HasReason tells whether the pack has a reason.
func (h Handling) HasReason(id string) bool {
	return slices.ContainsFunc(h.Reasons, func(r Reason) bool { return r.ID == id })
}

// Reason is the text of a reason; empty for one the pack has no more.
func (h Handling) Reason(id string) lang.Text {
	for _, r := range h.Reasons {
		if r.ID == id {
			return r.Text
		}
	}
	return lang.Text{}
}

// DueAt is until when a claim may be where it is; zero when it may for ever.
func (h Handling) DueAt(s Status, entered time.Time) time.Time {
	days, limited := h.Waits[s]
	if !limited {
		return time.Time{}
	}
	return entered.AddDate(0, 0, days)
}

// IsLate tells whether a claim has been where it is for longer than it may.
func (h Handling) IsLate(s Status, entered, now time.Time) bool {
	due := h.DueAt(s, entered)
	return !due.IsZero() && now.After(due)
}

//go:embed packs/handling/*.yaml
var packFiles embed.FS

// BuiltIn returns the pack this program was built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/handling", Load)

// LoadBytes reads a pack from one YAML stream. The name stands for the file in reports.
// Faults are those of packfile.Read.
func LoadBytes(name string, data []byte) (Handling, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// Load reads the files of one pack. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (Handling, error) {
	reader := &packReader{pack: Handling{Waits: map[Status]int{}}}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return Handling{}, err
	}
	reader.pack.Written = written
	return reader.pack, nil
}

// packReader turns documents into a pack.
type packReader struct {
	pack     Handling
	examples []packfile.Cursor
}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "second_approval_above_yuan", "second_release_above_yuan", "waits_days", "reasons", "examples")
	if c, ok := fields["pack"]; ok {
		r.pack.Head.Read(c)
	}
	if c, ok := fields["second_approval_above_yuan"]; ok {
		r.pack.SecondApprovalFen = int64(c.Positive()) * 100
	}
	if c, ok := fields["second_release_above_yuan"]; ok {
		r.pack.SecondReleaseFen = int64(c.Positive()) * 100
	}
	if c, ok := fields["waits_days"]; ok {
		for name, f := range c.Mapping(waiting()...) {
			r.pack.Waits[Status(name)] = f.Positive()
		}
	}
	if c, ok := fields["reasons"]; ok {
		for _, entry := range c.Sequence(packfile.MaxListItems) {
			r.reason(entry)
		}
	}
	if c, ok := fields["examples"]; ok {
		r.examples = append(r.examples, c.Sequence(packfile.MaxExamples)...)
	}
}

// waiting are the statuses in which a claim waits for somebody.
func waiting() []string {
	var names []string
	for _, s := range Statuses() {
		if slices.ContainsFunc(rules, func(r Rule) bool { return slices.Contains(r.From, s) }) && s != Rejected {
			names = append(names, string(s))
		}
	}
	return names
}

func (r *packReader) reason(c packfile.Cursor) {
	one := Reason{}
	fields := c.Mapping("id", "text")
	packfile.Need(c, fields, "id", func(f packfile.Cursor) { one.ID = f.ID("not-entitled") })
	packfile.Need(c, fields, "text", func(f packfile.Cursor) { one.Text = f.Translated() })
	if r.pack.HasReason(one.ID) {
		c.Fault("pack.duplicate_key", "%q is written twice", one.ID)
	}
	r.pack.Reasons = append(r.pack.Reasons, one)
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	missing := map[string]bool{"pack": !r.pack.Head.IsRead(), "second_approval_above_yuan": r.pack.SecondApprovalFen == 0,
		"second_release_above_yuan": r.pack.SecondReleaseFen == 0, "waits_days": len(r.pack.Waits) == 0, "reasons": len(r.pack.Reasons) == 0}
	packfile.Examine(whole, missing, r.examples, r.run)
}

// run reads one example and reports when it does not come out as it says.
func (r *packReader) run(c packfile.Cursor) {
	fields := c.Mapping("name", "approved_yuan", "leads_to", "batch_yuan", "second_person", "status", "days", "late")
	if f, ok := fields["batch_yuan"]; ok {
		is := int64(f.Integer())*100 > r.pack.SecondReleaseFen
		packfile.Need(c, fields, "second_person", func(f packfile.Cursor) {
			if f.Boolean() != is {
				f.Fault("pack.example_failed", "second_person is %t", is)
			}
		})
		return
	}
	if f, ok := fields["approved_yuan"]; ok {
		is := Approved
		if int64(f.Integer())*100 > r.pack.SecondApprovalFen {
			is = SecondReview
		}
		packfile.Need(c, fields, "leads_to", func(f packfile.Cursor) {
			if want := Status(f.Text()); want != is {
				f.Fault("pack.example_failed", "it leads to %s", is)
			}
		})
		return
	}
	packfile.Need(c, fields, "status", func(status packfile.Cursor) {
		packfile.Need(c, fields, "days", func(days packfile.Cursor) {
			var entered time.Time
			is := r.pack.IsLate(Status(status.Text()), entered.AddDate(1, 0, 0), entered.AddDate(1, 0, days.Integer()))
			packfile.Need(c, fields, "late", func(f packfile.Cursor) {
				if f.Boolean() != is {
					f.Fault("pack.example_failed", "late is %t", is)
				}
			})
		})
	})
}
