// Package sheet turns pictures into files: it packs sprites onto one page,
// brings a picture down to a palette, and writes and compares PNGs.
//
// It knows nothing of what the pictures show. All of it is deterministic; PNGs
// are compared by their pixels, because the compressor of another Go release
// may write other bytes for the same picture.
package sheet
