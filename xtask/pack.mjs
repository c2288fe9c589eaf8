//! Packs the page for the browsers that take it so: beside each file, its twins for brotli and gzip. What does not become
//! smaller is left alone, and so is what a host changes: a twin would hide the change. `node xtask/pack.mjs FOLDER`

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** `config.json`, and descriptions of APIs. */
const CHANGED = /^(config\.json|apis\b.*)$/;

const [folder] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
for (const file of files.map((it) => join(it.parentPath, it.name)).sort()) {
  if (CHANGED.test(relative(folder, file))) continue;
  const raw = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length };
  for (const [end, packed] of [['br', brotliCompressSync(raw, { params })], ['gz', gzipSync(raw, { level: 9 })]]) {
    if (packed.length < raw.length) writeFileSync(`${file}.${end}`, packed);
  }
}
