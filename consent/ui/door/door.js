// The door: posts its purpose, then opens the address anew. It also sets language and direction of the page, and covers
// the page when the server is out of reach: a dead server must not leave a record on the glass (threats.md F7).

const EVERY = 10000; // ms between two looks
const MISSES = 3; // looks in vain before the page is covered

let watching = false;

async function ask(data, note) {
  try {
    const answer = await fetch("/door", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-Consent-Door": "1" },
      body: JSON.stringify({ purpose: data.purpose, ticket: data.ticket || "" }),
    });
    if (answer.ok || answer.status === 401) return true;
    const said = await answer.json();
    note.textContent = `${said.say} ${said.next}`;
  } catch {
    note.textContent = data.later;
  }
  return false;
}

function cover(text) {
  const sheet = document.createElement("div");
  sheet.setAttribute("role", "alert");
  sheet.textContent = text;
  Object.assign(sheet.style, {
    position: "fixed",
    inset: "0",
    zIndex: "2147483647",
    display: "grid",
    placeContent: "center",
    padding: "2rem",
    textAlign: "center",
    font: "600 1.25rem/1.5 sans-serif",
    background: "Canvas",
    color: "CanvasText",
  });
  return sheet;
}

function watch(text) {
  if (watching) return;
  watching = true;
  const sheet = cover(text);
  let misses = 0;
  setInterval(async () => {
    try {
      const answer = await fetch("/_stcore/health", { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
      if (answer.status === 401) location.replace("/sign-in"); // the session has ended: nothing of it stays here
      misses = answer.ok ? 0 : misses + 1;
    } catch {
      misses += 1;
    }
    if (misses >= MISSES) document.body.append(sheet);
    else sheet.remove();
  }, EVERY);
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
  made.className = data.primary ? "primary" : "";
  made.onclick = async () => {
    if (made.getAttribute("aria-disabled") === "true") return;
    made.setAttribute("aria-disabled", "true");
    note.textContent = "";
    if (!data.purpose || (await ask(data, note))) location.assign(data.goto || "/");
    else made.removeAttribute("aria-disabled");
  };
}

let place = "";

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return;
  if (data.top && data.top !== place) {
    place = data.top;
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  }
  if (data.lang) document.documentElement.lang = data.lang;
  if (data.dir) document.documentElement.dir = data.dir;
  if (data.lost) watch(data.lost);
  if (data.now) location.replace(data.goto);
  else if (data.label) button(parentElement.querySelector(".door"), data);
}
