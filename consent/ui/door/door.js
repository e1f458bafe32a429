// The door: posts its purpose, then opens the address anew. It also sets language, direction and text size of the page,
// and hides the page when somebody asks for a break, nobody touches it or the server is out of reach: no record stays
// on the glass (threats.md F7).

const EVERY = 10000; // ms between two looks whether the server is there, and the longest that one may take
const MISSES = 3; // looks in vain before the page is hidden: 40 s at the latest
const SAYS = 30000; // ms between two words to the server that somebody is here
const ONCE = 700; // ms: a repeat on one spot within that is no tap of its own
const SPOT = 24; // CSS pixels: how far apart taps on one spot may be
const WIPING = 30000; // ms in which the screen ignores touch
const STATE = "data-test-connection-state"; // where Streamlit says whether its socket is open
const SCRIPT = "data-test-script-state"; // and whether it is drawing the page
const AGAIN = 5000; // ms after which a page that was not drawn over its new line is asked for once more
const CUT = 1000; // ms without a socket before the page says so: opening another address closes it too
const INPUT = ["pointerdown", "keydown", "wheel"];

let sheet = null; // what lies over the page
let lost = ""; // its words while the server is out of reach
let out = false; // whether that is what it says
let asleep = Infinity; // when the session falls asleep, by the server's count
let left; // what the server said last about that
let start; // which start of the server drew this page
let run; // which run of the script drew it
let before; // the one before the line was cut
let drawn = () => {}; // looks whether the page was drawn over its new line
let tell; // asks for a run of the script
let bar = null; // what says that the line is cut

function post(purpose, ticket = "", tapped = true) {
  return fetch("/door", {
    method: "POST",
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-Consent-Door": "1" },
    body: JSON.stringify({ purpose, ticket, tapped }),
  });
}

async function ask(data, note, tapped) {
  try {
    const answer = await post(data.purpose, data.ticket, tapped);
    if (answer.ok || answer.status === 401) return true;
    const said = await answer.json();
    note.textContent = `${said.say} ${said.next}`;
  } catch {
    note.textContent = data.later;
  }
  return false;
}

// The page's own typeface.
function family() {
  const app = document.querySelector('[data-testid="stApp"]');
  return app ? getComputedStyle(app).fontFamily : "sans-serif";
}

// Hides the page; nothing of it can be seen, touched or read aloud until the address is opened anew.
function cover(text, touched) {
  if (!sheet) {
    document.activeElement?.blur();
    // Streamlit's text is visible again within what is only invisible; what it adds to the body later is not.
    for (const one of document.body.children) one.style.display = "none";
    document.body.style.visibility = "hidden";
    sheet = document.createElement("button");
    sheet.dataset.reactAriaTopLayer = "true"; // or a dialog of Streamlit makes it inert: neither touched nor read aloud
    Object.assign(sheet.style, {
      visibility: "visible",
      position: "fixed",
      inset: "0",
      zIndex: "2147483647",
      padding: "2rem",
      border: "0",
      outline: "0",
      font: "600 1.25rem/1.5 sans-serif",
      fontFamily: family(),
      colorScheme: "light dark",
      background: "Canvas",
      color: "CanvasText",
    });
    document.body.append(sheet);
    sheet.focus();
  }
  sheet.setAttribute("role", touched ? "button" : "alert");
  sheet.textContent = text;
  sheet.onclick = touched || null;
}

