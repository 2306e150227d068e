package questionnaire

import (
	"fmt"
	"strings"

	"lianxin/backend/lang"
)

// Shown is the answer of a question in words; empty when there is none.
func (v ItemView) Shown() lang.Text {
	var zh, en []string
	for _, a := range v.Answer {
		text := v.shown(a)
		zh, en = append(zh, text.ZH), append(en, text.EN)
	}
	return lang.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

func (v ItemView) shown(answer any) lang.Text {
	if yes, ok := answer.(bool); ok {
		if yes {
			return lang.Text{ZH: "是", EN: "Yes"}
		}
		return lang.Text{ZH: "否", EN: "No"}
	}
	plain := fmt.Sprint(answer)
	for _, o := range v.Options {
		if o.Code == plain {
			return o.Text
		}
	}
	return lang.Text{ZH: strings.TrimSpace(plain + " " + v.Unit.ZH), EN: strings.TrimSpace(plain + " " + v.Unit.EN)}
}
