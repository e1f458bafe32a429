// The room: one screen in very large type, and a main button that has the focus at each new one.
// A press says for which screen it was; the server decides whether that is still the one.

const REPEAT = 700; // ms: a press so soon after a new screen came is the last one, bouncing; the server holds the same
const UNANSWERED = 5000; // ms: a press that brought nothing new by then was lost on its way, and may be made again
const LONG = 130; // letters
const MANY = 3; // lines
const NEXT = ["PageDown", "ArrowRight", " ", "Enter"]; // what clickers, foot pedals and keyboards send

const rooms = new WeakMap();

function make(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

class Room {
  constructor(root) {
    this.root = root;
    this.name = "";
    this.since = 0;
    this.waits = false;
    this.key = (event) => this.typed(event);
  }

  // The door knows the line. What was told to one that broke is asked anew by whoever presses again: the server counts
  // it once.
  watch() {
    const seen = new MutationObserver(() => {
      if (!this.isCut()) {
        this.waits = false;
        this.main?.removeAttribute("aria-disabled");
      }
      this.say();
    });
    seen.observe(document.documentElement, { attributeFilter: ["data-cut"] });
    return () => seen.disconnect();
  }

  isCut() {
    return document.documentElement.dataset.cut !== undefined;
  }

  say() {
    const note = this.root.querySelector(".note");
    if (!note) return;
    const cut = this.isCut();
    note.textContent = cut ? this.data.cut : this.data.note;
    note.setAttribute("role", cut ? "alert" : "note");
    this.root.classList.toggle("cut", cut);
  }

  update(component) {
    this.tell = component.setTriggerValue;
    this.waits = false;
    const said = JSON.stringify(component.data);
    if (said === this.said) {
      this.main?.removeAttribute("aria-disabled"); // what was pressed was refused: the page says why
      this.say();
      return;
    }
    this.said = said;
    this.data = component.data;
    const fresh = this.data.name !== this.name;
    this.name = this.data.name;
    this.draw();
    if (!fresh) return;
    this.since = performance.now();
    this.rest();
    this.main?.focus({ preventScroll: true });
  }

  draw() {
    const { tone, title, place, lines, small, picture, note, buttons } = this.data;
    const had = this.root.contains(this.root.getRootNode().activeElement);
    this.root.className = `room ${tone}`;
    const head = make("div", "head");
    head.append(make("h1", "", title), make("span", "place", place));
    const letters = [...lines, ...small].join("").length; // all of it has to fit above the buttons
    const body = make("div", letters > LONG ? "said long" : lines.length > MANY || letters > LONG / 2 ? "said many" : "said");
    body.setAttribute("role", tone === "stop" ? "alert" : "status");
    body.append(...lines.map((line) => make("p", "line", line)), ...small.map((line) => make("p", "small", line)));
    const middle = make("div", "middle");
    middle.append(body);
    if (picture) {
      const drawn = make("img", "drawn");
      drawn.src = picture;
      drawn.alt = ""; // the lines beside it say the same
      middle.append(drawn);
    }
    const made = buttons.map((one) => this.button(one));
    const large = make("div", "buttons");
    large.append(...made.filter((one) => !one.classList.contains("beside")));
    const beside = make("div", "row");
    beside.append(...made.filter((one) => one.classList.contains("beside")));
    this.root.replaceChildren(head, middle, make("p", "note", note), large, beside);
    this.main = this.root.querySelector("button.main");
    this.say();
    if (had) this.main?.focus({ preventScroll: true });
  }

  button({ does, label, look }) {
    const made = make("button", look, label);
    made.type = "button";
    made.onclick = () => this.press(does, look === "main");
    return made;
  }

  // Whoever cannot see the screen is told as well that the button rests for a moment.
  rest() {
    this.main?.setAttribute("aria-disabled", "true");
    setTimeout(() => this.main?.removeAttribute("aria-disabled"), REPEAT);
  }

  // What stops or ends something always counts at once.
  press(does, careful) {
    if (this.isCut()) {
      this.say();
      return;
    }
    if (careful && (this.waits || performance.now() - this.since < REPEAT)) return;
    this.waits = true;
    this.main?.setAttribute("aria-disabled", "true");
    this.tell("pressed", `${does} ${this.name}`);
    const pressed = this.main;
    setTimeout(() => {
      if (this.main !== pressed) return;
      this.waits = false;
      pressed?.removeAttribute("aria-disabled"); // the server counts a press once, however often it is told
    }, UNANSWERED);
  }

  typed(event) {
    const at = event.composedPath()[0];
    if (!NEXT.includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (at instanceof Element && at.closest("input, textarea, select, [contenteditable]")) return;
    if (event.repeat) {
      event.preventDefault(); // a key that is held down is one press
      return;
    }
    if (at instanceof Element && at.closest("button, a, summary") && [" ", "Enter"].includes(event.key)) return;
    if (!this.main) return;
    event.preventDefault();
    this.main.click();
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".room");
  if (!root || !component.data) return undefined;
  if (!rooms.has(root)) rooms.set(root, new Room(root));
  const room = rooms.get(root);
  room.update(component);
  document.documentElement.dataset.without = component.data.cut;
  addEventListener("keydown", room.key);
  const unwatch = room.watch();
  return () => {
    unwatch();
    removeEventListener("keydown", room.key);
    delete document.documentElement.dataset.without;
  };
}
