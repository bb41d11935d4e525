// A peer of the benchmark: `ws` and JSON, the whole room to everybody 20 times a second.
// Written the way a tutorial would write it: no differences, no interest.
import { WebSocketServer } from 'ws';

const port = Number(process.env.PORT || 7401);
const rooms = new Map();
let nextId = 1;
let tick = 0;

function room(name) {
  let r = rooms.get(name);
  if (!r) rooms.set(name, (r = new Map())); // ws -> player
  return r;
}

const wss = new WebSocketServer({ host: '127.0.0.1', port, perMessageDeflate: false });
wss.on('connection', (ws, req) => {
  const r = room(new URL(req.url, 'http://x').searchParams.get('room') || '0');
  const me = { i: nextId++, x: 3200, y: 3200, d: 0 };
  r.set(ws, me);
  ws.send(JSON.stringify({ t: 'hi', i: me.i }));
  ws.on('message', (data) => {
    let m;
    try { m = JSON.parse(data); } catch { return; }
    if (m.t === 'm') {
      me.x = Math.max(0, Math.min(6399, m.x | 0));
      me.y = Math.max(0, Math.min(6399, m.y | 0));
      me.d = m.d & 7;
    } else if (m.t === 's') {
      const out = JSON.stringify({ t: 'say', i: me.i, m: String(m.m).slice(0, 280) });
      for (const peer of r.keys()) peer.send(out);
    }
  });
  ws.on('close', () => r.delete(ws));
  ws.on('error', () => {});
});

setInterval(() => {
  tick++;
  for (const r of rooms.values()) {
    if (r.size === 0) continue;
    const out = JSON.stringify({ t: 'snap', k: tick, p: [...r.values()] });
    for (const ws of r.keys()) ws.send(out);
  }
}, 50);
wss.on('listening', () => console.log('READY'));
