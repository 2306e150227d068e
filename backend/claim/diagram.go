package claim

import (
	"fmt"
	"strings"

	"lianxin/backend/lang"
)

// Diagram draws the table of steps as a Mermaid state diagram; docs/claims.md holds it.
func Diagram(tag lang.Tag) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range Statuses() {
		fmt.Fprintf(&b, "    %s: %s\n", s, s.Name().In(tag))
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", Draft)
	for _, r := range rules {
		for _, from := range r.From {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from, r.To, r.label(tag))
		}
	}
	for _, s := range Statuses() {
		if (Claim{Status: s}).IsOver() {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	return b.String()
}

var dutyWords = map[Duty]lang.Text{Capture: {ZH: "经办", EN: "clerk"}, Review: {ZH: "审核", EN: "reviewer"}, Pay: {ZH: "财务", EN: "finance"}}

var amountWords = map[Amount]lang.Text{UpTo: {ZH: "限额以内", EN: "up to the limit"}, Above: {ZH: "超过限额", EN: "above it"}}

var monthWords = lang.Text{ZH: "锁定月份时", EN: "with its month"}

func (r Rule) label(tag lang.Tag) string {
	words := dutyWords[r.Duty].In(tag)
	if r.Month {
		words = monthWords.In(tag)
	}
	if r.Amount != AnyAmount {
		words += ", " + amountWords[r.Amount].In(tag)
	}
	return fmt.Sprintf("%s (%s)", r.Step.Name().In(tag), words)
}
