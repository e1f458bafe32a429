// The signature pad. Strokes are kept on a grid of 10 000 × 10 000, so that a resize or a turned tablet redraws them.
// Nothing is sent before the person taps "Sign", and nothing is forgotten before the server has answered.

const GRID = 10000;
const ASPECT = 300; // width over height, times 100; pad.css holds the same 3 / 1
const MOST_POINTS = 5000;
const MOST_STROKES = 200;
const NEAR = 12; // grid steps: less is the same place
const PATIENCE = 30000; // ms

const pads = new WeakMap();

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const clamp = (value, most) => Math.min(most, Math.max(0, Math.round(value)));

class Ink {
  // What was drawn: strokes of [x, y, milliseconds, pressure], all integers.
  constructor() {
    this.strokes = [];
    this.start = null;
  }
  get points() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }
  get empty() {
    return !this.strokes.some((stroke) => stroke.length > 1);
  }
  begin() {
    if (this.strokes.length < MOST_STROKES) this.strokes.push([]);
  }
  add(box, event) {
    if (this.points >= MOST_POINTS) return;
    const stroke = this.strokes[this.strokes.length - 1];
    const last = stroke[stroke.length - 1];
    this.start ??= event.timeStamp;
    const x = clamp(((event.clientX - box.left) / box.width) * GRID, GRID);
    const y = clamp(((event.clientY - box.top) / box.height) * GRID, GRID);
    if (last && Math.hypot(x - last[0], y - last[1]) < NEAR) return;
    const at = Math.max(clamp(event.timeStamp - this.start, 3600000), last ? last[2] : 0);
    stroke.push([x, y, at, clamp(event.pressure * 1000, 1000)]);
  }
  undo() {
    this.strokes.pop();
    if (!this.strokes.length) this.start = null;
  }
  clear() {
    this.strokes = [];
    this.start = null;
  }
}

class Pad {
  constructor(root) {
    this.root = root;
    this.ink = new Ink();
    this.way = "drawn";
    this.pointer = null; // the one pointer that draws; a palm beside it is not heard
    this.sawPen = false;
    this.busy = false;
    this.done = false;
    this.build();
    this.listen();
  }

  build() {
    this.intent = make("p", { class: "intent" });
    this.canvas = make("canvas", { role: "img" });
    this.who = make("p", { class: "who" });
    this.here = make("p", { class: "here", "aria-hidden": "true" });
    this.paper = make("div", { class: "paper" }, make("div", { class: "line" }), this.here, this.who, this.canvas);
    this.name = make("input", { id: "name", type: "text", autocomplete: "off", spellcheck: "false", maxlength: "200" });
    this.nameLabel = make("label", { for: "name" });
    this.nameBox = make("div", { class: "name", hidden: "" }, this.nameLabel, this.name);
    this.undo = make("button", { type: "button" });
    this.clear = make("button", { type: "button" });
    this.other = make("button", { type: "button", class: "push" });
    this.secret = make("input", { id: "secret", type: "password", autocomplete: "off", maxlength: "200" });
    this.secretLabel = make("label", { for: "secret" });
    this.secretBox = make("div", { hidden: "" }, this.secretLabel, this.secret);
    this.note = make("p", { class: "note", role: "status", "aria-live": "polite" });
    this.sign = make("button", { type: "button", class: "primary push" });
    this.tools = make("div", { class: "row" }, this.undo, this.clear, this.other);
    this.last = make("div", { class: "row" }, this.sign);
    this.root.replaceChildren(
      this.intent,
      this.paper,
      this.nameBox,
      this.tools,
      this.secretBox,
      this.note,
      this.last,
    );
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", (event) => this.up(event));
    this.canvas.addEventListener("pointercancel", (event) => this.cancel(event));
    this.canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.undo.onclick = () => this.change(() => this.ink.undo());
    this.clear.onclick = () => this.change(() => this.ink.clear());
    this.other.onclick = () => this.turn();
    this.name.oninput = () => this.change();
    this.secret.oninput = () => this.change();
    this.sign.onclick = () => this.send();
    for (const field of [this.name, this.secret]) {
      field.onkeydown = (event) => {
        event.stopPropagation(); // Streamlit has shortcuts of one letter
        if (event.key === "Enter" && !this.sign.disabled) this.send();
      };
    }
    this.watch = new ResizeObserver(() => this.draw());
  }

  update(component) {
    if (this.data && this.data.covers !== component.data.covers) this.renew();
    this.data = component.data;
    this.tell = component.setTriggerValue;
    const { labels, intent, printed_name: printed } = this.data;
    this.intent.textContent = intent;
    this.canvas.setAttribute("aria-label", labels.box);
    this.who.textContent = printed;
    this.here.textContent = labels.here;
    this.nameLabel.textContent = `${labels.type_label} ${printed}`;
    this.undo.textContent = labels.undo;
    this.clear.textContent = labels.clear;
    this.secretLabel.textContent = labels.secret;
    this.sign.textContent = labels.sign;
    this.refresh();
    this.watch.observe(this.paper); // again: the clean-up between two renders stops it
    this.draw();
  }

