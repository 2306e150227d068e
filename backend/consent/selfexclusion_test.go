package consent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

func TestSelfExclusionPrintsNothing(t *testing.T) {
	type record struct {
		Ticket    string
		Exclusion SelfExclusion
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	for _, e := range []SelfExclusion{Use, Discard} {
		logger.Info("visit", "exclusion", e)
		r := record{"A001", e}
		for _, verb := range []string{"%v", "%s", "%q", "%+v", "%#v", "%x"} {
			for _, shown := range []string{fmt.Sprintf(verb, e), fmt.Sprintf(verb, r), fmt.Sprintf(verb, &r)} {
				if strings.Contains(shown, string(e)) || strings.Contains(shown, fmt.Sprintf("%x", string(e))) {
					t.Errorf("%s shows %s", verb, shown)
				}
			}
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"exclusion":"undisclosed"`) || !strings.Contains(lines[1], `"exclusion":"undisclosed"`) {
		t.Errorf("log: %s", log.String())
	}
}

func TestSelfExclusionIsStoredAsGiven(t *testing.T) {
	b, err := json.Marshal([]SelfExclusion{Use, Discard})
	if err != nil || string(b) != `["use","discard"]` {
		t.Errorf("JSON %s, %v", b, err)
	}
	for _, s := range []string{"use", "discard"} {
		if e, err := ParseSelfExclusion(s); err != nil || string(e) != s {
			t.Errorf("ParseSelfExclusion(%q) = %q, %v", s, string(e), err)
		}
	}
	for _, s := range []string{"", "Use", "undisclosed", "discard "} {
		_, err := ParseSelfExclusion(s)
		if fault.CodeOf(err) != "consent.exclusion_unknown" || (s != "" && strings.Contains(err.Error(), s)) {
			t.Errorf("ParseSelfExclusion(%q): %v", s, err)
		}
	}
}
