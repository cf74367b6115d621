// Writes a .br and a .gz beside every built file worth it, so that the server never compresses an
// asset at run time. Brotli 11 of the wasm takes seconds: its result is kept by content hash.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = process.argv[2] ?? 'dist'
const cache = '.cache/compressed'
const worth = new Set(['.js', '.css', '.html', '.wasm', '.svg', '.json', '.webmanifest'])
const smallest = 256

function brotli(bytes) {
  const kept = join(cache, createHash('sha256').update(bytes).digest('hex'))
  if (existsSync(kept)) return readFileSync(kept)
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
  if (bytes.length > 500_000) writeFileSync(kept, packed)
  return packed
}

mkdirSync(cache, { recursive: true })
const rows = []
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name)
  if (!entry.isFile() || !worth.has(extname(entry.name))) continue
  const bytes = readFileSync(path)
  if (bytes.length < smallest) continue
  const small = brotli(bytes)
  writeFileSync(`${path}.br`, small)
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  rows.push([path, bytes.length, small.length])
}
for (const [path, raw, small] of rows) console.log(`${String(small).padStart(8)} br ${String(raw).padStart(9)} raw  ${path}`)
