package fleet

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"lianxin/backend/outbox"
)

// count counts words.
type count struct {
	mu sync.Mutex
	of map[string]int
}

func (c *count) add(word string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.of[word]++
}

func (c *count) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, word := range slices.Sorted(maps.Keys(c.of)) {
		all = append(all, fmt.Sprintf("%s %d", word, c.of[word]))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// visitIn is the id of the visit an operation is about.
func visitIn(op outbox.Operation) string {
	var about struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(op.Payload, &about) // "" is found nowhere
	return about.ID
}
