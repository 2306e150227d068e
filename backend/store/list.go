package store

import "strings"

// joined writes codes into one column; they hold no comma.
func joined[T ~string](codes []T) string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = string(c)
	}
	return strings.Join(texts, ",")
}

// split reads what joined wrote; nothing is nil.
func split[T ~string](text string) []T {
	var codes []T
	for code := range strings.SplitSeq(text, ",") {
		if code != "" {
			codes = append(codes, T(code))
		}
	}
	return codes
}
