// A copy of this phone wrote under its name (P6, PROTOCOL §6.1): a new actor is used from now on. Of what is not stored
// only that is made again which never can be; everything else waits as it is, the server may well have it.
// What people see does not change. The twin of `sync/src/phone/incarnation.rs`.
import { toHex } from '../bytes'
import { madeAgain } from '../document/again'
import { splitChunks } from '../document/chunk'
import { decode } from '../protocol/cbor'
import type { BatchManifest } from '../protocol/message'
import type { Write } from '../store/database'
import type { Batch, Book, Identity, Outgoing } from './book'
import { refreshed } from './row'

/** How far ahead a batch is numbered whose number was used, times 1 to 65,536 (`NUMBER_JUMP`). */
const NUMBER_JUMP = 1000

/** A statement to make again, about the new heads. */
export interface Statement { record: string; name: 'submit' | 'withdraw'; expected: string[] }

/** What the answers to one request leave to be done again. */
export interface Again {
  /** Record → changes the server will never take. */
  bad: Map<string, Set<string>>
  statements: Statement[]
  /** Batches under a number that was used before. */
  renumber: Batch[]
  /** Receipts to store only together with what they lead to. */
  settled: Write[]
}

/** Does it, under one new incarnation; answers whether there was anything. */
export async function writeAgain(book: Book, again: Again): Promise<boolean> {
  if (again.renumber.length === 0 && again.bad.size === 0 && again.statements.length === 0) return false
  const fresh = toHex(book.context.random(8))
  if (again.renumber.length > 0) await renumber(book, again.renumber, fresh)
  if (again.bad.size > 0 || again.statements.length > 0) await remake(book, again, fresh)
  return true
}

/** Another actor from now on. What is unsealed stays its author's. */
function becomeNew(book: Book, fresh: string): { writes: Write[]; outbox: Outgoing[] } {
  const { identity, actor, state } = book
  if (identity.incarnation === fresh) return { writes: [], outbox: [...book.outbox.values()] }
  const links = { ...state.links, [actor]: { number: identity.number, prev: identity.prev } }
  const next: Identity = { ...identity, incarnation: fresh, number: 0, prev: null }
  const outbox = [...book.outbox.values()].map((one) => (one.type === 'edit' ? { ...one, actor: one.actor ?? actor } : one))
  return { writes: [{ table: 'state', key: 'links', value: links }, { table: 'state', key: 'identity', value: next }], outbox }
}

/** The outbox as a whole, in this order. */
function replaced(book: Book, outbox: readonly Outgoing[]): Write[] {
  const old = [...book.outbox.keys()].map((key): Write => ({ table: 'outbox', key }))
  return [...old, ...outbox.map((one): Write => {
    const key = book.nextKey()
    return { table: 'outbox', key, value: { ...one, key } }
  })]
}

/** The number says nothing about the content: the same items by the same actor, far ahead. */
async function renumber(book: Book, batches: readonly Batch[], fresh: string): Promise<void> {
  const before = book.actor
  const { writes, outbox } = becomeNew(book, fresh)
  // At random: copies that jump from the same number must not meet again.
  const jump = NUMBER_JUMP * (1 + Number.parseInt(fresh.slice(0, 4), 16))
  const links = { ...book.state.links, [before]: { number: book.identity.number, prev: book.identity.prev } }
  for (const { actor, number } of batches) {
    const link = links[actor] ?? { number: 0, prev: null }
    links[actor] = { ...link, number: Math.max(link.number, number) + jump }
  }
  const items = batches.flatMap(unseal)
  const gone = batches.map(({ key }): Write => ({ table: 'batches', key }))
  await book.commit([...writes, { table: 'state', key: 'links', value: links }, ...gone, ...replaced(book, [...items, ...outbox])])
  book.forgetDocuments()
}

