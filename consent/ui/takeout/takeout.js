// Takes a list out: posts the filter, counts the rows as they come, and keeps the file only when all of it came.

const QUOTE = 34;
const LINE = 10;
const EVERY = 200; // ms between two words on how far it is

function made(box) {
  const take = document.createElement("button");
  const stop = document.createElement("button");
  const bar = document.createElement("progress");
  const note = document.createElement("p");
  take.type = stop.type = "button";
  take.className = "take";
  stop.className = "stop";
  stop.hidden = bar.hidden = true;
  note.setAttribute("role", "status");
  box.append(take, stop, bar, note);
  return box.children;
}

// Counts the ends of lines that are not inside quotes; a part may end anywhere.
function counter() {
  let inside = false;
  let lines = 0;
  return (bytes) => {
    for (const byte of bytes) {
      if (byte === QUOTE) inside = !inside;
      else if (byte === LINE && !inside) lines += 1;
    }
    return Math.max(0, lines - 1); // the first line names the columns
  };
}

function fill(text, parts) {
  return text.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

function keep(parts, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function run(data, stop, tell) {
  const answer = await fetch(data.url, {
    method: "POST",
    credentials: "same-origin",
    cache: "no-store",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data.wanted),
    signal: stop.signal,
  });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({ say: data.words.broke, next: "" }));
    return tell(`${said.say} ${said.next}`);
  }
  const total = Number(answer.headers.get("X-Consent-Rows"));
  const count = counter();
  const parts = [];
  let rows = 0;
  let told = 0;
  for await (const part of pieces(answer.body.getReader())) {
    parts.push(part);
    rows = count(part);
    if (Date.now() - told > EVERY) tell(fill(data.words.so_far, { rows, total }), rows, total);
    if (Date.now() - told > EVERY) told = Date.now();
  }
  keep(parts, "register.csv");
  return tell(fill(data.words.done, { rows }));
}

async function* pieces(reader) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return;
  const box = parentElement.querySelector(".takeout");
  const [take, stop, bar, note] = box.firstChild ? box.children : made(box);
  take.textContent = data.words.take;
  stop.textContent = data.words.stop;
  take.onclick = async () => {
    if (box.under) return;
    const under = (box.under = new AbortController());
    const tell = (text, rows = 0, total = 0) => {
      note.textContent = text;
      bar.max = Math.max(1, total);
      bar.value = rows;
    };
    take.hidden = true;
    stop.hidden = bar.hidden = false;
    tell(data.words.asking);
    stop.focus();
    try {
      await run(data, under, tell);
    } catch {
      tell(under.signal.aborted ? data.words.stopped : data.words.broke);
    }
    box.under = null;
    stop.hidden = bar.hidden = true;
    take.hidden = false;
    take.focus();
  };
  stop.onclick = () => box.under?.abort();
  return () => box.under?.abort();
}
