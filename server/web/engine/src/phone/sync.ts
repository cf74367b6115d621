// One exchange after the other until nothing is left: seal, ask, take in. Only the short local
// steps hold the book; while the network is slow the person goes on working.
import { concat } from '../bytes'
import { decode } from '../protocol/cbor'
import { deflate } from '../protocol/deflate'
import { decodeResponse, encodeRequest, VERSION, type BatchManifest, type SealedBatch, type SyncResponse } from '../protocol/message'
import type { Access } from './access'
import type { Batch, Book, Contact } from './book'
import { deliver } from './deliver'
import { Failure } from './failure'
import { wished } from './files'
import { learnNames, recordsToAsk } from './names'
import { judged, sealAll } from './outbox'
import { leavers, Pull } from './pull'
import { offerLost, ReadBack, sealedChanges } from './read_back'
import { writeAgain } from './reincarnate'
import { ask } from './session'
import type { Transport } from './transport'

/** Bytes of sealed batches in one request (`PUSH_BYTES`). */
const PUSH_BYTES = 192 * 1024
/** Changes in one request, over all batches (P14). */
const CHANGES_PER_REQUEST = 1024
const PULL_BYTES = 256 * 1024
const SLOW_BYTES = 16 * 1024
/** A server that always says "more" must not keep the phone awake. */
const MOST_EXCHANGES = 500

/** What a run of the sync needs. `exclusive` runs a step while nobody else uses the book. */
export interface SyncParts {
  book: Book
  keys: CryptoKeyPair
  access: Access
  transport: Transport
  exclusive<T>(step: () => Promise<T>): Promise<T>
  touched(records: string[], reference: boolean, more: boolean): void
}

/** Runs until the server has nothing more and nothing waits. Throws a `Failure`; what was exchanged stays. */
export async function synchronise(parts: SyncParts): Promise<void> {
  let stuck = new Set<string>()
  for (let round = 0; round < MOST_EXCHANGES; round++) {
    const { push, offered } = await parts.exclusive(async () => {
      await sealAll(parts.book, parts.keys)
      return nextPush(parts.book, stuck)
    })
    const askedAt = parts.book.context.now()
    const answer = await exchange(parts, push)
    const unfinished = await parts.exclusive(() => takeIn(parts, answer, askedAt))
    const open = offered.filter((batch) => parts.book.batches.get(batch.key)?.settled === false)
    stuck = new Set([...stuck, ...open.map((batch) => batch.key)])
    if (!answer.more && !unfinished && answer.rewound.length === 0 && nextPush(parts.book, stuck).push.length === 0) break
  }
  await deliver(parts)
  await nameAuthors(parts)
}

/** Nice to know, never a reason to fail. */
async function nameAuthors(parts: SyncParts): Promise<void> {
  const { book, access, transport, exclusive, touched } = parts
  const records = await exclusive(() => recordsToAsk(book))
  if (records.length === 0) return
  try {
    const names = await learnNames(transport, await access.token(), records)
    await exclusive(() => book.commit([{ table: 'state', key: 'names', value: { ...book.state.names, ...names } }]))
    touched(records, false, false)
  } catch {
    // Asked again after the next sync.
  }
}

function size([manifest, signature, payload]: SealedBatch): number {
  return payload.reduce((sum, one) => sum + one.length, manifest.length + signature.length)
}

function changesOf([manifest]: SealedBatch): number {
  const { items } = decode(manifest) as BatchManifest
  return items.reduce((sum, item) => sum + (item.t === 'edit' ? item.changes.length : 0), 0)
}

/** The oldest unsettled batches that fit one request, then carried ones; at least one goes. */
export function nextPush(book: Book, stuck: ReadonlySet<string>): { push: SealedBatch[]; offered: Batch[] } {
  const push: SealedBatch[] = []
  const offered: Batch[] = []
  let bytes = 0
  let changes = 0
  const fits = (batch: SealedBatch): boolean => {
    bytes += size(batch)
    changes += changesOf(batch)
    return push.length === 0 || (bytes <= PUSH_BYTES && changes <= CHANGES_PER_REQUEST)
  }
  for (const batch of book.batches.values()) {
    if (batch.settled || stuck.has(batch.key)) continue
    if (!fits(batch.sealed)) return { push, offered }
    push.push(batch.sealed)
    offered.push(batch)
  }
  for (const [key, batch] of book.carried) {
    if (!Array.isArray(batch) || stuck.has(key)) continue
    if (!fits(batch)) break
    push.push(batch)
  }
  return { push, offered }
}

async function exchange(parts: SyncParts, push: SealedBatch[]): Promise<SyncResponse> {
  const { book, access, transport } = parts
  const body = encodeRequest({
    v: VERSION,
    push,
    cursors: book.state.cursors ?? {},
    have_reference: book.state.contact?.referenceTag ?? null,
    max_bytes: transport.slow() ? SLOW_BYTES : PULL_BYTES,
    unsynced: unsynced(book),
  })
  const packed = await deflate(body)
  const reply = await access.authorized((authorization) => ask(transport, 'POST', '/api/v1/sync', {
    'content-type': 'application/cbor', 'content-encoding': 'deflate', accept: 'application/cbor', authorization,
  }, packed))
  try {
    return decodeResponse(concat([reply.body]))
  } catch (error) {
    throw new Failure('server', error instanceof Error ? error.message : 'unreadable answer')
  }
}

/** Items no receipt has covered. */
export function unsynced(book: Book): number {
  const sealed = [...book.batches.values()].filter((batch) => !batch.settled)
  return book.outbox.size + sealed.reduce((sum, batch) => sum + batch.items.length, 0)
}

/** Stores one answer whole; answers whether something has to be sent again. */
async function takeIn({ book, touched }: SyncParts, answer: SyncResponse, askedAt: number): Promise<boolean> {
  const back = new ReadBack(book)
  const { writes, again } = await judged(book, answer.receipts, back)
  back.rewound(answer.rewound.filter((grant) => grant in (book.state.cursors ?? {})))
  const pull = new Pull(book, back, sealedChanges(book, writes))
  const contact: Contact = { lastSync: book.context.now(), lastError: null, referenceTag: answer.reference_tag }
  if (!answer.reference && book.state.contact?.referenceTag !== answer.reference_tag) contact.referenceTag = book.state.contact?.referenceTag ?? null
  await book.commit([...wished(book, answer.want, askedAt), ...(await pull.take(answer, writes)), back.write(), { table: 'state', key: 'contact', value: contact }])
  for (const { record, hashes } of pull.clashes) again.bad.set(record, new Set([...(again.bad.get(record) ?? []), ...hashes]))
  const isAgain = await writeAgain(book, again)
  const isOffered = !answer.more && (await offerLost(book))
  const gone = leavers(book)
  await book.commit(gone)
  const left = gone.filter((write) => write.table === 'rows').map((write) => write.key)
  const items = answer.receipts.flatMap((receipt) => [...book.batches.values()].filter((batch) => batch.number === receipt.number).flatMap((batch) => batch.items))
  touched([...new Set([...pull.touched, ...items.map((item) => item.record), ...left])], answer.reference !== null, answer.more)
  return isAgain || isOffered
}
