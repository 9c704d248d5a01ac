// Bundles the pages' script and styles into monitor/pages/static/monitor/, from where Django serves them.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: { monitor: here("src/main.js") },
  outdir: here("../pages/static/monitor"),
  bundle: true,
  minify: true,
  // Browsers of the last three years.
  target: ["chrome111", "firefox113", "safari16.4"],
  format: "iife",
  legalComments: "linked",
  logLevel: "warning",
});
