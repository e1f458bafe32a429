// The signature pad. Strokes are kept on a grid of 10 000 × 10 000, so that a resize or a turned tablet redraws them.
// Nothing is sent before the person taps "Sign", and nothing is forgotten before the server has answered.

const GRID = 10000;
const ASPECT = 300; // width over height, times 100; pad.css holds the same 3 / 1
const MOST_POINTS = 5000;
const MOST_STROKES = 200;
const NEAR = 12; // grid steps: less is the same place
const PATIENCE = 30000; // ms
const PEN_RESTS = 2000; // ms: a touch this long after the pen is no palm any more, and is told why nothing happens

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

const push = (kind = "") => make("button", { type: "button", class: kind });
const clamp = (value, most) => Math.min(most, Math.max(0, Math.round(value)));

const steps = new Set();

function stepBack(down) {
  if (steps.has(down)) return;
  steps.add(down);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`[data-at-signature] .st-key-${down} { visibility: hidden; }`);
  document.adoptedStyleSheets.push(sheet);
}

let fields = 0; // labels need names, and several pads may stand on one page

class Field {
  // A labelled line to type in.
  constructor(type, most) {
    const id = `pad-field-${(fields += 1)}`;
    this.label = make("label", { for: id });
    this.input = make("input", { id, type, autocomplete: "off", spellcheck: "false", maxlength: String(most) });
    this.box = make("div", { class: "field" }, this.label, this.input);
    this.input.addEventListener("keydown", (event) => event.stopPropagation()); // Streamlit has shortcuts of one letter
  }
  get value() {
    return this.input.value.trim();
  }
}

class Choice {
  // Buttons of which one is pressed; nothing is pressed before somebody did.
  constructor(names, chosen) {
    this.buttons = names.map((name) => [name, push()]);
    this.box = make("div", { class: "ways", role: "group" }, ...this.buttons.map(([, button]) => button));
    for (const [name, button] of this.buttons) button.onclick = () => chosen(name);
  }
  show(now, labels, disabled) {
    for (const [name, button] of this.buttons) {
      button.textContent = labels[name];
      button.setAttribute("aria-pressed", String(name === now));
      button.disabled = disabled;
    }
  }
}

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
  get full() {
    return this.points >= MOST_POINTS || this.strokes.length >= MOST_STROKES;
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
  take(count) {
    this.strokes.splice(-count);
    if (!this.strokes.length) this.start = null;
  }
  posted() {
    return {
      strokes: this.strokes.filter((stroke) => stroke.length).map((points) => ({ points })),
      aspect: ASPECT,
    };
  }
}

class Sheet {
  // One box to draw in. A pen wins over a touch, and one pointer draws at a time: a palm or second finger is not heard.
  constructor(changed) {
    this.changed = changed;
    this.ink = new Ink();
    this.cleared = 0;
    this.pointer = null;
    this.penAt = null;
    this.canvas = make("canvas", { role: "img" });
    this.who = make("p", { class: "who" });
    this.here = make("p", { class: "here", "aria-hidden": "true" });
    this.paper = make("div", { class: "paper" }, make("div", { class: "line" }), this.here, this.who, this.canvas);
    this.undo = push();
    this.clear = push();
    this.tools = make("div", { class: "row" }, this.undo, this.clear);
    this.box = make("div", { class: "sheet" }, this.paper, this.tools);
    for (const kind of ["down", "move", "up", "cancel"]) {
      this.canvas.addEventListener(`pointer${kind}`, (event) => this[kind](event));
    }
    this.canvas.addEventListener("lostpointercapture", (event) => this.up(event)); // else nothing could draw any more
    this.canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.paper.addEventListener("transitionend", () => this.draw()); // light or dark: ink that is drawn keeps its colour
    this.undo.onclick = () => this.take(1);
    this.clear.onclick = () => {
      this.cleared += 1;
      this.penAt = null;
      this.take(this.ink.strokes.length);
    };
  }

  down(event) {
    if (this.locked || event.button !== 0) return;
    if (event.pointerType === "pen") {
      if (this.pointer !== null && this.penAt === null) this.take(1); // the palm came first
      this.penAt = event.timeStamp;
    } else if (event.pointerType === "touch" && this.penAt !== null) {
      if (this.pointer === null && event.timeStamp - this.penAt > PEN_RESTS) this.changed("pen");
      return;
    }
    if (this.pointer !== null) return;
    if (this.ink.full) {
      this.changed("full");
      return;
    }
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.ink.strokes.push([]);
    this.move(event);
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    if (event.pointerType === "pen") this.penAt = event.timeStamp;
    const box = this.canvas.getBoundingClientRect();
    const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    const stroke = this.ink.strokes[this.ink.strokes.length - 1];
    const from = Math.max(0, stroke.length - 1);
    for (const one of all.length ? all : [event]) this.ink.add(box, one);
    this.trace(stroke.slice(from));
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.changed();
  }

