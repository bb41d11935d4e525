package lexicon

import "unicode"

// trie finds every literal of the lists in one pass (Aho and Corasick). A node
// lies where the hash of its parent and its letter says: a step reads one place
// of memory, and none where the node before knows of no such child.
type trie struct {
	nodes []node        // the root is nodes[0]; the last is free
	spots int           // where a search may begin
	root  []*[256]int32 // the root's children by rune, in pages
}

// node is one place. A free one has no letter.
type node struct {
	parent int32
	letter uint32 // the rune on the edge that leads here, above a bit for each sort of child
	fail   int32
	ends   int32 // one more than the longest literal that ends here, doubled, and 1 if it is the node's own; 0 is none
}

const (
	rootPages = (unicode.MaxRune + 1) >> 8
	sorts     = 11 // of children: what a rune leaves free of 32 bits
)

// sortOf is the bit of the children with this letter.
func sortOf(r rune) uint32 { return 1 << (uint32(uint8(r*37)) * sorts >> 8) }

// spot is where the search for a node begins among n.
func spot(parent int32, r rune, n int) int {
	h := (uint64(uint32(parent))<<21 | uint64(uint32(r))) * 0x9e3779b97f4a7c15
	return int(h >> 32 * uint64(n) >> 32)
}

// spare is how many nodes there are, at first, beyond those where a search begins.
const spare = 64

// edge is the child of n by r, or 0.
func (t *trie) edge(n int32, r rune) int32 {
	if n == 0 {
		if p := uint32(r) >> 8; p < rootPages && t.root[p] != nil {
			return t.root[p][uint8(r)]
		}
		return 0
	}
	if t.nodes[n].letter&sortOf(r) == 0 {
		return 0
	}
	for at := spot(n, r, t.spots); ; at++ {
		c := &t.nodes[at]
		if c.letter>>sorts == uint32(r) && c.parent == n {
			return int32(at)
		}
		if c.letter == 0 {
			return 0
		}
	}
}

// step is where a text stands after r.
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

// own is the literal of node n, or -1.
func (t *trie) own(n int32) int32 {
	if e := t.nodes[n].ends; e&1 != 0 {
		return e>>1 - 1
	}
	return -1
}

// sprouts are a trie that still grows: nodes by number, the root first, parents
// before their children.
type sprouts struct {
	nodes []sprout
	table []int32 // nodes by hash; 0 is free
	count int32   // of literals
}

type sprout struct {
	parent int32
	r      rune
	end    int32 // the literal that ends here, or -1
	depth  int32
}

// newSprouts has room for so many nodes, and grows.
func newSprouts(nodes int) *sprouts {
	return &sprouts{nodes: append(make([]sprout, 0, nodes+1), sprout{end: -1}), table: make([]int32, 2*nodes+16)}
}

// literal is the number of rs, which has letters; a new one gets the next.
func (s *sprouts) literal(rs []rune) (n int32, isNew bool) {
	at := int32(0)
	for _, r := range rs {
		at = s.child(at, r)
	}
	end := &s.nodes[at].end
	if *end < 0 {
		*end, isNew = s.count, true
		s.count++
	}
	return *end, isNew
}

// child is the child of a node, which is made if there is none.
func (s *sprouts) child(parent int32, r rune) int32 {
	at := spot(parent, r, len(s.table))
	for s.table[at] != 0 {
		if n := &s.nodes[s.table[at]]; n.r == r && n.parent == parent {
			return s.table[at]
		}
		at = s.after(at)
	}
	to := int32(len(s.nodes))
	s.nodes = append(s.nodes, sprout{parent, r, -1, s.nodes[parent].depth + 1})
	s.table[at] = to
	if 2*len(s.nodes) > len(s.table) {
		s.rehash()
	}
	return to
}

func (s *sprouts) after(at int) int {
	if at++; at < len(s.table) {
		return at
	}
	return 0
}

func (s *sprouts) rehash() {
	s.table = make([]int32, 2*len(s.table))
	for i := 1; i < len(s.nodes); i++ {
		at := spot(s.nodes[i].parent, s.nodes[i].r, len(s.table))
		for s.table[at] != 0 {
			at = s.after(at)
		}
		s.table[at] = int32(i)
	}
}

// grown is the trie, and of each literal one more than the next shorter one
// that ends with it; 0 is none.
func (s *sprouts) grown() (t *trie, shorter []int32) {
	n := len(s.nodes)
	t = &trie{root: make([]*[256]int32, rootPages), spots: n*8/5 + 1}
	t.nodes = make([]node, t.spots+spare)
	t.nodes[0].letter = 1 << 31 // of no rune
	places := make([]int32, n)
	deep := []int32{0} // how many nodes are less deep
	for i := 1; i < n; i++ {
		x := &s.nodes[i]
		places[i] = t.place(places[x.parent], x)
		for int(x.depth) >= len(deep) {
			deep = append(deep, 0)
		}
		deep[x.depth]++
	}
	before := int32(0)
	for d, k := range deep {
		deep[d], before = before, before+k
	}
	order := make([]int32, n-1)
	for i := 1; i < n; i++ {
		d := &deep[s.nodes[i].depth]
		order[*d] = int32(i)
		*d++
	}
	shorter = make([]int32, s.count)
	for _, i := range order {
		x, c := &s.nodes[i], &t.nodes[places[i]]
		if x.parent != 0 {
			c.fail = t.step(t.nodes[c.parent].fail, x.r)
		}
		c.ends = t.nodes[c.fail].ends &^ 1
		if x.end >= 0 {
			shorter[x.end], c.ends = c.ends>>1, (x.end+1)<<1|1
		}
	}
	return t, shorter
}

// place gives x, a child of the cell parent, a free cell.
func (t *trie) place(parent int32, x *sprout) int32 {
	at := spot(parent, x.r, t.spots)
	for t.nodes[at].letter != 0 {
		at++
	}
	t.nodes[at] = node{parent: parent, letter: uint32(x.r) << sorts}
	if at == len(t.nodes)-1 {
		t.nodes = append(t.nodes, node{})
	}
	if parent != 0 {
		t.nodes[parent].letter |= sortOf(x.r)
		return int32(at)
	}
	p := &t.root[x.r>>8]
	if *p == nil {
		*p = new([256]int32)
	}
	(*p)[x.r&255] = int32(at)
	return int32(at)
}
