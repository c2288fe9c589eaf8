/**
 * Starts the app, and speaks for it when it cannot speak for itself.
 *
 * Plain JavaScript on purpose: it must work when the WebAssembly module does not load, panics or traps.
 * The page's policy asks for Trusted Types, so everything here is built with DOM calls and text nodes.
 */

/** What happened, in the reader's words, by kind of failure. */
const WORDS = {
  unsupported: {
    heading: "This browser cannot run the page",
    text: "The page needs WebAssembly, which this browser does not offer or has switched off. Use a current version of Firefox, Chrome, Edge or Safari.",
  },
  offline: {
    heading: "The page could not be loaded",
    text: "There is no internet connection. Connect, then reload.",
  },
  load: {
    heading: "The page could not be loaded",
    text: "A part of it did not arrive. The connection may have dropped, or the page was updated while it was loading. Reload to try again.",
  },
  unreadable: {
    heading: "The page could not be loaded",
    text: "The browser could not read a part of it: either that did not arrive whole, or this browser is too old. Reload; if that does not help, use a current version of Firefox, Chrome, Edge or Safari.",
  },
  crash: {
    heading: "The page has stopped working",
    text: "The page has a bug and cannot go on. Nothing more is sent to the server. Unsaved changes are lost. Reload to start again.",
  },
  memory: {
    heading: "The page has stopped working",
    text: "It ran out of memory. Close other tabs, then reload. Unsaved changes are lost.",
  },
};

/** The list of technical details on the recovery page, once that is shown. */
let details = null;

/** Makes an element with attributes and children; children that are strings become text. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * Replaces the page by one that says what happened and offers to reload.
 * Called again (a panic is followed by a trap), it only adds to the details.
 */
function fail(kind, detail) {
  const text = String(detail ?? "").trim();
  if (details === null) {
    const { heading, text: explanation } = WORDS[kind];
    stop();
    const title = element("h1", { tabindex: "-1" }, heading);
    const reload = element("button", { type: "button", class: "button primary" }, "Reload");
    reload.addEventListener("click", () => location.reload());
    details = element("pre", { tabindex: "0", "aria-label": "Details" });
    document.body.replaceChildren(
      element(
        "main",
        { id: "app", class: "recovery" },
        title,
        element("p", { role: "alert" }, explanation),
        element("p", {}, reload),
        element("details", {}, element("summary", {}, "Details for a report"), details),
      ),
    );
    document.body.className = "";
    document.title = heading;
    // What is left of the app may still name its tab.
    Object.defineProperty(document, "title", { get: () => heading, set() {} });
    title.focus();
  }
  if (text && !details.textContent.includes(text)) details.append(text, "\n");
}

/**
 * Keeps what is left of the app quiet: its timers and listeners still run, with a memory that may be
 * torn, and must write nothing. Nor may it ask before the reload, as there is nothing left to save.
 */
function stop() {
  globalThis.fetch = () => Promise.reject(new TypeError("the page has stopped"));
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
}

/** What an error says of itself, the stack included where there is one. */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  // Chromium's stack begins with the message, Firefox's and Safari's do not.
  const stack = error.stack ?? "";
  return stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
}

/**
 * Whether an error that was not caught has left the module unusable: a trap (`unreachable` follows a
 * panic and a failed allocation) or a stack that overflowed, which is no trap in JavaScript's eyes.
 */
function isFatal(error) {
  if (error instanceof WebAssembly.RuntimeError) return true;
  const name = error?.name;
  return name === "InternalError" || (name === "RangeError" && /call stack/i.test(error.message));
}

/** Which words fit an error that stopped the module, or kept it from starting. */
function kindOf(error) {
  if (error instanceof WebAssembly.RuntimeError || isFatal(error)) return "crash";
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) return "unreadable";
  if (error instanceof RangeError) return "memory";
  return navigator.onLine ? "load" : "offline";
}

/**
 * The app's own way to this page: its panic hook and its allocation error handler call it.
 * @param {string} message what happened, for the details
 * @param {"crash" | "memory"} [kind]
 */
globalThis.tokendeckFailed = (message, kind = "crash") => {
  fail(Object.hasOwn(WORDS, kind) ? kind : "crash", message);
};

/** What the app will ask first, asked for while its module is on the way: by address the answer, its body and the time. */
const early = new Map();

/** How long, in milliseconds, the app waits for what the first rows need at most, so that the page is laid out once with all of them. */
const PATIENCE = 50;

