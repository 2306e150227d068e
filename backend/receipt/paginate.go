package receipt

// paginate fills pages of a height from top to bottom, the footer at the foot
// of each. A heading moves to the next page with what it names; a gap or a line
// between groups is left out where a page begins.
func paginate(blocks []block, footer func(page, pages int) block, height float64) []block {
	const above = 3 // millimetres kept free above the footer
	foot := footer(1, 1).height
	room := height - foot - above
	var pages [][]block
	var current []block
	used := 0.0
	finish := func() {
		pages = append(pages, append(current, block{height: height - foot - used}))
		current, used = nil, 0
	}
	for len(blocks) > 0 {
		n := 1
		for n < len(blocks) && blocks[n-1].stays {
			n++
		}
		group := blocks[:n]
		blocks = blocks[n:]
		if used > 0 && used+heightOf(group) > room {
			finish()
			group = withoutSeparators(group)
		}
		current, used = append(current, group...), used+heightOf(group)
	}
	finish()
	whole := make([]block, len(pages))
	for i, p := range pages {
		whole[i] = stacked(append(p, footer(i+1, len(pages))))
	}
	return whole
}

func withoutSeparators(group []block) []block {
	for len(group) > 0 && group[0].separates {
		group = group[1:]
	}
	return group
}

func heightOf(blocks []block) float64 {
	h := 0.0
	for _, b := range blocks {
		h += b.height
	}
	return h
}
