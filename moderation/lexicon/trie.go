package lexicon

import (
	"slices"
	"strings"
	"unicode"
)

// trie finds every literal of the lists in one pass (Aho and Corasick). Edges
// of a node are sorted and searched; a dense table would be larger than the
// lists are worth.
type trie struct {
	nodes []node        // and one more, for the end of the last one's edges
	edges []trieEdge    // node by node, each node's in order
	root  []*[256]int32 // by rune, in pages
}

// node is what a step reads, side by side.
type node struct {
	first int32 // of its edges
	fail  int32
	link  int32 // the next node up the fail chain that ends a literal, or 0
	end   int32 // the literal that ends here, or -1
}

const rootPages = (unicode.MaxRune + 1) >> 8

type trieEdge struct {
	r  rune
	to int32
}

func newTrie(literals []string) *trie {
	order := make([]int32, len(literals))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(literals[a], literals[b]) })
	// In this order, which is that of runes too, only the last edge of a node
	// can be the one to follow, and edges come sorted.
	type sprout struct {
		r                    rune // on the edge that leads here
		child, last, sibling int32
		end                  int32
	}
	grown := make([]sprout, 1, 2*len(literals)+1)
	grown[0].end = -1
	for _, li := range order {
		at := int32(0)
		for _, r := range literals[li] {
			last := grown[at].last
			if last != 0 && grown[last].r == r {
				at = last
				continue
			}
			to := int32(len(grown))
			grown = append(grown, sprout{r: r, end: -1})
			if last == 0 {
				grown[at].child = to
			} else {
				grown[last].sibling = to
			}
			grown[at].last = to
			at = to
		}
		grown[at].end = li
	}
	t := &trie{root: make([]*[256]int32, rootPages), nodes: make([]node, len(grown)+1), edges: make([]trieEdge, 0, len(grown)-1)}
	for i := range grown {
		t.nodes[i] = node{first: int32(len(t.edges)), end: grown[i].end}
		for c := grown[i].child; c != 0; c = grown[c].sibling {
			t.edges = append(t.edges, trieEdge{grown[c].r, c})
		}
	}
	t.nodes[len(grown)].first = int32(len(t.edges))
	for _, e := range t.edges[:t.nodes[1].first] {
		p := &t.root[e.r>>8]
		if *p == nil {
			*p = new([256]int32)
		}
		(*p)[e.r&255] = e.to
	}
	queue := make([]int32, 1, len(grown))
	for at := 0; at < len(queue); at++ {
		n := queue[at]
		for _, e := range t.edges[t.nodes[n].first:t.nodes[n+1].first] {
			queue = append(queue, e.to)
			if n == 0 {
				continue
			}
			f := t.step(t.nodes[n].fail, e.r)
			to := &t.nodes[e.to]
			to.fail, to.link = f, f
			if t.nodes[f].end < 0 {
				to.link = t.nodes[f].link
			}
		}
	}
	return t
}

func (t *trie) edge(n int32, r rune) int32 {
	if n == 0 {
		if r>>8 >= rootPages || t.root[r>>8] == nil {
			return 0
		}
		return t.root[r>>8][r&255]
	}
	es := t.edges[t.nodes[n].first:t.nodes[n+1].first]
	for len(es) > 4 {
		if m := len(es) / 2; es[m].r > r {
			es = es[:m]
		} else {
			es = es[m:]
		}
	}
	for i := range es {
		if es[i].r == r {
			return es[i].to
		}
	}
	return 0
}

func (t *trie) step(n int32, r rune) int32 {
	for {
		if to := t.edge(n, r); to != 0 {
			return to
		}
		if n == 0 {
			return 0
		}
		n = t.nodes[n].fail
	}
}
