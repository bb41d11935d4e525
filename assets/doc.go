// Package assets holds what browsers may fetch: Public, the page and its
// pictures. Nothing else of this folder is served. It owns no rules; word
// lists and city packs are packages of their own beside it, which the server
// reads and the browser never sees.
package assets
