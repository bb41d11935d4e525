package node

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/session"
)

// people are the visits of now: who is in the city, by avatar and by visitor.
type people struct {
	last atomic.Uint32 // the newest AvatarID
	log  *slog.Logger

	ctx context.Context // the visits' life
	wg  sync.WaitGroup

	mu       sync.RWMutex
	visitors map[id.VisitorID]*session.Session
	avatars  map[id.AvatarID]*session.Session // those too who left less than protocol.HeardFor ago
	over     bool
}

func newPeople(log *slog.Logger) *people {
	return &people{log: log, visitors: make(map[id.VisitorID]*session.Session), avatars: make(map[id.AvatarID]*session.Session)}
}

func (p *people) start(ctx context.Context) { p.ctx = ctx }

// stop waits until every visit is over; ctx of start must have ended.
func (p *people) stop() {
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	p.wg.Wait()
}

func (p *people) nextAvatar() id.AvatarID { return id.AvatarID(p.last.Add(1)) }

// visit finds a visitor's session or begins one, made by begin.
func (p *people) visit(v id.VisitorID, begin func(id.AvatarID) *session.Session) (*session.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.visitors[v]; s != nil {
		return s, nil
	}
	if p.over {
		return nil, session.ErrOver
	}
	s := begin(p.nextAvatar())
	p.visitors[v] = s
	p.avatars[s.Avatar()] = s
	p.wg.Go(func() {
		if err := s.Run(p.ctx); err != nil {
			p.log.Error("a visit broke off", "visitor", v.String(), "err", err)
		}
		p.mu.Lock()
		delete(p.visitors, v)
		p.mu.Unlock()
		// Its last words are still on their way, and whoever heard them may
		// report it.
		time.AfterFunc(protocol.HeardFor, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.avatars, s.Avatar())
		})
	})
	for _, other := range p.visitors { // whoever hides this visitor is told its new avatar
		if other != s && other.Hides(v) {
			other.Send(&protocol.Hidden{Avatar: s.Avatar(), Hidden: true})
		}
	}
	return s, nil
}

// byAvatar is whose avatar it is, or was until just now.
func (p *people) byAvatar(a id.AvatarID) *session.Session {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.avatars[a]
}

func (p *people) byVisitor(v id.VisitorID) *session.Session {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.visitors[v]
}

func (p *people) all() []*session.Session {
	p.mu.RLock()
	defer p.mu.RUnlock()
	out := make([]*session.Session, 0, len(p.visitors))
	for _, s := range p.visitors {
		out = append(out, s)
	}
	return out
}
