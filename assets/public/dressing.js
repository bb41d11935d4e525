// The dressing room: every layer of a look, each choice shown as it would be,
// on oneself. The entrance has one, and the game opens one in a sheet.
import { post, Sorry } from "./api.js";
import * as looks from "./looks.js";
import { has, plain, put, write } from "./words.js";

const layers = [
  ["look.skin", 0, "head"],
  ["look.hair-colour", 1, "head"],
  ["look.hair", 2, "head"],
  ["look.dress", 3, "body"],
  ["look.dress-colour", 4, "body"],
  ["look.hat", 5, "head"],
  ["look.thing", 6, "thing"],
];
let rooms = 0;

const make = (tag, className) => {
  const e = document.createElement(tag);
  if (className) e.className = className;
  return e;
};

const cell = () => {
  const c = make("canvas");
  c.width = 32;
  c.height = 42;
  return c;
};

// parts fills a box with the choices of all layers. changed is told of each new
// look; the returned function shows another one.
export function parts(box, look, changed) {
  const room = ++rooms;
  const rows = layers.map(([name, f, part]) => {
    const set = make("fieldset");
    const legend = make("legend");
    legend.dataset.t = name;
    if (has(name)) put(legend, name);
    const pick = make("div", "pick " + part);
    const cells = [];
    for (let v = 0; v < looks.choices[f]; v++) {
      // Radio buttons of the browser's own: arrows, Tab and voices know them.
      const label = make("label", "part");
      const input = make("input", "hid");
      input.type = "radio";
      input.name = `look-${room}-${f}`;
      input.addEventListener("change", () => {
        const p = looks.unpack(look);
        p[f] = v;
        draw(looks.pack(p));
        changed(look);
      });
      const c = cell();
      label.append(input, c);
      pick.append(label);
      cells.push([input, c, label]);
    }
    set.append(legend, pick);
    return [f, name, set, cells];
  });
  box.replaceChildren(...rows.map((r) => r[2]));

  function draw(next) {
    look = next;
    const p = looks.unpack(look);
    for (const [f, name, , cells] of rows) {
      cells.forEach(([input, c, label], v) => {
        const q = p.slice();
        q[f] = v;
        looks.paint(c, looks.pack(q));
        input.checked = p[f] === v;
        label.classList.toggle("on", p[f] === v);
        input.setAttribute("aria-label", plain("look.choice", { part: plain(name), n: v + 1 }));
      });
    }
  }
  draw(look);
  document.addEventListener("kakitsubata:words", () => box.isConnected && draw(look));
  looks.ready().then(() => draw(look));
  return draw;
}

// mirror shows a look in a canvas, and lets it be seen from all sides.
export function mirror(canvas, turn) {
  const sides = ["down", "left", "up", "right"];
  let side = 0;
  let look = 0;
  const draw = (next) => {
    if (next !== undefined) look = next;
    canvas.classList.toggle("flipped", sides[side] === "right");
    looks.paint(canvas, look, looks.side(sides[side] === "right" ? "left" : sides[side]));
  };
  if (turn) {
    turn.addEventListener("click", () => {
      side = (side + 1) % sides.length;
      draw();
    });
  }
  looks.ready().then(() => draw());
  return draw;
}

// The game asks for a dressing room in its sheet: an event with the box, and
// the look that one has. When it is kept, the server begins the visit anew and
// the page is back by itself.
document.addEventListener("kakitsubata:dress", (e) => {
  const { box, look: now, done } = e.detail;
  let look = now;
  const room = make("div", "dress");
  const stage = make("div", "stage");
  const canvas = cell();
  canvas.className = "portrait";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", plain("look.own"));
  const button = (key, className) => {
    const b = make("button", className);
    b.type = "button";
    put(b, key);
    return b;
  };
  const turn = button("look.turn", "");
  const dice = button("look.dice", "");
  const turns = make("div", "turns");
  turns.append(turn, dice);
  stage.append(canvas, turns);
  const choices = make("div", "parts");
  room.append(stage, choices);
  const say = make("p", "say");
  say.setAttribute("role", "alert");
  const go = button("look.keep", "big go");
  const show = mirror(canvas, turn);
  const draw = parts(choices, look, (l) => show((look = l)));
  show(look);
  dice.addEventListener("click", () => {
    look = looks.random();
    draw(look);
    show(look);
  });
  go.addEventListener("click", async () => {
    go.disabled = true;
    write(say, "");
    try {
      await post("/api/look", { look });
      done();
    } catch (err) {
      if (!(err instanceof Sorry)) throw err;
      write(say, err.text);
      go.disabled = false;
    }
  });
  box.append(room, say, go);
});
