package counsel

import (
	"testing"
	"time"
)

// What a donor is to hear follows from what they heard and from what is so now.
func TestReported(t *testing.T) {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	open, calm := Case{Reason: NotQualified, Status: Open}, Case{Reason: Corrected, Status: Open, Heard: NotQualified}
	closed := func(why Reason, as Ending, heard Reason) Case {
		return Case{Reason: why, Status: Closed, Ending: as, Heard: heard}
	}
	fails, passes, moved := Report{IsTheirs: true}, Report{IsTheirs: true, IsQualified: true}, Report{}
	worse := Report{IsTheirs: true, FailsOtherwise: true}
	for name, c := range map[string]struct {
		is     Case
		report Report
		want   string
	}{
		"failed again":                         {open, worse, "open not_qualified "},
		"passed before anybody was told":       {open, passes, "closed not_qualified withdrawn"},
		"another's before anybody was told":    {open, moved, "closed not_qualified withdrawn"},
		"fails again after that":               {closed(NotQualified, EndWithdrawn, ""), fails, "open not_qualified "},
		"told, the same":                       {closed(NotQualified, EndTold, NotQualified), fails, "closed not_qualified told"},
		"told, something else":                 {closed(NotQualified, EndTold, NotQualified), worse, "open not_qualified "},
		"told, passed":                         {closed(NotQualified, EndTold, NotQualified), passes, "open corrected "},
		"told, another's":                      {closed(NotQualified, EndTold, NotQualified), moved, "open corrected "},
		"told by an earlier program, passed":   {closed(NotQualified, EndTold, ""), passes, "open corrected "},
		"refuses, the same":                    {closed(NotQualified, EndRefused, ""), fails, "closed not_qualified refused"},
		"refuses, something else":              {closed(NotQualified, EndRefused, ""), worse, "open not_qualified "},
		"refuses, passed":                      {closed(NotQualified, EndRefused, ""), passes, "closed not_qualified refused"},
		"given up, something else":             {closed(NotQualified, EndUnreachable, ""), worse, "open not_qualified "},
		"told, told the correction":            {closed(Corrected, EndTold, Corrected), passes, "closed corrected told"},
		"told, told the correction, fails":     {closed(Corrected, EndTold, Corrected), fails, "open not_qualified "},
		"to be told the correction, fails":     {calm, fails, "open not_qualified "},
		"told, fails otherwise, passed":        {Case{Reason: NotQualified, Status: Open, Heard: NotQualified}, passes, "open corrected "},
		"does not want to hear the correction": {closed(Corrected, EndRefused, NotQualified), passes, "closed corrected refused"},
	} {
		got := c.is.Reported(c.report, now)
		if said := string(got.Status) + " " + string(got.Reason) + " " + string(got.Ending); said != c.want {
			t.Errorf("%s: %s, want %s", name, said, c.want)
		}
	}
}