/** The items of a batch as they were before it was sealed. */
function unseal({ actor, sealed: [bytes, , payload], items: known }: Batch): Outgoing[] {
  const { items, seen } = decode(bytes) as BatchManifest
  return items.flatMap((item): Outgoing[] => {
    const record = toHex(item.record)
    const id = { key: '', record, item: toHex(item.id) }
    if (item.t === 'command') return [{ ...id, type: 'command', name: item.name as Statement['name'], expected: item.expected.map(toHex) }]
    const hashes = known.find((one) => one.id === id.item)?.hashes ?? []
    const chunks = splitChunks(payload[item.payload] ?? new Uint8Array())
    return chunks.map((chunk, at) => ({ ...id, type: 'edit', bytes: chunk, hash: hashes[at] ?? '', area: item.area, seen: seen[item.area] ?? null, actor }))
  })
}

/** Changes the server will never take, and what depends on them, as changes of the new incarnation. */
async function remake(book: Book, { bad, statements, settled }: Again, fresh: string): Promise<void> {
  const { writes, outbox } = becomeNew(book, fresh)
  const actor = book.identity.device + fresh
  const gone = new Set<string>()
  const heads = new Map<string, string[]>()
  let waiting = outbox
  for (const [record, changes] of bad) {
    const made = await madeAgain((await book.document(record)).document, changes, actor)
    const origin = originOf(book, waiting, record, made.removed)
    for (const hash of made.removed) gone.add(hash)
    // What was not taken of it is no problem any more.
    const solved = [...book.problems.values()].filter((one) => one.record === record && one.hashes.some((hash) => made.removed.has(hash)))
    writes.push(...solved.map(({ item }): Write => ({ table: 'problems', key: item })))
    waiting = waiting.filter((one) => one.type !== 'edit' || one.record !== record || !made.removed.has(one.hash))
    waiting.push(...made.changes.map((one): Outgoing => ({ key: '', record, type: 'edit', ...one, ...origin })))
    const row = book.row(record)
    const next = refreshed(row, made.document, book.formOf(row))
    heads.set(record, next.heads)
    writes.push({ table: 'rows', key: record, value: next }, book.documentWrite(record, made.document, null))
  }
  // What is about changes made again comes after them, and is about the new ones.
  const later = waiting.filter((one): one is Outgoing & { type: 'command' } => one.type === 'command' && bad.has(one.record))
  const edits = waiting.filter((one) => one.type === 'edit' || !bad.has(one.record))
  const about = ({ record, expected }: Statement): string[] => (expected.some((head) => gone.has(head)) ? heads.get(record) ?? book.row(record).heads : expected)
  const commands = [...statements, ...later].map((one): Outgoing => ({ key: '', type: 'command', record: one.record, name: one.name, expected: about(one) }))
  const hollow = [...book.batches.values()].filter((batch) => !batch.settled && batch.items.every((item) => item.type === 'edit' && item.hashes.every((hash) => gone.has(hash))))
  await book.commit([...settled, ...writes, ...hollow.map(({ key }): Write => ({ table: 'batches', key })), ...replaced(book, [...edits, ...commands])])
  book.forgetDocuments()
}

/** Under which village and from which position of its feed changes were first made: made again they are no later (P11). */
function originOf(book: Book, outbox: readonly Outgoing[], record: string, changes: ReadonlySet<string>): { area?: string; seen?: number | null } {
  const found: { area: string; seen: number | null }[] = []
  for (const { sealed: [bytes], items } of book.batches.values()) {
    if (!items.some((one) => one.record === record && one.hashes.some((hash) => changes.has(hash)))) continue
    const { items: named, seen } = decode(bytes) as BatchManifest
    for (const item of named) {
      if (item.t === 'edit' && toHex(item.record) === record && item.changes.some((hash) => changes.has(toHex(hash)))) found.push({ area: item.area, seen: seen[item.area] ?? null })
    }
  }
  for (const one of outbox) {
    if (one.type === 'edit' && one.record === record && changes.has(one.hash)) found.push({ area: one.area ?? book.row(record).area, seen: one.seen ?? null })
  }
  const area = found[0]?.area ?? book.row(record).area
  const seen = found.filter((one) => one.area === area).map((one) => one.seen)
  return { area, seen: seen.length === 0 ? book.seen(area) : seen.reduce((least, one) => (least === null || one === null ? null : Math.min(least, one))) }
}
