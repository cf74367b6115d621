// What waits to be sent: commands, sealing into batches, and what the server's receipts mean.
import { concat, fromHex, toHex, type Bytes } from '../bytes'
import * as D from '../document/document'
import { decode } from '../protocol/cbor'
import { isFinal, type BatchManifest, type Item, type ItemReceipt, type Receipt } from '../protocol/message'
import { seal } from '../protocol/seal'
import { ordered, type Write } from '../store/database'
import type { Batch, Book, Identity, Link, Outgoing, SealedItem, StoredProblem } from './book'
import type { ReadBack } from './read_back'
import type { Again, Statement } from './reincarnate'

/** Payload bytes after which a batch is closed (`BATCH_PAYLOAD` of sync/src/limits.rs). */
const BATCH_PAYLOAD = 32 * 1024
/** Changes of one batch: far below the limit of a request. */
const BATCH_CHANGES = 256
/** Settled batches kept for a server that lost them (P17). */
const KEPT_BATCHES = 256
/** Changes that travel as one item at most. */
const CHANGES_PER_ITEM = 64

/** One item in the making: changes of one record in one village, or a command. */
type Group = { record: string; area: string; seen: number | null; item: string | undefined; changes: { bytes: Bytes; hash: string }[]; command?: Outgoing & { type: 'command' } }

/** The oldest outbox entries that fit one batch, grouped: edits of a record together, a command closes its record's group. */
function nextGroups(book: Book): { author: string; groups: Group[]; keys: string[] } {
  const groups: Group[] = []
  const open = new Map<string, Group>()
  const keys: string[] = []
  let bytes = 0
  let author: string | undefined
  for (const one of book.outbox.values()) {
    if (keys.length >= BATCH_CHANGES || (bytes > 0 && one.type === 'edit' && bytes + one.bytes.length > BATCH_PAYLOAD)) break
    if (one.type === 'edit' && (author ??= one.actor ?? book.actor) !== (one.actor ?? book.actor)) break
    keys.push(one.key)
    const here = book.rows.get(one.record)?.area ?? ''
    if (one.type === 'command') {
      groups.push({ record: one.record, area: here, seen: book.seen(here), item: one.item, changes: [], command: one })
      open.delete(one.record)
      continue
    }
    const { area = here, seen = book.seen(area), item } = one
    const before = open.get(one.record)
    const isOpen = before?.area === area && before.item === item && before.changes.length < CHANGES_PER_ITEM
    const group = isOpen ? before : { record: one.record, area, seen, item, changes: [] }
    if (group.changes.length === 0) groups.push(group)
    open.set(one.record, group)
    group.changes.push({ bytes: one.bytes, hash: one.hash })
    bytes += one.bytes.length
  }
  return { author: author ?? book.actor, groups, keys }
}

/** Seals everything that waits; answers how many batches were made. */
export async function sealAll(book: Book, keys: CryptoKeyPair): Promise<number> {
  let made = 0
  while (book.outbox.size > 0) {
    await sealOne(book, keys)
    made++
  }
  return made
}

async function sealOne(book: Book, keys: CryptoKeyPair): Promise<void> {
  const { author, groups, keys: taken } = nextGroups(book)
  const link: Link = author === book.actor ? book.identity : book.state.links?.[author] ?? { number: 0, prev: null }
  const number = link.number + 1
  const payload: Bytes[] = []
  const items: Item[] = []
  const remembered: SealedItem[] = []
  for (const { record, area, changes, item, command: wish } of groups) {
    const id = item === undefined ? book.context.random(16) : fromHex(item)
    const bytes = fromHex(record)
    if (wish) {
      items.push({ t: 'command', id, name: wish.name, record: bytes, expected: wish.expected.map(fromHex), args: {} })
    } else {
      const { kind, form } = book.row(record)
      items.push({ t: 'edit', id, record: bytes, kind, form, area, changes: changes.map((one) => fromHex(one.hash)), payload: payload.length })
      payload.push(concat(changes.map((one) => one.bytes)))
    }
    remembered.push({ id: toHex(id), record, type: wish ? 'command' : 'edit', hashes: changes.map((one) => one.hash), name: wish?.name ?? null })
  }
  const manifest: BatchManifest = { actor: fromHex(author), number, made_at: book.context.now(), prev: link.prev, seen: seenBy(groups), items }
  const { sealed, digest } = await seal(keys, manifest, payload)
  const key = `${author}/${ordered(number)}`
  const batch: Batch = { key, actor: author, number, sealed, items: remembered, settled: false }
  await book.commit([
    { table: 'batches', key, value: batch },
    linked(book, author, { number, prev: digest }),
    ...taken.map((key): Write => ({ table: 'outbox', key })),
  ])
}

/** Remembers an actor's last batch. */
function linked(book: Book, actor: string, link: Link): Write {
  if (actor === book.actor) return { table: 'state', key: 'identity', value: { ...book.identity, ...link } satisfies Identity }
  return { table: 'state', key: 'links', value: { ...book.state.links, [actor]: link } }
}

