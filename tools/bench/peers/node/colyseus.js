// A peer of the benchmark: Colyseus. One schema map of avatars {x, y, dir}; patchRate 50 ms; binary patches.
//   VIEW=1   interest management with StateView: each client sees avatars within AOI tiles
import { Server, Room } from '@colyseus/core';
import { schema, t, StateView } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';

const port = Number(process.env.PORT || 7403);
const VIEW = process.env.VIEW === '1';
const AOI = Number(process.env.AOI || 12) * 100;
const SAY = Number(process.env.SAY_RADIUS || 8) * 100;

const Player = schema({ x: t.uint16(), y: t.uint16(), dir: t.uint8() }, 'Player');
const State = schema({ players: VIEW ? t.map(Player).view() : t.map(Player) }, 'State');

class Plaza extends Room {
  onCreate() {
    this.autoDispose = true;
    this.maxClients = 100000;
    this.state = new State();
    this.patchRate = 50;
    this.onMessage('m', (client, m) => {
      const p = this.state.players.get(client.sessionId);
      if (!p) return;
      p.x = Math.max(0, Math.min(6399, m[0] | 0));
      p.y = Math.max(0, Math.min(6399, m[1] | 0));
      p.dir = m[2] & 7;
    });
    this.onMessage('s', (client, text) => {
      const p = this.state.players.get(client.sessionId);
      if (!p) return;
      const out = [client.sessionId, String(text).slice(0, 280)];
      for (const c of this.clients) { // proximity chat
        const q = this.state.players.get(c.sessionId);
        if (q && (q.x - p.x) ** 2 + (q.y - p.y) ** 2 <= SAY * SAY) c.send('s', out);
      }
    });
    if (VIEW) this.setSimulationInterval(() => this.interest(), 200); // AOI refreshed at 5 Hz
  }

  interest() {
    const cells = new Map();
    for (const [id, p] of this.state.players.entries()) {
      const k = ((p.x / AOI) | 0) * 64 + ((p.y / AOI) | 0);
      let c = cells.get(k);
      if (!c) cells.set(k, (c = []));
      c.push(p);
    }
    for (const c of this.clients) {
      const me = this.state.players.get(c.sessionId);
      if (!me || !c.view) continue;
      const now = new Set();
      const cx = (me.x / AOI) | 0, cy = (me.y / AOI) | 0;
      for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
        const cell = cells.get((cx + dx) * 64 + cy + dy);
        if (!cell) continue;
        for (const q of cell) if ((q.x - me.x) ** 2 + (q.y - me.y) ** 2 <= AOI * AOI) now.add(q);
      }
      for (const q of c.userData.seen) if (!now.has(q)) c.view.remove(q);
      for (const q of now) if (!c.userData.seen.has(q)) c.view.add(q);
      c.userData.seen = now;
    }
  }

  onJoin(client) {
    const p = new Player();
    p.x = 3200; p.y = 3200; p.dir = 0;
    this.state.players.set(client.sessionId, p);
    if (VIEW) {
      client.view = new StateView();
      client.userData = { seen: new Set([p]) };
      client.view.add(p);
    }
  }

  onLeave(client) {
    const p = this.state.players.get(client.sessionId);
    if (VIEW && p) for (const c of this.clients) if (c.userData?.seen.delete(p)) c.view.remove(p);
    this.state.players.delete(client.sessionId);
  }
}

const server = new Server({ transport: new WebSocketTransport(), greet: false });
server.define('plaza', Plaza);
await server.listen(port, '127.0.0.1');
console.log('READY');
