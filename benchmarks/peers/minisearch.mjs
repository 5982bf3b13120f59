// MiniSearch, with the options that its README shows.
import { join } from "node:path";
import { LIMIT, main, packageFolder, versionOf } from "./asking.mjs";

async function build({ documents }) {
  const file = join(packageFolder("minisearch"), "dist", "es", "index.js");
  const { default: MiniSearch } = await import(file);
  const index = new MiniSearch({
    fields: ["title", "headings", "text"],
    searchOptions: { boost: { title: 2 }, prefix: true, fuzzy: 0.2 },
  });
  index.addAll(documents);
  return {
    version: versionOf("minisearch"),
    nBytes: JSON.stringify(index).length,
    search: (query) => index.search(query).slice(0, LIMIT).map((hit) => hit.id),
  };
}

main(build);
