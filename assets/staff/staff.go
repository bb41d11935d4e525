// Package staff holds the pages, the style and the script of the staff console
// as data. It decides nothing and imports nothing of ours; children's browsers
// are never sent any of it.
package staff

import "embed"

// Files holds pages/*.html (html/template) and static/* (sent as they are).
//
//go:embed pages/*.html static/*
var Files embed.FS
