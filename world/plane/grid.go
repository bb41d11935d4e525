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
		column, row := int32(cell)%g.columns, int32(cell)/g.columns
		for r := max(0, row-WideRows); r <= min(g.rows-1, row+WideRows); r++ {
			for c := max(0, column-WideColumns); c <= min(g.columns-1, column+WideColumns); c++ {
				if crowd && !near(c-column, r-row) {
					continue
				}
				if !yield(uint16(r*g.columns + c)) {
					return
				}
			}
		}
	}
}

// Sees reports whether cell b is in sight from cell a, and so a from b.
func (g Grid) Sees(a, b uint16, crowd bool) bool {
	dc := int32(a)%g.columns - int32(b)%g.columns
	dr := int32(a)/g.columns - int32(b)/g.columns
	if crowd {
		return near(dc, dr)
	}
	return dc >= -WideColumns && dc <= WideColumns && dr >= -WideRows && dr <= WideRows
}

// near reports whether two cells, so many columns and rows apart, have points
// within NearTiles of each other.
func near(dc, dr int32) bool {
	x, y := max(dc, -dc)-1, max(dr, -dr)-1
	x, y = max(x, 0)*CellTiles, max(y, 0)*CellTiles
	return x*x+y*y < NearTiles*NearTiles
}
