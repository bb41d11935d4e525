package tiled

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"kakitsubata/world/atlas"
)

// Bits of a tile's number that say how it is turned; the rules don't care.
const turned = 0xF0000000

// maxCells is how many tiles a layer may hold in all; a piece of it too.
const maxCells = atlas.MaxTiles * atlas.MaxTiles

// cells are a piece's tile numbers without their turns, row by row. It reads no
// more than the piece's own size, whatever the packed text would become.
func (p piece) cells() ([]uint32, error) {
	n := p.width * p.height
	var out []uint32
	var err error
	switch p.encoding {
	case "":
		out = p.gids
	case "csv":
		out, err = fromCSV(p.text, n)
	case "base64":
		out, err = fromBase64(p.text, p.compression, n)
	default:
		err = fmt.Errorf("encoding %q is none of csv, base64 and XML", p.encoding)
	}
	if err == nil && len(out) != n {
		err = fmt.Errorf("%d tiles where %d × %d are %d", len(out), p.width, p.height, n)
	}
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i] &^= turned
	}
	return out, nil
}

func fromCSV(text string, n int) ([]uint32, error) {
	text = strings.Trim(strings.TrimSpace(text), ",")
	out := make([]uint32, 0, min(n, len(text)/2+1))
	if text == "" {
		return out, nil
	}
	for field := range strings.SplitSeq(text, ",") {
		if len(out) == n {
			return nil, fmt.Errorf("more than %d tiles", n)
		}
		v, err := strconv.ParseUint(strings.TrimSpace(field), 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%.20q is not a tile's number", strings.TrimSpace(field))
		}
		out = append(out, uint32(v))
	}
	return out, nil
}

func fromBase64(text, compression string, n int) ([]uint32, error) {
	packed := base64.NewDecoder(base64.StdEncoding, strings.NewReader(strings.TrimSpace(text)))
	var r io.Reader
	var err error
	switch compression {
	case "":
		r = packed
	case "gzip":
		r, err = gzip.NewReader(packed)
	case "zlib":
		r, err = zlib.NewReader(packed)
	case "zstd":
		var d *zstd.Decoder
		d, err = zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
		if err == nil {
			defer d.Close()
		}
		r = d
	default:
		return nil, fmt.Errorf("compression %q is none of gzip, zlib and zstd", compression)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", compression, err)
	}
	raw := make([]byte, 4*n+1)
	read, err := io.ReadFull(r, raw)
	switch {
	case err == nil:
		return nil, fmt.Errorf("more than %d tiles", n)
	case !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: %w", firstOf(compression, "base64"), err)
	case read%4 != 0:
		return nil, fmt.Errorf("%d bytes are not whole tiles", read)
	}
	out := make([]uint32, read/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return out, nil
}

// plot is the ground of a map: tile numbers, and where in the map's own tiles
// its corner lies (for infinite maps, whose ground may begin anywhere).
type plot struct {
	x, y, width, height int
	gids                []uint32
}

// plot puts a layer's pieces together. In an infinite map it is as large as what
// is not empty.
func (l layer) plot(width, height int, infinite bool) (plot, error) {
	if !infinite {
		if len(l.pieces) != 1 || !l.pieces[0].whole {
			return plot{}, errors.New("it holds chunks, though the map is not infinite")
		}
		p := l.pieces[0]
		p.width, p.height = width, height
		gids, err := p.cells()
		return plot{0, 0, width, height, gids}, err
	}
	total := 0
	for _, p := range l.pieces {
		if p.whole {
			return plot{}, errors.New("the map is infinite, and its tiles are not in chunks")
		}
		if p.width < 1 || p.height < 1 || p.width > atlas.MaxTiles || p.height > atlas.MaxTiles {
			return plot{}, fmt.Errorf("a chunk of %d × %d tiles", p.width, p.height)
		}
		if p.x < -farthest || p.y < -farthest || p.x > farthest || p.y > farthest {
			return plot{}, fmt.Errorf("a chunk at (%d,%d): too far out", p.x, p.y)
		}
		if total += p.width * p.height; total > 4*maxCells {
			return plot{}, fmt.Errorf("chunks of more than %d tiles", 4*maxCells)
		}
	}
	type patch struct {
		piece
		gids []uint32
	}
	var patches []patch
	x0, y0, x1, y1 := farthest, farthest, -farthest, -farthest
	for _, p := range l.pieces {
		gids, err := p.cells()
		if err != nil {
			return plot{}, fmt.Errorf("chunk at (%d,%d): %w", p.x, p.y, err)
		}
		for i, g := range gids {
			if g != 0 {
				x, y := p.x+i%p.width, p.y+i/p.width
				x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1)
			}
		}
		patches = append(patches, patch{p, gids})
	}
	o := plot{x: x0, y: y0, width: x1 - x0, height: y1 - y0}
	if o.width < atlas.MinTiles || o.height < atlas.MinTiles || o.width > atlas.MaxTiles || o.height > atlas.MaxTiles {
		return o, fmt.Errorf("what is drawn there is %d × %d tiles; each side has %d to %d", max(0, o.width), max(0, o.height), atlas.MinTiles, atlas.MaxTiles)
	}
	o.gids = make([]uint32, o.width*o.height)
	for _, p := range patches {
		for i, g := range p.gids {
			if g != 0 {
				o.gids[(p.y+i/p.width-y0)*o.width+p.x+i%p.width-x0] = g
			}
		}
	}
	return o, nil
}

const farthest = 1 << 20 // tiles from the middle of an infinite map
