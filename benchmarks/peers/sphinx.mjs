// The search box of docs.python.org: Sphinx's own script, on a page made of stubs.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { LIMIT, main } from "./asking.mjs";

// Just enough of an element to be written to.
function element() {
  return { dataset: {}, classList: { add() {} }, appendChild: (child) => child };
}

function build({ pages }) {
  const read = (name) => readFileSync(join(pages, name), "utf-8");
  let links = [];
  const page = {
    DOCUMENTATION_OPTIONS: {
      BUILDER: "html", FILE_SUFFIX: ".html", LINK_SUFFIX: ".html", URL_ROOT: "",
      SHOW_SEARCH_SUMMARY: false, // the summary of each hit would fetch its whole page
    },
    SPHINX_HIGHLIGHT_ENABLED: false,
    Documentation: { gettext: (text) => text },
    _: (text) => text,
    _ready() {},
    document: {
      createElement(name) {
        const made = element();
        if (name === "a") links.push(made);
        return made;
      },
      getElementById: element,
    },
    // It shows one hit at a time and waits; these are enough.
    setTimeout(next) {
      if (links.length < LIMIT) next();
    },
  };
  page.window = { setTimeout() {} };
  vm.createContext(page);
  const scripts = ["_static/language_data.js", "_static/searchtools.js", "searchindex.js"];
  for (const name of scripts) vm.runInContext(read(name), page, name);
  const query = vm.runInContext(
    "Search.output = Search.title = Search.status = document.createElement('p');" +
      "(text) => Search.query(text)",
    page,
  );

  return {
    version: read("index.html").match(/Sphinx<\/a>\s+([\d.]+\d)/)?.[1] ?? "",
    nBytes: statSync(join(pages, "searchindex.js")).size,
    search(text) {
      links = [];
      query(text);
      return links.map((link) => link.href);
    },
  };
}

main(build);