/**
 * Reads the body of an answer, and gives up with a `RangeError` as soon as it has more bytes than that: what does not end
 * must not fill the memory.
 * @param {Response} answer
 * @param {number} limit
 * @returns {Promise<ArrayBuffer>}
 */
globalThis.tokendeckRead = async (answer, limit) => {
  const chunks = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (let part; reader && !(part = await reader.read()).done; chunks.push(part.value)) {
    size += part.value.length;
    if (size > limit) {
      reader.cancel().catch(() => {});
      throw new RangeError("the answer is too large");
    }
  }
  const all = new Uint8Array(size);
  let end = 0;
  for (const chunk of chunks) all.set(chunk, (end += chunk.length) - chunk.length);
  return all.buffer;
};

/**
 * Sends a request early.
 * @param {(answer: Response) => Promise<unknown>} read reads its body
 */
function askEarly(address, init, read) {
  const stop = new AbortController();
  const answer = fetch(address, { ...init, signal: stop.signal });
  const sent = { answer, body: answer.then(read), askedAt: Date.now(), stop };
  // What takes it hears of a failure; until then nothing does.
  sent.body.catch(() => {});
  early.set(address, sent);
  return sent;
}

/**
 * The answer to a request that was sent early, once, or nothing.
 * @param {string} address as it was asked for
 * @param {AbortSignal} [signal] calls it off
 */
globalThis.tokendeckEarly = (address, signal) => {
  const sent = early.get(address);
  early.delete(address);
  signal?.addEventListener("abort", () => sent?.stop.abort(signal.reason));
  return sent;
};

const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

/** Asks for what the first screen needs: the configuration and, without a sign-in, the first page of the list and the scopes. */
function askForTheFirstScreen() {
  const config = askEarly("config.json", {}, (it) => it.text());
  const text = config.body;
  // The app gets the configuration when these are there, too, or have let the browser wait for long enough.
  config.body = text.then(async (text) => {
    const rows = askForTheFirstRows(text);
    readTables();
    // In two steps: where the browser was busy all the time, what has come meanwhile is seen before the time is over.
    await Promise.race([rows, sleep(PATIENCE / 2).then(() => sleep(PATIENCE / 2))]);
    return text;
  });
  config.body.catch(() => {});
}

/** A base that is right beyond doubt. The app, which reads all that can be right, asks by itself where this one is another. */
const PLAIN_BASE = /^(?!\/\/|$)(https?:\/\/[\w.:[\]-]+(?![^/]))?[\w.~\/-]*$/;

async function askForTheFirstRows(config) {
  try {
    const { connections } = JSON.parse(config);
    // The one that the address names, or the first: where it names none all are shown.
    const named = new URLSearchParams(location.search).get("connection");
    const first = connections.find((it) => it.name === named) ?? connections[0];
    // Others are shown where this browser says so: that is for the app to find out.
    const isShown = localStorage.getItem("tokendeck.connections") === null;
    const isPlain = (first.dialect ?? "scoped") === "scoped" && (first.auth?.type ?? "none") === "none";
    if (isShown && isPlain && PLAIN_BASE.test(first.base)) {
      const base = first.base.replace(/\/+$/, "");
      const init = { cache: "no-store", redirect: "manual" };
      const read = (it) => tokendeckRead(it, (first.max_answer_mb ?? 64) * 1e6);
      const asked = ["tokens?limit=1000", "scopes"].map((path) => askEarly(`${base}/${path}`, init, read));
      await Promise.all(asked.map((it) => it.body));
    }
  } catch {
    // The app says what is wrong with it.
  }
}

/** The browser reads its tables of dates and languages when it is first asked for one: better now than when rows wait. */
function readTables() {
  new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" }).format();
  new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(1, "day");
}

async function start() {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") {
    fail("unsupported", "WebAssembly is missing");
    return;
  }
  addEventListener("error", (event) => {
    if (isFatal(event.error)) fail("crash", describe(event.error));
  });
  addEventListener("unhandledrejection", (event) => {
    if (isFatal(event.reason)) fail("crash", describe(event.reason));
  });
  try {
    askForTheFirstScreen();
    const { js, wasm } = document.querySelector('meta[name="tokendeck-module"]').dataset;
    const glue = await import(new URL(js, document.baseURI).href);
    // The module compiles while it downloads, where the server names the type application/wasm.
    await glue.default({ module_or_path: new URL(wasm, document.baseURI) });
  } catch (error) {
    fail(kindOf(error), describe(error));
  }
}

start();
