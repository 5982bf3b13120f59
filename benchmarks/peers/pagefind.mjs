// Pagefind: its indexer writes files, its script for browsers searches them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LIMIT, bytesIn, main, packageFolder, versionOf } from "./asking.mjs";

async function build({ documents, folder }) {
  const output = join(folder, "index");
  const started = performance.now();
  await writeIndex(documents, output);
  const buildS = (performance.now() - started) / 1000; // a program of its own does the work
  globalThis.fetch = async (url) => new Response(readFileSync(new URL(url)));
  const site = pathToFileURL(`${output}/`).href;
  const pagefind = await import(`${site}pagefind.js`);
  await pagefind.options({ basePath: site, baseUrl: "/" });
  await pagefind.init();
  return {
    version: versionOf("pagefind"),
    buildS,
    nBytes: bytesIn(output),
    async search(query) {
      const { results } = await pagefind.search(query);
      const first = await Promise.all(results.slice(0, LIMIT).map((hit) => hit.data()));
      return first.map((hit) => hit.meta.place);
    },
  };
}

async function writeIndex(documents, outputPath) {
  const indexer = await import(join(packageFolder("pagefind"), "lib", "index.js"));
  const { index } = await indexer.createIndex({ forceLanguage: "en" });
  for (const { id, title, headings, text } of documents) {
    await index.addCustomRecord({
      url: `/${id}`,
      content: `${title} ${headings} ${text}`,
      language: "en",
      meta: { title, place: id },
    });
  }
  await index.writeFiles({ outputPath });
  await indexer.close();
}

await main(build);
