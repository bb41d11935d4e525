package lexicon

import (
	"slices"
	"unicode"
)

// trie finds every literal of the lists in one pass (Aho and Corasick). Edges
// of a node are sorted and searched; a dense table would be larger than the
// lists are worth.
type trie struct {
	first []int32 // of a node's edges; one more than there are nodes
	sym   []rune
	next  []int32
	fail  []int32
	link  []int32       // the next node up the fail chain that ends a literal, or 0
	end   []int32       // the literal that ends here, or -1
	root  []*[256]int32 // by rune, in pages
}

const rootPages = (unicode.MaxRune + 1) >> 8

type trieEdge struct {
	r  rune
	to int32
}

func newTrie(literals [][]rune) *trie {
	order := make([]int32, len(literals))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return slices.Compare(literals[a], literals[b]) })
	// In this order only the last edge of a node can be the one to follow,
	// and edges come sorted.
	edges := [][]trieEdge{nil}
	t := &trie{end: []int32{-1}, root: make([]*[256]int32, rootPages)}
	for _, li := range order {
		at := int32(0)
		for _, r := range literals[li] {
			if es := edges[at]; len(es) > 0 && es[len(es)-1].r == r {
				at = es[len(es)-1].to
				continue
			}
			to := int32(len(edges))
			edges[at] = append(edges[at], trieEdge{r, to})
			edges, t.end = append(edges, nil), append(t.end, -1)
			at = to
		}
		t.end[at] = li
	}
	t.fail, t.link = make([]int32, len(edges)), make([]int32, len(edges))
	for _, e := range edges[0] {
		p := &t.root[e.r>>8]
		if *p == nil {
			*p = new([256]int32)
		}
		(*p)[e.r&255] = e.to
	}
	for _, es := range edges {
		t.first = append(t.first, int32(len(t.sym)))
		for _, e := range es {
			t.sym, t.next = append(t.sym, e.r), append(t.next, e.to)
		}
	}
	t.first = append(t.first, int32(len(t.sym)))
	queue := []int32{0}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for e := t.first[n]; e < t.first[n+1]; e++ {
			to, r := t.next[e], t.sym[e]
			queue = append(queue, to)
			if n == 0 {
				continue
			}
			f := t.step(t.fail[n], r)
			t.fail[to] = f
			t.link[to] = f
			if t.end[f] < 0 {
				t.link[to] = t.link[f]
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
	lo, hi := t.first[n], t.first[n+1]
	for lo < hi {
		m := (lo + hi) / 2
		switch s := t.sym[m]; {
		case s == r:
			return t.next[m]
		case s < r:
			lo = m + 1
		default:
			hi = m
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
		n = t.fail[n]
	}
}
