package main

import (
	"context"
	"net/url"
	"sync"

	"kakitsubata/client/link"
	"kakitsubata/world/atlas"
)

// maxAtlas is how many bytes a map may have.
const maxAtlas = 8 << 20

// atlases fetches each map once for all bots.
type atlases struct {
	base  *url.URL
	mu    sync.Mutex
	known map[string]*mapping
}

type mapping struct {
	once  sync.Once
	atlas *atlas.Atlas
	err   error
}

func (m *atlases) get(ctx context.Context, name string) (*atlas.Atlas, error) {
	m.mu.Lock()
	k := m.known[name]
	if k == nil {
		k = &mapping{}
		m.known[name] = k
	}
	m.mu.Unlock()
	k.once.Do(func() {
		var b []byte
		if b, k.err = link.Fetch(ctx, m.base.JoinPath("atlas", name).String(), maxAtlas); k.err == nil {
			k.atlas, k.err = atlas.Decode(b)
		}
	})
	return k.atlas, k.err
}