/**
 * Per village the feed position the authors had seen when they wrote: not what has been read since. What was made before
 * there was a cursor had read nothing; where none had one, none is named.
 */
function seenBy(groups: readonly Group[]): { [area: string]: number } {
  const named = [...new Set(groups.filter((one) => one.seen !== null).map((one) => one.area))]
  const least = (area: string): number => Math.min(...groups.filter((one) => one.area === area).map((one) => one.seen ?? 0))
  return Object.fromEntries(named.map((area) => [area, least(area)]))
}

/** What receipts change, and what they leave to be written again. */
export async function judged(book: Book, receipts: readonly Receipt[], back: ReadBack): Promise<{ writes: Write[]; again: Again }> {
  const writes: Write[] = []
  const again: Again = { bad: new Map(), statements: [], renumber: [], settled: [] }
  for (const receipt of receipts) {
    const key = `${toHex(receipt.actor)}/${ordered(receipt.number)}`
    const settled = receipt.items.every((one) => isFinal(one.code))
    if (settled && book.carried.has(key)) writes.push({ table: 'carried', key })
    const batch = book.batches.get(key)
    if (!batch) continue
    if (receipt.items.some((one) => one.code === 'batch_number_reused')) {
      again.renumber.push(batch)
      continue
    }
    let isAgain = false
    for (const one of receipt.items) {
      const item = batch.items.find((known) => known.id === toHex(one.id))
      if (item && (await isToMakeAgain(book, batch, item, one, again))) isAgain = true
      else if (item) writes.push(...afterItem(book, item, one, back))
    }
    const write: Write = { table: 'batches', key, value: { ...batch, settled } satisfies Batch }
    if (isAgain) again.settled.push(write)
    else writes.push(write)
  }
  return { writes: [...writes, ...outworn(book)], again }
}

/** Takes down what cannot be stored as it is because a copy of this phone wrote under its name; false for all else. */
async function isToMakeAgain(book: Book, batch: Batch, item: SealedItem, { status, code, detail }: ItemReceipt, { bad, statements }: Again): Promise<boolean> {
  if (isFine(status) || !book.rows.has(item.record)) return false
  const reused = code === 'sequence_reused'
  if (item.type === 'command') {
    if (status === 'held' || !reused && !bad.has(item.record)) return false
    const { items } = decode(batch.sealed[0]) as BatchManifest
    const sealed = items.find((one) => toHex(one.id) === item.id)
    if (sealed?.t === 'command') statements.push({ record: item.record, name: sealed.name as Statement['name'], expected: sealed.expected.map(toHex) })
    return true
  }
  const names = D.namesOf((await book.document(item.record)).document).filter((one) => item.hashes.includes(one.hash))
  // A later part of something that was made again already.
  if (names.length === 0) return true
  if (!reused) return false
  // What comes before that number, above all the root, the server has: another copy of this phone sent it.
  const first = Number(/^sequence (\d+)$/.exec(detail ?? '')?.[1] ?? 0)
  const clashing = names.filter((one) => !one.root && one.sequence >= first)
  if (clashing.length > 0) bad.set(item.record, new Set([...(bad.get(item.record) ?? []), ...clashing.map((one) => one.hash)]))
  return true
}

const isFine = (status: ItemReceipt['status']): status is 'stored' | 'duplicate' | 'done' => status === 'stored' || status === 'duplicate' || status === 'done'

function afterItem(book: Book, item: SealedItem, { status, code, detail }: ItemReceipt, back: ReadBack): Write[] {
  const writes: Write[] = []
  const row = book.rows.get(item.record)
  const fine = isFine(status)
  if ((fine || status === 'held') && item.type === 'edit') back.acknowledged(item, status === 'held')
  if (item.type === 'command' && row?.intent === item.name && isFinal(code)) {
    const review = item.name === 'submit' ? 'submitted' as const : 'draft' as const
    writes.push({ table: 'rows', key: row.id, value: { ...row, intent: null, server: fine ? { ...row.server, review, remark: null } : row.server } })
  }
  if (fine) {
    for (const [key, problem] of book.problems) if (problem.record === item.record && problem.item === item.id) writes.push({ table: 'problems', key })
  } else if (code !== 'try_again') {
    const value: StoredProblem = { item: item.id, record: item.record, status, code: code ?? status, detail: detail ?? null, at: book.context.now(), hashes: item.hashes }
    writes.push({ table: 'problems', key: item.id, value })
  }
  return writes
}

/** Settled batches beyond those kept. */
function outworn(book: Book): Write[] {
  const settled = [...book.batches.values()].filter((batch) => batch.settled)
  return settled.slice(0, Math.max(0, settled.length - KEPT_BATCHES)).map(({ key }) => ({ table: 'batches', key }))
}
