// Copies Automerge's wasm without its `name` and `producers` sections: names of functions that no
// browser needs, a fifth of what a phone would download. Runs before every build and test.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../node_modules/@automerge/automerge/dist/automerge.wasm', import.meta.url))
const target = fileURLToPath(new URL('../engine/wasm/automerge.wasm', import.meta.url))
const unwanted = new Set(['name', 'producers'])

/** Reads an unsigned LEB128 number; answers it and the position after it. */
function number(bytes, at) {
  let value = 0
  let shift = 0
  for (;;) {
    const byte = bytes[at++]
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value >>> 0, at]
    shift += 7
  }
}

const input = readFileSync(source)
const kept = [input.subarray(0, 8)]
for (let at = 8; at < input.length; ) {
  const [size, body] = number(input, at + 1)
  const end = body + size
  let drop = false
  if (input[at] === 0) {
    const [length, text] = number(input, body)
    drop = unwanted.has(input.toString('utf8', text, text + length))
  }
  if (!drop) kept.push(input.subarray(at, end))
  at = end
}
mkdirSync(new URL('../engine/wasm/', import.meta.url), { recursive: true })
writeFileSync(target, Buffer.concat(kept))
