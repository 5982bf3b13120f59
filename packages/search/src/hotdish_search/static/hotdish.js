// The search page and the bar above documentation pages. The server renders everything; this script
// asks it for the results while one types, and moves through them by keyboard.

const BETWEEN_REQUESTS_MS = 60; // the first key is sent at once, further ones when typing pauses
const STALLED_MS = 200; // how long an answer may take before the box shows that it is awaited
const SETTLED_MS = 1000; // how long a query must stand to become a step for the back button
const ANNOUNCED_MS = 400; // how long results must stand to be read out
const PREVIEWED_MS = 150; // how long a hit must be selected to be previewed
const KEPT_ANSWERS = 60;

const isPlainClick = (event) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

/** Waits until calls pause. */
function trailing(wait_ms, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait_ms, ...values);
  };
}

/** Asks the server for fragments. Only the newest question gets an answer. */
class Questions {
  #kept = new Map();
  #running = null;

  /** Gives the fragment, or null if a newer question came meanwhile. Throws if nothing answers. */
  async ask(address) {
    this.cancel();
    const kept = this.#kept.get(address);
    if (kept !== undefined) return kept;
    const running = new AbortController();
    this.#running = running;
    try {
      const response = await fetch(address, {
        headers: { "Hotdish-Fragment": "1" },
        signal: running.signal,
      });
      const html = await response.text();
      if (this.#running !== running) return null;
      if (response.headers.get("content-type")?.startsWith("text/html") !== true)
        throw new Error(`The search answered with an error (${response.status}).`);
      if (response.ok) this.#keep(address, html);
      return html;
    } catch (error) {
      if (this.#running !== running) return null;
      throw error instanceof TypeError
        ? new Error("The search does not answer. Is hotdish-search still running?")
        : error;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  cancel() {
    this.#running?.abort();
    this.#running = null;
  }

  #keep(address, html) {
    this.#kept.set(address, html);
    if (this.#kept.size > KEPT_ANSWERS) this.#kept.delete(this.#kept.keys().next().value);
  }
}

/** The box, the results below it and the selected hit: a combobox with a list box. */
class SearchBox extends EventTarget {
  #questions = new Questions();
  #hits = [];
  #active = -1;
  #awaited = null; // the address that was asked for last and is not answered yet
  #shown = null; // the address whose answer stands below the box
  #opening = null; // Enter came before the answer: how to open its first hit
  #burst = 0;
  #retry = 0;

  constructor(root) {
    super();
    this.input = root.getElementById("query");
    this.form = root.getElementById("search");
    this.results = root.getElementById("results");
    this.status = root.getElementById("status");
    this.address = new URL(location.pathname === "/search" ? location : "/search", location);
    this.announce = trailing(ANNOUNCED_MS, (text) => {
      this.status.textContent = text;
    });
    this.#shown = this.#wanted;
    this.#prepareInput();
    this.#listen();
    this.adopt();
  }

  get query() {
    return this.input.value.trim();
  }

  get selected() {
    return this.#hits[this.#active] ?? null;
  }

  /** Asks for what the box says now. */
  type() {
    if (!this.query) return this.clear();
    const choices = this.address.searchParams;
    // Both were chosen for one query, "more of it" and "just as typed"; the next starts without.
    if (choices.get("q") !== this.query) for (const name of ["limit", "verbatim"]) choices.delete(name);
    choices.set("q", this.query);
    this.#stall();
    // The first key of a burst is sent at once, the last one when the burst is over.
    if (!this.#burst) this.#ask();
    clearTimeout(this.#burst);
    this.#burst = setTimeout(() => this.#endBurst(), BETWEEN_REQUESTS_MS);
  }

  /** Empties the box and shows what stands there before a search. */
  clear() {
    this.input.value = "";
    this.address = new URL("/search", location);
    this.#stall();
    this.#ask();
  }

  /** Shows another address of the search: a tab, a correction, a step back. */
  async show(address) {
    this.address = new URL(address, location);
    this.input.value = this.address.searchParams.get("q") ?? "";
    this.#stall();
    await this.#ask();
  }

  /** Opens the selected hit, or the first hit of the answer that is still to come. */
  open(how) {
    if (this.#shown !== this.#wanted) {
      this.#opening = how;
      this.#endBurst();
      return;
    }
    if (!this.selected) return;
    this.dispatchEvent(new Event("open"));
    if (how === "tab") window.open(this.selected.href, "_blank", "noopener");
    else location.assign(this.selected.href);
  }

  select(place) {
    this.selected?.removeAttribute("aria-selected");
    this.#active = Math.max(-1, Math.min(place, this.#hits.length - 1));
    const hit = this.selected;
    hit?.setAttribute("aria-selected", "true");
    if (hit) this.input.setAttribute("aria-activedescendant", hit.id);
    else this.input.removeAttribute("aria-activedescendant");
    this.dispatchEvent(new Event("select"));
  }

  move(step) {
    const n = this.#hits.length;
    if (!n) return;
    this.select((this.#active + step + n) % n);
    this.selected.scrollIntoView({ block: "nearest" });
  }

  /** Takes over results that stand in the page: names their roles and selects the first hit. */
  adopt() {
    const list = this.results.querySelector("#hits");
    this.#hits = [...this.results.querySelectorAll(".hit")].filter((hit) => hit.checkVisibility());
    this.#hits.forEach((hit, place) => {
      hit.id = `hit-${place}`;
      hit.setAttribute("role", "option");
      hit.setAttribute("aria-posinset", place + 1);
      hit.setAttribute("aria-setsize", this.#hits.length);
    });
    this.input.setAttribute("aria-expanded", String(this.#hits.length > 0));
    if (list && this.#hits.length) {
      // The card and What's New lie outside the list, but are options of it.
      const outside = this.#hits.filter((hit) => !list.contains(hit)).map((hit) => hit.id);
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", "Results");
      if (outside.length) list.setAttribute("aria-owns", outside.join(" "));
      for (const item of this.results.querySelectorAll(".hits li, .news .hits"))
        item.setAttribute("role", "presentation");
      this.input.setAttribute("aria-controls", "hits");
    } else {
      list?.remove();
      this.input.removeAttribute("aria-controls");
    }
    this.select(0);
    const retry_s = Number(this.results.firstElementChild?.dataset.retry);
    if (retry_s) this.#retry = setTimeout(() => this.#askAgain(), retry_s * 1000);
  }

  get #wanted() {
    return this.address.pathname + this.address.search;
  }

  #endBurst() {
    clearTimeout(this.#burst);
    this.#burst = 0;
    if (this.#awaited !== this.#wanted) this.#ask();
  }

  async #ask() {
    const wanted = this.#wanted;
    if (this.#shown === wanted) {
      this.#questions.cancel();
      this.#settle();
      return;
    }
    clearTimeout(this.#retry);
    this.#awaited = wanted;
    try {
      const html = await this.#questions.ask(wanted);
      if (html !== null && wanted === this.#wanted) this.#answer(wanted, html);
    } catch (error) {
      this.#fail(error.message);
    }
  }

  #answer(wanted, html) {
    this.#shown = wanted;
    this.#settle();
    const template = document.createElement("template");
    template.innerHTML = html;
    const next = template.content.firstElementChild;
    const hadFocus = this.results.contains(this.results.getRootNode().activeElement);
    const isMore = new URLSearchParams(wanted.split("?")[1]).has("limit");
    const n_before = this.#hits.length;
    this.dispatchEvent(
      new CustomEvent("answer", {
        detail: { address: wanted, title: next.dataset.title, isEmpty: !this.query, isMore },
      }),
    );
    this.results.replaceChildren(template.content);
    this.adopt();
    this.announce(next.dataset.status);
    if (!isMore) this.results.scrollTop = 0;
    if (hadFocus && isMore) this.#hits[n_before]?.focus();
    else if (hadFocus) (this.results.querySelector("[aria-current]") ?? this.input).focus();
    const how = this.#opening;
    this.#opening = null;
    if (how) this.open(how);
  }

  #askAgain() {
    this.#shown = null;
    this.#ask();
  }

  /** Says above the old results, which stay, that there are no new ones. */
  #fail(message) {
    this.#opening = null;
    this.#settle();
    this.results.querySelector(".failure")?.remove();
    const notice = document.createElement("div");
    const text = document.createElement("p");
    const again = document.createElement("button");
    notice.className = "failure";
    text.textContent = message;
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => this.#askAgain());
    notice.append(text, again);
    this.results.prepend(notice);
    this.dispatchEvent(new Event("fail"));
    this.announce(message);
  }

  #stall() {
    this.#opening = null;
    this.stalled ??= setTimeout(() => {
      this.form.classList.add("is-waiting");
      this.results.setAttribute("aria-busy", "true");
    }, STALLED_MS);
  }

  #settle() {
    this.#awaited = null;
    clearTimeout(this.stalled);
    this.stalled = undefined;
    this.form.classList.remove("is-waiting");
    this.results.removeAttribute("aria-busy");
  }

  #prepareInput() {
    const { input } = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-expanded", "false");
  }

  #listen() {
    this.input.addEventListener("input", (event) => {
      if (!event.isComposing) this.type();
    });
    this.input.addEventListener("compositionend", () => this.type());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      // On a touch screen this key means "show me": put the keyboard away.
      if (matchMedia("(pointer: coarse)").matches) this.input.blur();
    });
    this.form.querySelector("[data-does=clear]").addEventListener("click", () => {
      this.clear();
      this.input.focus();
    });
    this.results.addEventListener("click", (event) => this.#click(event));
    // Many parts do not fit: the wheel moves through them.
    this.results.addEventListener(
      "wheel",
      (event) => {
        const tabs = event.target.closest(".tabs ul");
        if (tabs && event.deltaX === 0) tabs.scrollLeft += event.deltaY;
      },
      { passive: true },
    );
    this.results.addEventListener("toggle", () => this.#adoptKeepingSelection(), true);
    // pointermove and not pointerover: results that change under a resting mouse select nothing.
    this.results.addEventListener("pointermove", (event) => {
      const place = this.#hits.indexOf(event.target.closest(".hit"));
      if (place >= 0 && place !== this.#active) this.select(place);
    });
    this.results.addEventListener("focusin", (event) => {
      const place = this.#hits.indexOf(event.target.closest(".hit"));
      if (place >= 0) this.select(place);
    });
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.open("tab");
    else if (event.key === "Enter" && !matchMedia("(pointer: coarse)").matches) this.open("here");
    else return;
    event.preventDefault();
  }

  #click(event) {
    const link = event.target.closest("a");
    if (!link || !isPlainClick(event)) return;
    if (link.classList.contains("live")) {
      event.preventDefault();
      this.dispatchEvent(new Event("step"));
      this.show(link.href);
    } else {
      this.dispatchEvent(new Event("open"));
    }
  }

  #adoptKeepingSelection() {
    const { selected } = this;
    this.adopt();
    this.select(Math.max(0, this.#hits.indexOf(selected)));
  }
}

/** Keeps the address bar, the title and the back button in step with the search page. */
class Steps {
  #isSettled = true;
  #settleLater = trailing(SETTLED_MS, () => this.settle());
  #isGoingBack = false;

  constructor(box) {
    box.addEventListener("answer", (event) => this.#follow(event.detail));
    box.addEventListener("step", () => this.settle());
    box.addEventListener("open", () => this.settle());
    window.addEventListener("popstate", async () => {
      this.#isGoingBack = true;
      await box.show(location.pathname === "/search" ? location : "/search");
      this.#isGoingBack = false;
    });
  }

  /** Makes the present search one that the back button returns to. */
  settle() {
    this.#isSettled = true;
  }

  #follow({ address, title, isEmpty, isMore }) {
    document.title = title;
    setMode(isEmpty);
    if (this.#isGoingBack) return;
    if (!isMore) window.scrollTo({ top: 0 });
    const shown = isEmpty ? "/" : address;
    if (shown === location.pathname + location.search) return;
    if (this.#isSettled) history.pushState(null, "", shown);
    else history.replaceState(null, "", shown);
    this.#isSettled = false;
    this.#settleLater();
  }
}

/** Changes between the home page and the page of results; the box glides from one to the other. */
function setMode(isHome) {
  document.body.classList.toggle("is-home", isHome);
  document.body.classList.toggle("has-query", !isHome);
}

/** Shows the documentation page of the selected hit beside the list where there is room. */
function preview(box, pane) {
  const isWide = matchMedia("(min-width: 1200px)");
  let frame = null;
  const show = () => {
    const href = isWide.matches && !document.body.classList.contains("is-home") && box.selected?.href;
    pane.hidden = !href;
    if (!href) return;
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = "Preview of the documentation";
      pane.replaceChildren(frame);
    }
    const address = new URL(href);
    address.searchParams.set("preview", "1");
    // replace, because a changed src would be a step for the back button
    frame.contentWindow.location.replace(address);
  };
  box.addEventListener("select", trailing(PREVIEWED_MS, show));
  isWide.addEventListener("change", show);
  show();
}

/** Keys that hold everywhere on a page. */
function listenForKeys(box, { escape, help }) {
  window.addEventListener(
    "keydown",
    (event) => {
      const target = event.composedPath()[0];
      const isText = target.matches?.("input, textarea, select, [contenteditable]") ?? false;
      const isCommandK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      if (isCommandK || (event.key === "/" && !isText && !hasModifier)) {
        const chosen = String(getSelection()).trim();
        box.input.focus();
        if (isCommandK && chosen && chosen.length <= 100 && !isText) {
          box.input.value = chosen;
          box.type();
        }
        box.input.select();
      } else if (event.key === "Escape" && target === box.input && !event.isComposing) escape();
      else if (event.key === "?" && !isText && help) help();
      else return;
      event.preventDefault();
      event.stopImmediatePropagation(); // the documentation's own theme listens for "/" too
    },
    { capture: true },
  );
}

function listenForTheme(button) {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const now = () => root.dataset.hotdishTheme ?? (dark.matches ? "dark" : "light");
  const label = () => {
    button.title = now() === "dark" ? "Change to light" : "Change to dark";
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("click", () => {
    const next = now() === "dark" ? "light" : "dark";
    root.dataset.hotdishTheme = next;
    for (const { contentDocument } of document.querySelectorAll(".preview iframe"))
      contentDocument.documentElement.dataset.hotdishTheme = next;
    try {
      // What the system says anyway is not worth remembering. The second key is the one that
      // Python's own theme reads, so that the documentation follows.
      for (const key of ["hotdish-theme", "currentTheme"]) {
        if (next === (dark.matches ? "dark" : "light")) localStorage.removeItem(key);
        else localStorage.setItem(key, next);
      }
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
    label();
  });
  dark.addEventListener("change", label);
  label();
}

/** Takes the code out of an interactive session, so that it can be pasted into another. */
function codeOf(example) {
  const lines = example.split("\n");
  const typed = lines.filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
  return (typed.length ? typed.map((line) => line.slice(4)) : lines).join("\n");
}

function listenForCopying(results) {
  results.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-does^=copy]");
    if (!button) return;
    const text =
      button.dataset.copy ?? codeOf(button.closest(".card").querySelector("pre").textContent);
    await navigator.clipboard.writeText(text);
    const before = button.innerHTML;
    button.textContent = "Copied";
    setTimeout(() => {
      button.innerHTML = before;
    }, 1200);
  });
}

function startSearchPage() {
  const box = new SearchBox(document);
  const keys = document.getElementById("keys");
  new Steps(box);
  box.addEventListener("fail", () => setMode(false));
  preview(box, document.querySelector(".preview"));
  listenForTheme(document.querySelector("[data-does=theme]"));
  listenForCopying(box.results);
  document.querySelector("[data-does=keys]").addEventListener("click", () => keys.showModal());
  document.querySelector("select.docset")?.addEventListener("change", (event) => {
    box.address.searchParams.set("docset", event.target.value);
    if (box.query) box.show(box.address);
  });
  listenForKeys(box, {
    escape: () => (box.input.value ? box.clear() : box.input.blur()),
    help: () => keys.showModal(),
  });
  // So that the arrows work at once; on a touch screen it would only bring up the keyboard.
  if (matchMedia("(pointer: fine)").matches) {
    box.input.focus({ preventScroll: true });
    box.input.setSelectionRange(box.input.value.length, box.input.value.length);
  }
  // Somebody may have typed before this script ran.
  if (box.query !== (box.address.searchParams.get("q") ?? "").trim()) box.type();
}

/** The bar above a documentation page: results drop down over the page. */
function startBar(host) {
  const box = new SearchBox(host.shadowRoot);
  const close = () => {
    box.results.hidden = true;
    box.input.setAttribute("aria-expanded", "false");
    box.input.removeAttribute("aria-activedescendant");
  };
  const reopen = () => {
    if (!box.query || !box.results.childElementCount) return;
    box.results.hidden = false;
    box.adopt();
  };
  box.addEventListener("answer", ({ detail }) => {
    box.results.hidden = detail.isEmpty;
  });
  box.addEventListener("fail", () => {
    box.results.hidden = false;
  });
  box.addEventListener("open", close);
  box.input.addEventListener("focus", reopen);
  document.addEventListener("pointerdown", (event) => {
    if (!event.composedPath().includes(host)) close();
  });
  listenForCopying(box.results);
  listenForKeys(box, {
    escape: () => {
      if (!box.results.hidden) close();
      else if (box.input.value) box.clear();
      else box.input.blur();
    },
  });
}

/** Marks the place in a documentation page that its address names. */
function markPlace() {
  document.querySelector(".hotdish-place")?.classList.remove("hotdish-place");
  const anchor = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!anchor) return;
  // Built-in types have their anchor in an empty element before the definition.
  const place =
    anchor.localName === "dt"
      ? anchor
      : (anchor.closest("dt") ??
        (anchor.textContent.trim() ? null : anchor.nextElementSibling?.querySelector("dt")) ??
        anchor.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)") ??
        anchor);
  place.classList.add("hotdish-place");
}

const bar = document.querySelector("hotdish-bar");
if (bar) startBar(bar);
else if (document.getElementById("results")) startSearchPage();
if (location.pathname.startsWith("/docs/")) {
  markPlace();
  window.addEventListener("hashchange", markPlace);
}