// A server that was started meanwhile knows none of this page's buttons, and swallows the first tap on them (F7).
async function look() {
  const answer = await fetch("/_stcore/health", { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
  const now = answer.headers.get("X-Consent-Start");
  if (now && now !== start) tell("anew", now);
  return answer;
}

// The guard decides where the present address leads: here, to a lock, or to the sign-in page.
async function again() {
  try {
    await look();
    location.reload();
  } catch {
    outOfReach();
  }
}

// The room adds what goes on without a server.
function outOfReach() {
  out = true;
  cover([lost, document.documentElement.dataset.without].filter(Boolean).join(" "));
}

// Without a socket Streamlit takes no tap, and says nothing. A server that was begun anew meanwhile, or that has forgotten
// this page, knows none of its buttons until it has drawn them, and swallows a tap on them (F7): it is asked to at once.
// The page says so and takes no tap until then; our own components look at `data-cut`, and know what may be done without a
// server.
function line(app, words) {
  const root = document.documentElement;
  const isOpen = () => app.getAttribute(STATE) === "CONNECTED";
  const show = () => {
    if (root.dataset.cut === undefined || bar) return;
    bar = document.createElement("div");
    bar.setAttribute("role", "alert");
    Object.assign(bar.style, {
      position: "fixed",
      inset: "0 0 auto 0",
      zIndex: "2147483646",
      padding: "0.75rem 1.5rem",
      borderBottom: "4px solid",
      font: "600 1rem/1.4 sans-serif",
      fontFamily: family(),
      colorScheme: "light dark",
      background: "Canvas",
      color: "CanvasText",
    });
    bar.textContent = words;
    document.body.append(bar);
  };
  drawn = () => {
    if (root.dataset.cut === undefined || !isOpen() || run === before || app.getAttribute(SCRIPT) !== "notRunning") return;
    delete root.dataset.cut;
    bar?.remove();
    bar = null;
  };
  const ask = () => {
    if (root.dataset.cut === undefined || !isOpen()) return;
    tell("anew", String(Date.now())); // Streamlit has the page drawn by itself if it was drawing as the line was cut
    setTimeout(ask, AGAIN);
  };
  const changed = (changes) => {
    if (!isOpen()) {
      root.dataset.cut = "";
      before = run;
      setTimeout(show, CUT);
    } else if (changes.some((one) => one.attributeName === STATE)) ask();
    else drawn();
  };
  new MutationObserver(changed).observe(app, { attributeFilter: [STATE, SCRIPT] });
  const lost = (event) => {
    const ours = sheet || event.composedPath().some((one) => one instanceof ShadowRoot);
    if (root.dataset.cut === undefined || ours) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  addEventListener("click", lost, { capture: true });
}

function watch(words) {
  let misses = 0;
  setInterval(async () => {
    try {
      const answer = await look();
      if (answer.status === 401 || (answer.ok && out)) location.reload();
      misses = answer.ok ? 0 : misses + 1;
    } catch {
      misses += 1;
    }
    if (misses >= MISSES) outOfReach();
  }, EVERY);
  // At once when the socket is there again; should Streamlit call this another name one day, within EVERY.
  const app = document.querySelector('[data-testid="stApp"]');
  if (app) line(app, words);
}

function rest(text, idle) {
  let said = 0;
  const touched = async (event) => {
    if (!event.isTrusted || asleep === Infinity || sheet || Date.now() - said < SAYS) return;
    said = Date.now();
    const answer = await post("active").catch(() => null);
    if (answer?.ok) asleep = Math.max(asleep, said + idle);
  };
  for (const kind of INPUT) addEventListener(kind, touched, { capture: true, passive: true });
  const check = () => {
    if (Date.now() >= asleep && !sheet) cover(text, again);
  };
  setInterval(check, 1000);
  document.addEventListener("visibilitychange", check);
}

// `left`: seconds until the session sleeps, as the server counts; null when nobody is here or who is sleeps already.
function speak(data) {
  document.documentElement.lang = data.lang;
  document.documentElement.dir = data.dir;
  document.documentElement.dataset.start = start = data.start;
  run = data.run;
  if (!lost) {
    lost = data.lost;
    watch(data.cut);
    rest(data.resting, data.idle * 1000);
    if (data.patient) {
      dress(TABLET + RING);
      onlyOnce();
    } else if (data.scale) dress(DESK + RING);
  }
  drawn();
  if (data.left !== left) {
    left = data.left;
    asleep = left === null ? Infinity : Date.now() + left * 1000;
  }
}

// A trembling or impatient finger taps twice; what comes up below it must not be answered by that.
// Also a press is not passed on, since Streamlit closes what is open at that; on the pad every stroke counts.
function onlyOnce() {
  let last = { timeStamp: -Infinity, clientX: 0, clientY: 0 };
  const repeated = (event) =>
    event.timeStamp - last.timeStamp < ONCE &&
    Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < SPOT;
  const tapped = (event) => {
    const drawn = event.composedPath()[0] instanceof HTMLCanvasElement;
    if (!event.isTrusted || drawn || (event.type === "click" && event.detail === 0)) return; // 0: by keyboard
    if (repeated(event)) {
      event.stopImmediatePropagation();
      if (event.type === "click") event.preventDefault();
    } else if (event.type === "click") last = event;
  };
  for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
    addEventListener(kind, tapped, { capture: true });
  }
}

// On a very low or narrow screen the bar at the bottom scrolls along: it would hide most of what is read.
const SMALL = `
  @media (max-height: 500px), (max-width: 500px) {
    [data-testid="stBottom"] { position: static; }
    [data-testid="stPopoverBody"] { transform: translateX(8px) !important; max-height: 100dvh !important; }
  }
`;

// What Streamlit has no option for, on a patient's pages. The bar at the bottom keeps its size: it holds few words that
// stay the same, and a larger one would hide what is read.
const TABLET = `${SMALL}
  [class*="st-key-door_"] { display: none; }
  [data-testid="stBottomBlockContainer"] { padding-bottom: 0.75rem; }
  [data-testid="stBottomBlockContainer"] > * { zoom: var(--bar, 1); }
`;

const RING = `
  [data-testid="stMain"]:focus-visible { outline: 3px solid; outline-offset: -3px; }
`; // the keyboard stops there to scroll, and has to be seen there

// On the staff's pages more stands on one screen: a tablet's whole width, and less air above and below.
// What is chosen is told from the rest without its colour alone, and can be read in the dark too.
const DESK = `${SMALL}
  [data-testid="stButtonGroup"] [data-selected="true"] {
    color: inherit !important;
    border-color: currentcolor !important;
    box-shadow: inset 0 0 0 1px currentcolor;
    * { color: inherit !important; }
  }
  [class*="st-key-door_"] { display: none; }
  [data-testid="stMainBlockContainer"] { padding-top: 0.5rem; }
  [data-testid="stBottomBlockContainer"] { padding-block: 0.5rem; }
  @media (max-width: 1100px) {
    [data-testid="stMainBlockContainer"], [data-testid="stBottomBlockContainer"] { padding-inline: 1.5rem; }
  }
`;

function dress(how) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(how);
  document.adoptedStyleSheets.push(sheet);
}

let base = 0; // the text's size as the theme has it, in CSS pixels
let scale = 1;

function sized(wanted) {
  const root = document.documentElement;
  if (scale === 1) base = parseFloat(getComputedStyle(root).fontSize);
  scale = wanted;
  root.style.fontSize = scale === 1 ? "" : `${base * scale}px`;
  root.style.setProperty("--bar", Math.min(1, 1 / scale));
}

function samples(scales) {
  for (const [key, size] of Object.entries(scales)) document.querySelector(`.st-key-${key}`).style.zoom = size;
}

const A_ROW = 10;

function dots(box, { filled, total, words }) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const rows = Math.ceil(total / A_ROW);
  picture.setAttribute("viewBox", `0 0 ${Math.min(total, A_ROW) * 20} ${rows * 20}`);
  picture.setAttribute("role", words ? "img" : "presentation");
  if (words) picture.setAttribute("aria-label", words);
  else picture.setAttribute("aria-hidden", "true");
  picture.style.width = `${Math.min(total, A_ROW) * 1.25}rem`;
  for (let one = 0; one < total; one += 1) {
    const dot = document.createElementNS(picture.namespaceURI, "circle");
    const place = { cx: (one % A_ROW) * 20 + 10, cy: Math.floor(one / A_ROW) * 20 + 10, r: 7 };
    for (const [name, value] of Object.entries(place)) dot.setAttribute(name, value);
    dot.setAttribute("class", one < filled ? "full" : "empty");
    picture.append(dot);
  }
  box.replaceChildren(picture);
}

