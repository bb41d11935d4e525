package lexicon

import (
	"cmp"
	"slices"
)

// trie finds every literal of the lists in one pass (Aho and Corasick). Edges
// of a node are sorted and searched; a dense table would be larger than the
// lists are worth.
type trie struct {
	first []int32 // of a node's edges; one more than there are nodes
	sym   []rune
	next  []int32
	fail  []int32
	link  []int32 // the next node up the fail chain that ends a literal, or 0
	end   []int32 // the literal that ends here, or -1
	root  map[rune]int32
}

type trieNode struct {
	edges map[rune]int32
	end   int32
}

func newTrie(literals [][]rune) *trie {
	nodes := []trieNode{{edges: map[rune]int32{}, end: -1}}
	for li, lit := range literals {
		at := int32(0)
		for _, r := range lit {
			to, ok := nodes[at].edges[r]
			if !ok {
				to = int32(len(nodes))
				nodes = append(nodes, trieNode{edges: map[rune]int32{}, end: -1})
				nodes[at].edges[r] = to
			}
			at = to
		}
		nodes[at].end = int32(li)
	}
	t := &trie{fail: make([]int32, len(nodes)), link: make([]int32, len(nodes)), end: make([]int32, len(nodes)), root: nodes[0].edges}
	for i, n := range nodes {
		t.end[i] = n.end
		t.first = append(t.first, int32(len(t.sym)))
		type edge struct {
			r  rune
			to int32
		}
		var es []edge
		for r, to := range n.edges {
			es = append(es, edge{r, to})
		}
		slices.SortFunc(es, func(a, b edge) int { return cmp.Compare(a.r, b.r) })
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
		return t.root[r] // 0 if there is none
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
