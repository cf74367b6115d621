// Raw Automerge change chunks as bytes: splitting a row of them and naming each by its hash.
import { sha256, toHex, type Bytes } from '../bytes'

const MAGIC = [0x85, 0x6f, 0x4a, 0x83]
const RAW_CHANGE = 1

/** One change: its bytes and its SHA-256 in hex. */
export interface Change { bytes: Bytes; hash: string }

/** Splits concatenated raw change chunks; throws when they are anything else. */
export function splitChunks(row: Bytes): Bytes[] {
  const chunks: Bytes[] = []
  let at = 0
  while (at < row.length) {
    const start = at
    if (MAGIC.some((byte, offset) => row[start + offset] !== byte) || row[start + 8] !== RAW_CHANGE) throw new TypeError('not a raw change chunk')
    at += 9
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = row[at++]
      if (byte === undefined || shift > 28) throw new TypeError('a chunk without a length')
      size += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    at += size
    if (at > row.length) throw new TypeError('a chunk cut short')
    chunks.push(row.slice(start, at))
  }
  return chunks
}

/** The hash that names a change for ever: SHA-256 of type, length and content. */
export async function changeHash(chunk: Bytes): Promise<string> {
  return toHex(await sha256(chunk.subarray(8)))
}

/** Splits and names. */
export function readChanges(row: Bytes): Promise<Change[]> {
  return Promise.all(splitChunks(row).map(async (bytes) => ({ bytes, hash: await changeHash(bytes) })))
}