// Staff wipe the glass: touch does nothing until the time is over, then what stood here before is left for good.
function wipe(data) {
  const until = Date.now() + WIPING;
  const tick = setInterval(async () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    cover(`${data.wiping} ${data.seconds} ${Math.max(left, 0)}`);
    if (left > 0) return;
    clearInterval(tick);
    const done = async () => {
      const answer = await post(data.purpose, data.ticket).catch(() => null);
      if (answer) location.assign(data.goto);
      else cover(data.later, done);
    };
    await done();
  }, 250);
  cover(data.wiping);
}

function button(box, data) {
  if (!box.firstChild) {
    const note = document.createElement("p");
    note.setAttribute("role", "alert");
    const made = document.createElement("button");
    made.type = "button";
    box.append(made, note);
  }
  const [made, note] = box.children;
  made.textContent = data.label;
  made.className = data.primary ? "primary" : data.quiet ? "quiet" : "";
  const go = async (tapped) => {
    if (made.getAttribute("aria-disabled") === "true") return;
    made.setAttribute("aria-disabled", "true");
    note.textContent = "";
    if (data.resting) {
      cover(data.resting, again);
      await post(data.purpose).catch(() => null);
      return;
    }
    if (data.wiping) {
      wipe(data);
      return;
    }
    if (!data.purpose || (await ask(data, note, tapped))) location.assign(data.goto || "/");
    else made.removeAttribute("aria-disabled");
  };
  made.onclick = () => go(true);
  // The tap before this page asked for it already: once, and when it fails the button is there.
  if (data.pressed && box.dataset.pressed !== data.ticket) {
    box.dataset.pressed = data.ticket;
    go(false);
  }
}

let place = "";

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return;
  if (data.top && data.top !== place) {
    place = data.top;
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }
  if (data.lang) {
    tell = component.setTriggerValue;
    speak(data);
  }
  if (data.scale) sized(data.scale);
  if (data.samples) samples(data.samples);
  if (data.now) location.reload();
  else if (data.dots) dots(parentElement.querySelector(".door"), data.dots);
  else if (data.label) button(parentElement.querySelector(".door"), data);
}
