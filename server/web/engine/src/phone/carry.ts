// Unsent work as a file: sealed batches, and the photos and signatures they name, which another phone
// or a memory card can carry to the server. The carrier plays no role (P5): the seal says who wrote,
// a file is what its hash says, and nobody on the way can change either.
import { toHex, type Bytes } from '../bytes'
import { dateAt } from '../context'
import { decode, encode } from '../protocol/cbor'
import type { BatchManifest, SealedBatch } from '../protocol/message'
import { ordered, type Write } from '../store/database'
import type { Book } from './book'
import { Failure } from './failure'
import { bytesOf, keptFile } from './files'
import { sealAll } from './outbox'

const FORMAT = 'bidao-carry-v2'
/** Before photos: batches alone. Still taken. */
const TEXT_FORMAT = 'bidao-carry-v1'

type Carried = [format: string, batches: SealedBatch[], files?: [mime: string, bytes: Bytes][]]

/** Seals what waits and puts all batches without a receipt, and all files not stored, in one file. */
export async function exportBatches(book: Book, keys: CryptoKeyPair): Promise<{ name: string; bytes: Uint8Array; batches: number }> {
  await sealAll(book, keys)
  const batches = [...book.batches.values()].filter((batch) => !batch.settled).map((batch) => batch.sealed)
  const files: [string, Bytes][] = []
  for (const { sha256, state, mime } of book.files.values()) {
    const bytes = state === 'waiting' ? await bytesOf(book, sha256) : null
    if (bytes) files.push([mime, bytes])
  }
  const name = `bidao-${book.identity.device}-${dateAt(book.context.now())}.cbor`
  return { name, bytes: encode([FORMAT, batches, files] satisfies Carried), batches: batches.length + files.length }
}

/** Takes another phone's file along; answers how many batches and files it holds. */
export async function importBatches(book: Book, bytes: Uint8Array): Promise<number> {
  let keyed: [string, SealedBatch][]
  let files: [string, Bytes][]
  try {
    const [format, batches, along = []] = decode(bytes) as Carried
    if (format !== FORMAT && format !== TEXT_FORMAT) throw new TypeError('another file')
    keyed = batches.map((batch) => [keyOf(batch), batch])
    files = along
    if (!files.every(([mime, one]) => typeof mime === 'string' && one instanceof Uint8Array)) throw new TypeError('not files')
  } catch {
    throw new Failure('bad_file')
  }
  const foreign = keyed.filter(([key]) => !book.batches.has(key))
  const writes: Write[] = foreign.map(([key, value]) => ({ table: 'carried', key, value }))
  for (const [mime, one] of files) {
    const file = await keptFile(book, null, one, mime)
    if (!book.files.has(file.sha256)) writes.push(...file.writes)
  }
  await book.commit(writes)
  return keyed.length + files.length
}

function keyOf([manifest, signature, payload]: SealedBatch): string {
  const { actor, number } = decode(manifest) as BatchManifest
  const sound = (bytes: Bytes, length: number): boolean => bytes instanceof Uint8Array && bytes.length === length
  if (!sound(actor, 16) || !sound(signature, 64) || !Array.isArray(payload)) throw new TypeError('not a sealed batch')
  return `${toHex(actor)}/${ordered(number)}`
}
