// Unsent work as a file that another phone or a memory card carries to the server: parcels of sealed envelopes, each parcel
// one batch or one file. The carrier plays no role (P5): it cannot read what it brings (PROTOCOL §7.1), nor change it.
// Files of before, signed but readable, are still taken.
import { fromBase64Url, sha256, toHex, type Bytes } from '../bytes'
import { dateAt } from '../context'
import { decode, encode } from '../protocol/cbor'
import type { BatchManifest, SealedBatch } from '../protocol/message'
import { ordered, type Write } from '../store/database'
import { NOTHING_CARRIED, type Book, type Parcel } from './book'
import { isEnvelope, piecesOf, sealer } from './envelope'
import { Failure } from './failure'
import { bytesOf, keptFile } from './files'
import { sealAll } from './outbox'

const FORMAT = 'bidao-carry-v3'
/** Readable: batches and files as they are; before photos, batches alone. */
const OPEN_FORMATS = ['bidao-carry-v2', 'bidao-carry-v1']

type Sealed = [format: string, parcels: Bytes[][]]
type Opened = [format: string, batches: SealedBatch[], files?: [mime: string, bytes: Bytes][]]

/** Seals what waits and puts all batches without a receipt, and all files not stored, in one file. `told` hears how far it is. */
export async function exportBatches(book: Book, keys: CryptoKeyPair, told: (done: number, of: number) => void = () => {}): Promise<{ name: string; bytes: Uint8Array; batches: number }> {
  await sealAll(book, keys)
  const batches = [...book.batches.values()].filter((batch) => !batch.settled).map((batch) => batch.sealed)
  const files = [...book.files.values()].filter((file) => file.state === 'waiting' && file.here)
  const of = batches.length + files.length
  const name = `bidao-${book.identity.device}-${dateAt(book.context.now())}.cbor`
  if (of === 0) return { name, bytes: new Uint8Array(), batches: 0 }
  const key = book.state.reference?.carriage_key
  if (!key) throw new Failure('no_carriage_key')
  const seal = await sealer(fromBase64Url(key))
  const parcels: Bytes[][] = []
  for (const batch of batches) {
    parcels.push([await seal({ batch })])
    told(parcels.length, of)
  }
  for (const { sha256 } of files) {
    const bytes = await bytesOf(book, sha256)
    const parcel: Bytes[] = []
    for (const piece of bytes ? await piecesOf(bytes) : []) parcel.push(await seal(piece))
    if (parcel.length > 0) parcels.push(parcel)
    told(parcels.length, of)
  }
  return { name, bytes: encode([FORMAT, parcels] satisfies Sealed), batches: parcels.length }
}

/** Takes another phone's file along; answers how many batches and files it holds. */
export async function importBatches(book: Book, bytes: Uint8Array): Promise<number> {
  let taken: { count: number; writes: Write[] }
  try {
    const file = decode(bytes) as Sealed | Opened
    if (file[0] === FORMAT) taken = await parcelsOf(book, file as Sealed)
    else if (OPEN_FORMATS.includes(file[0])) taken = await openOf(book, file as Opened)
    else throw new TypeError('another file')
  } catch {
    throw new Failure('bad_file')
  }
  const fresh: Write[] = book.carried.size === 0 ? [{ table: 'state', key: 'carriage', value: NOTHING_CARRIED }] : []
  await book.commit([...fresh, ...taken.writes])
  return taken.count
}

async function parcelsOf(book: Book, [, parcels]: Sealed): Promise<{ count: number; writes: Write[] }> {
  const writes: Write[] = []
  for (const parcel of parcels) {
    if (parcel.length === 0 || !parcel.every(isEnvelope)) throw new TypeError('not envelopes')
    const key = `carried/${toHex(await sha256(parcel[0]!))}`
    // Brought along a second time it goes on where it was.
    if (book.carried.has(key)) continue
    writes.push({ table: 'carried', key, value: { envelopes: parcel.length, next: 0 } satisfies Parcel }, { table: 'bytes', key, value: encode(parcel) })
  }
  return { count: parcels.length, writes }
}

async function openOf(book: Book, [, batches, along = []]: Opened): Promise<{ count: number; writes: Write[] }> {
  const keyed = batches.map((batch): [string, SealedBatch] => [keyOf(batch), batch])
  if (!along.every(([mime, one]) => typeof mime === 'string' && one instanceof Uint8Array)) throw new TypeError('not files')
  const foreign = keyed.filter(([key]) => !book.batches.has(key))
  const writes: Write[] = foreign.map(([key, value]) => ({ table: 'carried', key, value }))
  for (const [mime, one] of along) {
    const file = await keptFile(book, null, one, mime)
    if (!book.files.has(file.sha256)) writes.push(...file.writes)
  }
  return { count: keyed.length + along.length, writes }
}

function keyOf([manifest, signature, payload]: SealedBatch): string {
  const { actor, number } = decode(manifest) as BatchManifest
  const sound = (bytes: Bytes, length: number): boolean => bytes instanceof Uint8Array && bytes.length === length
  if (!sound(actor, 16) || !sound(signature, 64) || !Array.isArray(payload)) throw new TypeError('not a sealed batch')
  return `${toHex(actor)}/${ordered(number)}`
}