  cancel(event) {
    if (event.pointerId === this.pointer) this.take(1);
  }

  take(count) {
    this.pointer = null;
    this.ink.take(count);
    this.draw();
    this.changed();
  }

  renew() {
    this.pointer = this.penAt = null;
    this.cleared = 0;
    this.ink = new Ink();
    this.draw();
  }

  resized() {
    this.pointer = null; // a line that was under way ends where the tablet was turned: it is neither bent nor lost
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    this.pen = this.canvas.getContext("2d");
    this.pen.scale(scale, scale);
    this.pen.strokeStyle = this.pen.fillStyle = getComputedStyle(this.box).color;
    this.pen.lineCap = this.pen.lineJoin = "round";
    for (const stroke of this.ink.strokes) this.trace(stroke);
    this.here.hidden = this.ink.strokes.length > 0;
  }

  trace(points) {
    if (!this.pen || !points.length) return;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const at = ([x, y]) => [(x / GRID) * width, (y / GRID) * height];
    this.here.hidden = true;
    this.pen.beginPath();
    this.pen.arc(...at(points[0]), 0.75 + (points[0][3] / 1000) * 1.5, 0, Math.PI * 2);
    this.pen.fill();
    for (let index = 1; index < points.length; index += 1) {
      this.pen.lineWidth = 1.5 + (points[index][3] / 1000) * 3;
      this.pen.beginPath();
      this.pen.moveTo(...at(points[index - 1]));
      this.pen.lineTo(...at(points[index]));
      this.pen.stroke();
    }
  }

  show(labels, name, locked) {
    this.locked = locked;
    this.canvas.setAttribute("aria-label", labels.box);
    this.who.textContent = name;
    this.here.textContent = labels.here;
    this.undo.textContent = labels.undo;
    this.clear.textContent = labels.clear;
    this.undo.disabled = this.clear.disabled = locked || !this.ink.strokes.length;
    this.paper.classList.toggle("locked", locked);
  }
}

class Witness {
  // Somebody who watched: staff with their own secret, or another person with name, relation and own signature.
  constructor(number, changed) {
    this.number = number;
    this.kind = "";
    this.title = make("legend");
    this.who = new Choice(["staff", "other"], (kind) => {
      this.kind = kind;
      changed();
    });
    this.login = new Field("text", 100);
    this.secret = new Field("password", 200);
    this.name = new Field("text", 200);
    this.relation = new Field("text", 200);
    this.typed = new Field("text", 200);
    this.sheet = new Sheet(changed);
    this.staff = make("div", { class: "pair" }, this.login.box, this.secret.box);
    this.other = make(
      "div",
      { class: "stack" },
      make("div", { class: "pair" }, this.name.box, this.relation.box),
      this.sheet.box,
      this.typed.box,
    );
    this.box = make("fieldset", { class: "witness" }, this.title, this.who.box, this.staff, this.other);
    this.fields = [this.login, this.secret, this.name, this.relation, this.typed];
    for (const field of this.fields) field.input.oninput = () => changed();
  }

  get ready() {
    if (this.kind === "staff") return this.login.value !== "" && this.secret.input.value !== "";
    const signed = this.typed.value !== "" || !this.sheet.ink.empty;
    return this.kind === "other" && this.name.value !== "" && this.relation.value !== "" && signed;
  }

  posted() {
    if (this.kind === "staff") return { kind: "staff", login: this.login.value, secret: this.secret.input.value };
    const mark = this.typed.value
      ? { way: "typed", name: this.typed.value }
      : { way: "drawn", ...this.sheet.ink.posted() };
    return { kind: "other", name: this.name.value, relation: this.relation.value, mark };
  }

  renew() {
    this.kind = "";
    this.sheet.renew();
    for (const field of this.fields) field.input.value = "";
  }

  show(labels, locked) {
    this.title.textContent = `${labels.witness} ${this.number}`;
    this.who.show(this.kind, { staff: labels.witness_staff, other: labels.witness_other }, locked);
    this.who.box.setAttribute("aria-label", this.title.textContent);
    this.staff.hidden = this.kind !== "staff";
    this.other.hidden = this.kind !== "other";
    this.login.label.textContent = labels.witness_login;
    this.secret.label.textContent = labels.witness_secret;
    this.name.label.textContent = labels.witness_name;
    this.relation.label.textContent = labels.witness_relation;
    this.typed.label.textContent = labels.witness_typed;
    this.sheet.show(labels, this.name.value, locked);
    for (const field of this.fields) field.input.disabled = locked;
  }
}