  renew() {
    // Another text: what was drawn for the old one signs nothing.
    this.ink.clear();
    this.name.value = this.secret.value = "";
    this.done = false;
  }

  // Drawing

  down(event) {
    if (this.done || this.busy || event.button !== 0) return;
    if (event.pointerType === "pen") {
      if (this.pointer !== null && !this.sawPen) this.drop(); // the palm came first
      this.sawPen = true;
    } else if (event.pointerType === "touch" && this.sawPen) {
      return;
    }
    if (this.pointer !== null || this.ink.strokes.length >= MOST_STROKES) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.ink.begin();
    this.add(event);
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    this.add(event);
  }

  add(event) {
    const box = this.canvas.getBoundingClientRect();
    const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const one of all.length ? all : [event]) this.ink.add(box, one);
    this.draw();
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.change();
  }

  cancel(event) {
    if (event.pointerId === this.pointer) this.drop();
  }

  drop() {
    this.pointer = null;
    this.change(() => this.ink.undo());
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.strokeStyle = pen.fillStyle = getComputedStyle(this.root).color;
    pen.lineCap = pen.lineJoin = "round";
    const at = ([x, y]) => [(x / GRID) * width, (y / GRID) * height];
    for (const stroke of this.ink.strokes) {
      for (let index = 1; index < stroke.length; index += 1) {
        pen.lineWidth = 1.5 + (stroke[index][3] / 1000) * 3;
        pen.beginPath();
        pen.moveTo(...at(stroke[index - 1]));
        pen.lineTo(...at(stroke[index]));
        pen.stroke();
      }
      if (stroke.length === 1) {
        pen.beginPath();
        pen.arc(...at(stroke[0]), 1.8, 0, Math.PI * 2);
        pen.fill();
      }
    }
    this.here.hidden = this.ink.strokes.length > 0;
  }

  // The form around it

  turn() {
    this.way = this.way === "drawn" ? "typed" : "drawn";
    this.change();
    (this.way === "typed" ? this.name : this.other).focus();
  }

  change(what) {
    if (what) what();
    this.say("");
    this.sign.textContent = this.data.labels.sign;
    this.refresh();
    this.draw();
  }

  refresh() {
    const { labels, reauth } = this.data;
    const typed = this.way === "typed";
    const closed = this.done || this.busy;
    const there = typed ? this.name.value.trim() !== "" : !this.ink.empty;
    this.paper.hidden = typed;
    this.nameBox.hidden = !typed;
    this.undo.hidden = this.clear.hidden = typed;
    this.undo.disabled = this.clear.disabled = closed || !this.ink.strokes.length;
    this.other.textContent = typed ? labels.draw_instead : labels.type_instead;
    this.other.disabled = this.name.disabled = this.secret.disabled = closed;
    this.sign.disabled = closed || !there || (reauth && !this.secret.value);
    this.sign.title = this.sign.disabled && !closed ? labels.empty : "";
    this.tools.hidden = this.last.hidden = this.done;
    this.secretBox.hidden = this.done || !reauth;
    this.paper.classList.toggle("locked", this.done);
  }

  say(text, kind = "") {
    this.note.textContent = text;
    this.note.className = `note ${kind}`;
    this.note.setAttribute("aria-live", kind === "bad" ? "assertive" : "polite");
  }

  // Signing

  body() {
    const mark =
      this.way === "typed"
        ? { way: "typed", name: this.name.value.trim() }
        : {
            way: "drawn",
            strokes: this.ink.strokes.filter((stroke) => stroke.length).map((points) => ({ points })),
            aspect: ASPECT,
          };
    const asked = { covers: this.data.covers, mark };
    if (this.data.reauth) asked.secret = this.secret.value;
    return JSON.stringify(asked);
  }

  async send() {
    const { labels, url, key } = this.data;
    this.busy = true;
    this.refresh();
    this.say(labels.saving);
    let answer;
    let said;
    try {
      answer = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: this.body(),
        signal: AbortSignal.timeout(PATIENCE),
      });
      said = await answer.json();
    } catch {
      said = { say: labels.offline, next: "" };
    }
    this.busy = false;
    if (answer && answer.ok) this.kept(said);
    else this.missed(said, answer ? answer.status : 0);
  }

  kept(said) {
    this.done = true;
    this.secret.value = "";
    this.refresh();
    this.say(said.say, "good");
    this.tell("signed", this.data.key);
  }

  missed(said, status) {
    this.secret.value = "";
    this.refresh();
    this.sign.textContent = this.data.labels.again;
    this.say(`${said.say} ${said.next}`.trim(), "bad");
    (this.data.reauth ? this.secret : this.sign).focus();
    if (status === 409) this.tell("refused", this.data.key); // the page looks again at what changed
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".pad");
  if (!root || !component.data) return undefined;
  if (!pads.has(root)) pads.set(root, new Pad(root));
  const pad = pads.get(root);
  pad.update(component);
  return () => pad.watch.disconnect();
}
