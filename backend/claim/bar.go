package claim

import (
	"slices"

	"lianxin/backend/fault"
)

// Bar is why somebody who has a duty may not take the step that leads a claim on: they have
// had another part in it, and three people handle a claim.
type Bar struct {
	Duty Duty `json:"duty" enum:"capture,review,pay" doc:"In which they would act; a colleague who has it may"`
	Had  Duty `json:"had" enum:"capture,review,pay" doc:"The part they have had; review twice is a second approval by who gave the first"`
}

// onward are the steps that lead a claim on. That somebody cannot hold it up is no news to them.
var onward = []Step{Submit, Take, Approve, Reopen, Release, Confirm}

// BarredBy tells what keeps somebody with these duties from the step that leads the claim
// on; the zero Bar where nothing does, or where the step is none of theirs.
func (c Claim) BarredBy(by string, duties []Duty) Bar {
	for _, r := range rules {
		if r.Month || !slices.Contains(onward, r.Step) || !slices.Contains(duties, r.Duty) || !slices.Contains(r.From, c.Status) {
			continue
		}
		if fault.CodeOf(c.mayTake(r, Act{Step: r.Step, By: by, Duty: r.Duty})) == "claim.same_person" {
			return Bar{Duty: r.Duty, Had: c.dutyOf(by, r.Duty)}
		}
	}
	return Bar{}
}

// dutyOf is the duty somebody has had in the claim: another than this one, where they had one.
func (c Claim) dutyOf(by string, besides Duty) Duty {
	at := slices.IndexFunc(c.Hands, func(h Hand) bool { return h.By == by && h.Duty != besides })
	if at < 0 {
		return besides
	}
	return c.Hands[at].Duty
}
