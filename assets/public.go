package assets

import "embed"

// Public is the tree under "public": the page, its styles and scripts, and the
// pictures that tools/art paints. The built client is not in it.
//
//go:embed public
var Public embed.FS
