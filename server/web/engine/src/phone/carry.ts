// Unsent work as a file: sealed batches another phone or a memory card can carry to the server.
// The carrier plays no role (P5): the seal says who wrote, and nobody on the way can change it.
import { toHex, type Bytes } from '../bytes'
import { dateAt } from '../context'
import { decode, encode } from '../protocol/cbor'
import type { BatchManifest, SealedBatch } from '../protocol/message'
import { ordered } from '../store/database'
import type { Book } from './book'
import { Failure } from './failure'
import { sealAll } from './outbox'

const FORMAT = 'bidao-carry-v1'

/** Seals what waits and puts all batches without a receipt in one file. */
export async function exportBatches(book: Book, keys: CryptoKeyPair): Promise<{ name: string; bytes: Uint8Array; batches: number }> {
  await sealAll(book, keys)
  const batches = [...book.batches.values()].filter((batch) => !batch.settled).map((batch) => batch.sealed)
  const name = `bidao-${book.identity.device}-${dateAt(book.context.now())}.cbor`
  return { name, bytes: encode([FORMAT, batches]), batches: batches.length }
}

/** Takes another phone's file along; answers how many batches it holds. */
export async function importBatches(book: Book, bytes: Uint8Array): Promise<number> {
  let batches: SealedBatch[]
  let keyed: [string, SealedBatch][]
  try {
    const [format, list] = decode(bytes) as [string, SealedBatch[]]
    if (format !== FORMAT) throw new TypeError('another file')
    batches = list
    keyed = batches.map((batch) => [keyOf(batch), batch])
  } catch {
    throw new Failure('bad_file')
  }
  const foreign = keyed.filter(([key]) => !book.batches.has(key))
  await book.commit(foreign.map(([key, value]) => ({ table: 'carried', key, value })))
  return batches.length
}

function keyOf([manifest, signature, payload]: SealedBatch): string {
  const { actor, number } = decode(manifest) as BatchManifest
  const sound = (bytes: Bytes, length: number): boolean => bytes instanceof Uint8Array && bytes.length === length
  if (!sound(actor, 16) || !sound(signature, 64) || !Array.isArray(payload)) throw new TypeError('not a sealed batch')
  return `${toHex(actor)}/${ordered(number)}`
}
