package claim

import (
	"slices"
	"testing"

	"lianxin/backend/relief"
)

func TestAskedFollowsRelationAndAgent(t *testing.T) {
	needs := []Need{{Kind: Certificate}, {Kind: ProofOfRelation, Relations: []relief.Relation{relief.Parent, relief.Child}}, {Kind: AgentIdentity, Agent: true}, {Kind: Certificate}}
	for _, c := range []struct {
		content Content
		want    []DocumentKind
	}{
		{Content{}, []DocumentKind{Certificate}},
		{Content{Relation: relief.Self}, []DocumentKind{Certificate}},
		{Content{Relation: relief.Child}, []DocumentKind{Certificate, ProofOfRelation}},
		{Content{Relation: relief.Self, Agent: &Party{}}, []DocumentKind{Certificate, AgentIdentity}},
	} {
		if got := c.content.Asked(needs); !slices.Equal(got, c.want) {
			t.Errorf("%s, agent %t: %v", c.content.Relation, c.content.Agent != nil, got)
		}
	}
}
