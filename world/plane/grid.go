package plane

import "iter"

// CellTiles is the side of an interest cell in tiles.
const CellTiles = 3

// How far one sees. In a crowd it is a ring: every cell that has a point
// within NearTiles of some point of one's own. Else it is a window, in cells to
// either side.
const (
	NearTiles   = 12
	WideColumns = 8
	WideRows    = 6
)

const cellUnits = CellTiles * Tile

// Grid divides a map into square interest cells, numbered row by row from the
// north-west. It is a value and never changes.
type Grid struct{ columns, rows int32 }

// NewGrid covers a map of so many tiles. Maps reach at most 65535 cells.
func NewGrid(width, height int) Grid {
	return Grid{
		columns: int32(max(1, (width+CellTiles-1)/CellTiles)),
		rows:    int32(max(1, (height+CellTiles-1)/CellTiles)),
	}
}

// Cells is how many cells there are.
func (g Grid) Cells() int { return int(g.columns) * int(g.rows) }

// Columns is how many cells lie side by side.
func (g Grid) Columns() int { return int(g.columns) }

// Cell is the cell that holds p; a point outside the map counts to the nearest.
func (g Grid) Cell(p Point) uint16 {
	column := min(max(p.X/cellUnits, 0), g.columns-1)
	row := min(max(p.Y/cellUnits, 0), g.rows-1)
	return uint16(row*g.columns + column)
}

// Sight yields the cells that can be seen from a cell, in ascending order.
func (g Grid) Sight(cell uint16, crowd bool) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for first, last := range g.Rows(cell, crowd) {
			for c := first; c <= last; c++ {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// Rows yields the cells of Sight as runs of neighbours: the first and the last
// cell of each row.
func (g Grid) Rows(cell uint16, crowd bool) iter.Seq2[uint16, uint16] {
	return func(yield func(first, last uint16) bool) {
		column, row := int32(cell)%g.columns, int32(cell)/g.columns
		rows := int32(WideRows)
		if crowd {
			rows = nearCells
		}
		for r := max(0, row-rows); r <= min(g.rows-1, row+rows); r++ {
			half := int32(WideColumns)
			if crowd {
				for half = nearCells; half >= 0 && !near(half, r-row); half-- {
				}
				if half < 0 {
					continue
				}
			}
			first, last := max(0, column-half), min(g.columns-1, column+half)
			if !yield(uint16(r*g.columns+first), uint16(r*g.columns+last)) {
				return
			}
		}
	}
}

// Sees reports whether cell b is in sight from cell a, and so a from b.
func (g Grid) Sees(a, b uint16, crowd bool) bool { return g.Spot(a).Sees(g.Spot(b), crowd) }

// Spot is where a cell lies in the grid.
type Spot struct{ Column, Row int32 }

// Spot is where a cell lies; whoever compares a cell with many asks once.
func (g Grid) Spot(cell uint16) Spot { return Spot{int32(cell) % g.columns, int32(cell) / g.columns} }

// Sees is Grid.Sees.
func (a Spot) Sees(b Spot, crowd bool) bool {
	dc, dr := a.Column-b.Column, a.Row-b.Row
	if crowd {
		return near(dc, dr)
	}
	return dc >= -WideColumns && dc <= WideColumns && dr >= -WideRows && dr <= WideRows
}

// near reports whether two cells, so many columns and rows apart, have points
// within NearTiles of each other.
func near(dc, dr int32) bool {
	dc, dr = max(dc, -dc), max(dr, -dr)
	return dc <= nearCells && dr <= nearCells && ring[dc][dr]
}

// nearCells is how many cells away a cell may be that is still near.
const nearCells = (NearTiles + CellTiles - 1) / CellTiles

// ring holds what near tells, by columns and rows apart.
var ring = func() (t [nearCells + 1][nearCells + 1]bool) {
	for c := range t {
		for r := range t[c] {
			x, y := max(c-1, 0)*CellTiles, max(r-1, 0)*CellTiles
			t[c][r] = x*x+y*y < NearTiles*NearTiles
		}
	}
	return t
}()
