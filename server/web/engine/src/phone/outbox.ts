// What waits to be sent: commands, sealing into batches, and what the server's receipts mean.
import { concat, fromHex, toHex, type Bytes } from '../bytes'
import { isFinal, type BatchManifest, type Item, type ItemReceipt, type Receipt } from '../protocol/message'
import { seal } from '../protocol/seal'
import { ordered, type Write } from '../store/database'
import type { Batch, Book, Identity, Outgoing, SealedItem, StoredProblem } from './book'

/** Payload bytes after which a batch is closed (`BATCH_PAYLOAD` of sync/src/limits.rs). */
const BATCH_PAYLOAD = 32 * 1024
/** Changes of one batch: far below the limit of a request. */
const BATCH_CHANGES = 256
/** Settled batches kept for a server that lost them (P17). */
const KEPT_BATCHES = 256
/** Codes that mean: this actor was used before, begin a new incarnation (P6). */
const REUSED = new Set(['sequence_reused', 'batch_number_reused'])

/** One item in the making: changes of one record in one village, or a command. */
type Group = { record: string; area: string; seen: number | null; changes: { bytes: Bytes; hash: string }[]; command?: Outgoing & { type: 'command' } }

/** The oldest outbox entries that fit one batch, grouped: edits of a record together, a command closes its record's group. */
function nextGroups(book: Book): { groups: Group[]; keys: string[] } {
  const groups: Group[] = []
  const open = new Map<string, Group>()
  const keys: string[] = []
  let bytes = 0
  for (const one of book.outbox.values()) {
    if (keys.length >= BATCH_CHANGES || (bytes > 0 && one.type === 'edit' && bytes + one.bytes.length > BATCH_PAYLOAD)) break
    keys.push(one.key)
    const here = book.rows.get(one.record)?.area ?? ''
    if (one.type === 'command') {
      groups.push({ record: one.record, area: here, seen: book.seen(here), changes: [], command: one })
      open.delete(one.record)
      continue
    }
    const { area = here, seen = book.seen(area) } = one
    const before = open.get(one.record)
    const group = before?.area === area ? before : { record: one.record, area, seen, changes: [] }
    if (group.changes.length === 0) groups.push(group)
    open.set(one.record, group)
    group.changes.push({ bytes: one.bytes, hash: one.hash })
    bytes += one.bytes.length
  }
  return { groups, keys }
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
  const { groups, keys: taken } = nextGroups(book)
  const identity = book.identity
  const number = identity.number + 1
  const payload: Bytes[] = []
  const items: Item[] = []
  const remembered: SealedItem[] = []
  for (const { record, area, changes, command: wish } of groups) {
    const id = book.context.random(16)
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
  const manifest: BatchManifest = { actor: fromHex(book.actor), number, made_at: book.context.now(), prev: identity.prev, seen: seenBy(groups), items }
  const { sealed, digest } = await seal(keys, manifest, payload)
  const key = `${book.actor}/${ordered(number)}`
  const batch: Batch = { key, actor: book.actor, number, sealed, items: remembered, settled: false }
  const next: Identity = { ...identity, number, prev: digest }
  await book.commit([
    { table: 'batches', key, value: batch },
    { table: 'state', key: 'identity', value: next },
    ...taken.map((key): Write => ({ table: 'outbox', key })),
  ])
}

/** Per village the feed position the authors had seen when they wrote: not what has been read since. */
function seenBy(groups: readonly Group[]): { [area: string]: number } {
  const seen: { [area: string]: number } = {}
  for (const { area, seen: position } of groups) {
    if (position !== null) seen[area] = Math.min(seen[area] ?? position, position)
  }
  return seen
}

/** What receipts change; `reused` lists items to write again under a new incarnation. */
export function judged(book: Book, receipts: readonly Receipt[]): { writes: Write[]; reused: SealedItem[] } {
  const writes: Write[] = []
  const reused: SealedItem[] = []
  for (const receipt of receipts) {
    const key = `${toHex(receipt.actor)}/${ordered(receipt.number)}`
    const settled = receipt.items.every((one) => isFinal(one.code))
    if (settled && book.carried.has(key)) writes.push({ table: 'carried', key })
    const batch = book.batches.get(key)
    if (!batch) continue
    for (const one of receipt.items) {
      const item = batch.items.find((known) => known.id === toHex(one.id))
      if (item && one.code !== undefined && REUSED.has(one.code)) reused.push(item)
      else if (item) writes.push(...afterItem(book, item, one))
    }
    writes.push({ table: 'batches', key, value: { ...batch, settled } satisfies Batch })
  }
  return { writes: [...writes, ...outworn(book)], reused }
}

function afterItem(book: Book, item: SealedItem, { status, code, detail }: ItemReceipt): Write[] {
  const writes: Write[] = []
  const row = book.rows.get(item.record)
  const fine = status === 'stored' || status === 'duplicate' || status === 'done'
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