class Pad {
  constructor(root) {
    this.root = root;
    this.way = "draw";
    this.how = "";
    this.busy = false;
    this.done = false;
    this.build();
    this.watch = new ResizeObserver(() => this.sheets.forEach((sheet) => sheet.resized()));
  }

  build() {
    const changed = (why = "") => this.change(why);
    this.intent = make("p", { class: "intent" });
    this.sheet = new Sheet(changed);
    this.name = new Field("text", 200);
    this.secret = new Field("password", 200);
    this.lead = make("p");
    this.aloud = make("p", { class: "aloud" });
    this.hows = new Choice(["mark", "aloud"], (how) => this.turn("help", how));
    this.witnesses = [1, 2].map((number) => new Witness(number, changed));
    this.beside = make("div", { class: "stack" });
    this.note = make("p", { class: "note", role: "status", "aria-live": "polite" });
    this.sign = push("primary");
    this.last = make("div", { class: "row last" }, this.note, this.sign);
    this.sheets = [this.sheet, ...this.witnesses.map((one) => one.sheet)];
    this.sign.onclick = () => this.send();
    for (const field of [this.name, this.secret]) {
      field.input.oninput = () => this.change();
      field.input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !this.sign.disabled) this.send();
      });
    }
  }

  lay() {
    const ways = this.data.witnesses ? ["draw", "type", "help"] : ["draw", "type"];
    this.ways = new Choice(ways, (way) => this.turn(way, this.how));
    this.help = make("div", { class: "stack" }, this.lead, this.hows.box, this.aloud);
    const parts = [this.ways.box, this.help, this.name.box, this.sheet.box, this.beside, this.secret.box];
    this.root.replaceChildren(this.intent, ...parts, this.last);
  }

  update(component) {
    const first = !this.data;
    if (this.data && this.data.covers !== component.data.covers) this.renew();
    this.data = component.data;
    this.tell = component.setTriggerValue;
    if (first) this.lay();
    const { labels, intent, printed_name: printed } = this.data;
    this.intent.textContent = intent;
    this.ways.box.setAttribute("aria-label", labels.ways);
    this.hows.box.setAttribute("aria-label", labels.hows);
    this.lead.textContent = labels.help_lead;
    this.name.label.textContent = `${labels.type_label} ${printed}`;
    this.secret.label.textContent = labels.secret;
    this.sign.textContent = labels.sign;
    this.refresh();
    if (first) this.say(this.first);
    for (const sheet of this.sheets) this.watch.observe(sheet.paper); // again: the clean-up between two renders stops it
    this.step(this.data.down);
  }

  // The page's button that leads here steps back while "Sign" can be seen: one main button at a time.
  step(down) {
    if (!down || this.leading) return;
    const foot = document.querySelector('[data-testid="stBottom"]');
    const covered = foot && getComputedStyle(foot).position === "sticky" ? foot.offsetHeight : 0;
    const seen = ([entry]) => document.documentElement.toggleAttribute("data-at-signature", entry.isIntersecting);
    const watch = new IntersectionObserver(seen, { rootMargin: `0px 0px -${covered}px 0px`, threshold: 0.5 });
    const tapped = (event) => event.target.closest?.(`.st-key-${down}`) && this.reveal();
    watch.observe(this.sign);
    document.addEventListener("click", tapped);
    stepBack(down);
    this.leading = () => {
      watch.disconnect();
      document.removeEventListener("click", tapped);
      document.documentElement.removeAttribute("data-at-signature");
      this.leading = null;
    };
  }

  // The pad stands last on its page: at the end of it, all of the box and its button can be seen.
  reveal() {
    const main = document.querySelector('[data-testid="stMain"]');
    main?.scrollTo(0, main.scrollHeight);
    const { top, bottom } = this.sign.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) this.sign.scrollIntoView({ block: "center" }); // the foot scrolls along
    this.ways.box.querySelector('[aria-pressed="true"]')?.focus({ preventScroll: true }); // what was tapped is gone now
  }

  renew() {
    // Another text: what was drawn for the old one signs nothing.
    this.sheet.renew();
    for (const one of this.witnesses) one.renew();
    this.name.input.value = this.secret.input.value = "";
    this.done = false;
  }

  turn(way, how) {
    this.way = way;
    this.how = how;
    this.change();
    if (way === "type") this.name.input.focus();
  }

  change(why = "") {
    this.sign.textContent = this.data.labels.sign;
    this.refresh();
    this.say(why ? this.data.labels[why] : this.first);
  }

  get beside_needed() {
    return this.witnesses.slice(0, this.data.witnesses);
  }

  get ready() {
    const drawn = !this.sheet.ink.empty;
    if (this.way === "type") return this.name.value !== "";
    if (this.way === "draw") return drawn;
    return (this.how === "aloud" || (this.how === "mark" && drawn)) && this.beside_needed.every((one) => one.ready);
  }

  // What to do first, in words beside the button that is not ready yet.
  get first() {
    const { labels, reauth } = this.data;
    if (this.way !== "help" && !this.ready) return labels[`first_${this.way}`];
    if (this.way === "help" && !this.how) return labels.first_how;
    if (this.way === "help" && this.how === "mark" && this.sheet.ink.empty) return labels.first_mark;
    if (!this.ready) return labels.first_witness;
    return reauth && !this.secret.input.value ? labels.first_secret : "";
  }

  refresh() {
    const { labels, reauth, witnesses, printed_name: printed, intent } = this.data;
    const closed = this.done || this.busy;
    const helped = this.way === "help";
    const drawing = this.way === "draw" || (helped && this.how === "mark");
    this.ways.show(this.way, { draw: labels.draw, type: labels.type, help: labels.help }, closed);
    this.hows.show(this.how, { mark: labels.help_mark, aloud: labels.help_aloud }, closed);
    this.help.hidden = !helped;
    this.aloud.hidden = this.how !== "aloud";
    this.aloud.textContent = `${labels.aloud} “${intent}”`;
    this.name.box.hidden = this.way !== "type";
    this.sheet.box.hidden = !drawing;
    this.seat(helped && this.how ? witnesses : 0);
    this.sheet.show({ ...labels, here: helped ? labels.mark_here : labels.here }, printed, closed);
    for (const one of this.witnesses) one.show({ ...labels, box: labels.witness_box }, closed);
    this.name.input.disabled = this.secret.input.disabled = closed;
    this.sign.disabled = closed || !this.ready || (reauth && !this.secret.input.value);
    this.ways.box.hidden = this.sign.hidden = this.done;
    for (const sheet of this.sheets) sheet.tools.hidden = this.done;
    this.secret.box.hidden = this.done || !reauth;
  }

  seat(count) {
    if (this.beside.children.length === count) return; // what is typed in keeps its focus
    this.beside.replaceChildren(...this.witnesses.slice(0, count).map((one) => one.box));
    this.beside.hidden = !count;
  }

  say(text, kind = "") {
    this.note.textContent = text;
    this.note.className = `note ${kind}`;
    this.note.setAttribute("aria-live", kind === "bad" ? "assertive" : "polite");
  }

  // Signing

  mark() {
    const ink = this.sheet.ink.posted();
    if (this.way === "type") return { way: "typed", name: this.name.value };
    if (this.way === "draw") return { way: "drawn", ...ink };
    const witnesses = this.beside_needed.map((one) => one.posted());
    return this.how === "mark" ? { way: "marked", ...ink, witnesses } : { way: "spoken", witnesses };
  }

  body() {
    const asked = { covers: this.data.covers, mark: this.mark() };
    if (asked.mark.strokes && this.sheet.cleared) asked.cleared = Math.min(1000, this.sheet.cleared);
    if (this.data.reauth) asked.secret = this.secret.input.value;
    return JSON.stringify(asked);
  }

  async send() {
    const { labels, url, key } = this.data;
    if (this.busy || this.done) return;
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
      said = await this.read(answer);
    } catch {
      answer = undefined;
      said = { say: labels.offline, next: "" };
    }
    this.busy = false;
    if (answer && answer.ok) this.kept(said);
    else this.missed(said, answer ? answer.status : 0);
  }

  // The guard answers in plain words, the route with what happened and what to do next.
  async read(answer) {
    const text = await answer.text();
    try {
      return JSON.parse(text);
    } catch (error) {
      if (answer.ok) throw error;
      return { say: answer.status === 401 ? this.data.labels.asleep : text.slice(0, 300), next: "", door: true };
    }
  }

  kept(said) {
    this.done = true;
    this.forget();
    this.refresh();
    this.say(said.say, "good");
    this.tell("signed", this.data.key);
  }

  missed(said, status) {
    this.forget();
    this.refresh();
    this.sign.textContent = this.data.labels.again;
    this.say(`${said.say} ${said.next || ""}`.trim(), "bad");
    (this.data.reauth ? this.secret.input : this.sign).focus();
    const asleep = status === 401 && (said.door || !this.data.reauth);
    if (status === 409) this.tell("refused", this.data.key); // the page looks again at what changed
    if (asleep) this.tell("asleep", this.data.key); // the page asks who is there
  }

  forget() {
    this.secret.input.value = "";
    for (const one of this.witnesses) one.secret.input.value = "";
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".pad");
  if (!root || !component.data) return undefined;
  if (!pads.has(root)) pads.set(root, new Pad(root));
  const pad = pads.get(root);
  pad.update(component);
  return () => {
    pad.watch.disconnect();
    pad.leading?.();
  };
}
