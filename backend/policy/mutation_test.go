package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/policy/packfile"
)

var ruleNumber = regexp.MustCompile(`(?m)^      (?:defer|min|max|below): ([0-9.]+)|age > \((?:.*)\? (\d+) : (\d+)|turns\((\d+)\)|, (10000|24)[,)]|(?:number.*) < (\d+)`)

// The examples of the built-in pack guard its numbers: changing any single one
// makes the loader refuse the pack.
func TestEveryNumberIsGuardedByAnExample(t *testing.T) {
	const dir = "packs/donor-selection/"
	head, err := packFiles.ReadFile(dir + "pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, name := range []string{"enquiry", "gate", "history", "measurements", "temporary", "vaccines"} {
		data, err := packFiles.ReadFile(dir + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		tried += changeEachNumber(t, name, string(head), string(data))
	}
	if tried < 70 {
		t.Errorf("only %d numbers were tried", tried)
	}
}

func changeEachNumber(t *testing.T, name, head, text string) int {
	t.Helper()
	tried := 0
	for _, m := range ruleNumber.FindAllStringSubmatchIndex(text, -1) {
		for g := 2; g < len(m); g += 2 {
			if m[g] < 0 {
				continue
			}
			tried++
			for _, changed := range neighbours(text[m[g]:m[g+1]]) {
				mutant := head + "\n---\n" + text[:m[g]] + changed + text[m[g+1]:]
				_, err := LoadBytes("pack.yaml", []byte(mutant))
				if fault.CodeOf(err) != "policy.pack_invalid" || !strings.Contains(err.Error(), "pack.example_failed") {
					line := 1 + strings.Count(text[:m[g]], "\n")
					t.Errorf("%s.yaml:%d: %q changed to %s is not noticed: %v", name, line, text[m[0]:m[1]], changed, err)
				}
			}
		}
	}
	return tried
}

// neighbours returns the next smaller and larger number, without 0: that is no period at all.
func neighbours(number string) []string {
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		panic(err)
	}
	step := 1.0
	if strings.Contains(number, ".") {
		step = 0.01
	}
	list := []string{strconv.FormatFloat(v+step, 'f', -1, 64)}
	if v > step {
		list = append(list, strconv.FormatFloat(v-step, 'f', -1, 64))
	}
	return list
}

func TestTurnsAgreesWithAge(t *testing.T) {
	for birth := day("2007-12-25"); birth.Before(day("2008-03-05")); birth = birth.AddDays(1) {
		for _, years := range []int{17, 18, 20} {
			first := turns(birth, years)
			if birth.AgeOn(first) != years || birth.AgeOn(first.AddDays(-1)) != years-1 {
				t.Errorf("born %s, %d on %s", birth, years, first)
			}
		}
	}
}

func TestExpressionsAreCheckedAgainstTheirPhase(t *testing.T) {
	for _, c := range []struct {
		phase  Phase
		source string
		ok     bool
	}{
		{AtGate, "age > (repeatWithoutReaction ? 60 : 55)", true}, {AtGate, `sex in ["male", "female"]`, true},
		{AtGate, `yes("dental")`, false}, {AtGate, `age > "x"`, false}, {AtGate, "turns(18)", false},
		{FromHistory, `times("whole_blood") * 2 + 1 >= -3`, true}, {FromHistory, "age > 18", false},
		{InQuestionnaire, `has("dental", "care") and not skipped("dental-date")`, true}, {InQuestionnaire, `has("dental")`, false},
		{InQuestionnaire, `yes("a" + "b")`, false}, {InQuestionnaire, `date("x") == today`, true}, {InQuestionnaire, `yes("x") ? true : 1`, false},
		{InInterview, "enduranceAthlete or not irregularPulse", true}, {InInterview, "let x = true; x", false},
		{InInterview, `sex contains "m"`, false}, {InInterview, "true | false", false}, {InInterview, "nil == nil", false}, {InInterview, `{"a": 1} == {}`, false},
		{InInterview, strings.Repeat("(", 3000) + "true" + strings.Repeat(")", 3000), false},
	} {
		e, err := packfile.Compile(c.source, factsOf[c.phase], packfile.Bool, packfile.Literal{Facts: answerReaders, Note: (&Rule{}).reads})
		if (err == nil) != c.ok {
			t.Errorf("%s %.60q: %v, want ok=%v", c.phase, c.source, err, c.ok)
		}
		if err == nil {
			e.Bool(factsFor(c.phase)) // does not fail, whatever it gives
		}
	}
}

func factsFor(phase Phase) any {
	switch phase {
	case FromHistory:
		return factsOfHistory(nil)
	case AtGate:
		return factsOfPerson(Person{}, today)
	case InQuestionnaire:
		return factsOfAnswers(Person{}, nil, today, nil)
	}
	return Measurements{}.facts("")
}

func TestAVerdictIsTheSameEveryTime(t *testing.T) {
	history := History{{On: day("2026-09-01"), Product: whole}, {On: day("2026-11-20"), Product: platelets}}
	deferrals := []Deferral{{RuleID: "malaria", From: today, Until: day("2029-11-23")}, {RuleID: "cold", From: today, Until: day("2026-11-30")}}
	first := fmt.Sprint(Gate(BuiltIn(), adult, Holds(BuiltIn(), history, deferrals, today), today))
	for range 20 {
		history[0], history[1] = history[1], history[0]
		deferrals[0], deferrals[1] = deferrals[1], deferrals[0]
		if again := fmt.Sprint(Gate(BuiltIn(), adult, Holds(BuiltIn(), history, deferrals, today), today)); again != first {
			t.Fatalf("another answer:\n%s\n%s", first, again)
		}
	}
}
