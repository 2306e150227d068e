package api

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"github.com/danielgtaylor/huma/v2"
)

// unknownMember is huma's word for a member that the schema does not have.
const unknownMember = "unexpected property"

// index is the place in a list, which stands behind the list's name.
var index = regexp.MustCompile(`(\[[0-9]{1,6}\])+$`)

// known keeps of a place the names that are ours: the name of an unknown member
// was made up by the sender and may itself be somebody's number or name. What was
// left out is returned too; it must not be told.
func known(location string) (place, hidden string) {
	parts := strings.Split(location, ".")
	for i, part := range parts {
		if !names()[index.ReplaceAllString(part, "")] {
			return strings.Join(append(parts[:i:i], "?"), "."), strings.Join(parts[i:], ".")
		}
	}
	return location, ""
}

// hint tells a member that is hidden by what may be told: how long its name is, and
// the name of ours that it was probably meant to be. A slip of the finger is near one
// name; somebody's number or name is near none.
func hint(hidden string) string {
	length := utf8.RuneCountInString(hidden)
	said := fmt.Sprintf("%s, its name has %d characters", unknownMember, length)
	if length > mostMeant {
		return said
	}
	best, nearest := min(mostSlips, length/3)+1, ""
	for name := range names() {
		if utf8.RuneCountInString(name) < leastMeant {
			continue // everything short is near
		}
		far := levenshtein.ComputeDistance(strings.ToLower(hidden), name)
		if far < best || far == best && nearest != "" && name < nearest {
			best, nearest = far, name
		}
	}
	if nearest == "" {
		return said
	}
	return said + fmt.Sprintf("; did you mean %q?", nearest)
}

// How far a name may be from what was meant, and how long what can be meant is.
const (
	mostSlips  = 2
	leastMeant = 3
	mostMeant  = 40
)

// names are all names in the API's document, of members as of parameters.
var names = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{"body": true, "path": true, "query": true, "header": true}
	document := describe()
	for _, s := range document.Components.Schemas.Map() {
		for name := range s.Properties {
			all[name] = true
		}
	}
	for _, path := range document.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Put, path.Post, path.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				all[p.Name] = true
			}
		}
	}
	return all
})
