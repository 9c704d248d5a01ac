// Unpacks the Chromium that npm brought, with the libraries and fonts that small machines lack, beside the packages.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const packed = (name) => brotliDecompressSync(readFileSync(here(`node_modules/@sparticuz/chromium/bin/${name}.br`)));
const [half, whole] = [here("node_modules/.chromium.new"), here("node_modules/.chromium")];

for (const folder of [half, whole]) rmSync(folder, { recursive: true, force: true });
mkdirSync(half);
for (const name of ["al2023.tar", "fonts.tar", "swiftshader.tar"]) {
  execFileSync("tar", ["-x", "--no-same-owner", "-C", half], { input: packed(name) });
}
writeFileSync(`${half}/chromium`, packed("chromium"));
chmodSync(`${half}/chromium`, 0o755);
renameSync(half, whole);
