package plane

import "iter"

// CellTiles is the side of an interest cell in tiles.
const CellTiles = 8

// How far one sees from a cell, in cells to either side.
const (
	SightColumns = 3
	SightRows    = 2
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

// Sight yields the cells that can be seen from p, in ascending order.
func (g Grid) Sight(p Point) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		cell := int32(g.Cell(p))
		column, row := cell%g.columns, cell/g.columns
		for r := max(0, row-SightRows); r <= min(g.rows-1, row+SightRows); r++ {
			for c := max(0, column-SightColumns); c <= min(g.columns-1, column+SightColumns); c++ {
				if !yield(uint16(r*g.columns + c)) {
					return
				}
			}
		}
	}
}

// Sees reports whether cell b is in sight from cell a, and so a from b.
func (g Grid) Sees(a, b uint16) bool {
	dc := int32(a)%g.columns - int32(b)%g.columns
	dr := int32(a)/g.columns - int32(b)/g.columns
	return dc >= -SightColumns && dc <= SightColumns && dr >= -SightRows && dr <= SightRows
}
