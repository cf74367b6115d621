// What was acknowledged is proven once it comes back with the feed: then the cursor stands behind it, and a server put
// back to before it does not know the cursor (P17). What does not come back is offered once more (PROTOCOL §6.1).
// The twin of `sync/src/phone/read_back.rs`.
import { readChanges } from '../document/chunk'
import * as D from '../document/document'
import { isFounder } from '../document/founding'
import type { Write } from '../store/database'
import type { Book, Outgoing, SealedItem } from './book'
import type { Row } from './row'

/** Change → record, or sets of changes and grants. */
export interface Returns {
  /** Own changes the server has said to have, which have not come back yet. */
  unread: { [hash: string]: string }
  /** Own changes that came back before their receipt did. */
  early: string[]
  /** Own changes offered once more because they did not come back. */
  offered: { [hash: string]: string }
  /** Own changes that wait at the server for what they stand on. */
  held?: { [hash: string]: string }
  /** Grants being read again from the start, and what was met so far. */
  rewinding: string[]
  met: string[]
}

/**
 * What is held is offered again by an app that starts anew: it may wait for weeks, and nobody tells what became of the
 * server meanwhile.
 */
export function heldAwaited(returns: Returns): Returns {
  const { held = {}, offered } = returns
  const others = Object.entries(offered).filter(([hash]) => !(hash in held))
  return { ...returns, unread: { ...returns.unread, ...held }, offered: Object.fromEntries(others) }
}

/** What one answer says about returning; stored with it. */
export class ReadBack {
  readonly #unread: Map<string, string>
  readonly #offered: Map<string, string>
  readonly #held: Map<string, string>
  readonly #early: Set<string>
  readonly #rewinding: Set<string>
  readonly #met: Set<string>

  constructor(book: Book) {
    const { unread = {}, offered = {}, held = {}, early, rewinding, met } = book.state.returns ?? {}
    this.#unread = new Map(Object.entries(unread))
    this.#offered = new Map(Object.entries(offered))
    this.#held = new Map(Object.entries(held))
    this.#early = new Set(early)
    this.#rewinding = new Set(rewinding)
    this.#met = new Set(met)
  }

  /** The server says that it has an edit, also one that waits there for what it stands on. */
  acknowledged({ record, hashes }: SealedItem, isHeld: boolean): void {
    for (const hash of hashes) {
      if (isHeld) this.#held.set(hash, record)
      else this.#held.delete(hash)
      if (!this.#early.delete(hash) && !this.#offered.has(hash)) this.#unread.set(hash, record)
    }
  }

  /** The server does not know the cursors of these grants: it gives them from the start. */
  rewound(grants: readonly string[]): void {
    for (const grant of grants) this.#rewinding.add(grant)
  }

  /** Whether it matters what an entry of this record brings. */
  minds(record: string): boolean {
    return this.#rewinding.size > 0 || [...this.#unread.values(), ...this.#offered.values()].includes(record)
  }

  /** Changes came with the feed; of a whole document on a page before the last only the root is `reached`. */
  came(changes: readonly D.ChangeName[], isReached: (change: D.ChangeName) => boolean, sealed: ReadonlyMap<string, string>): void {
    for (const change of changes) {
      if (this.#rewinding.size > 0) this.#met.add(change.hash)
      if (!isReached(change)) continue
      this.#offered.delete(change.hash)
      this.#held.delete(change.hash)
      if (!this.#unread.delete(change.hash) && sealed.has(change.hash)) this.#early.add(change.hash)
    }
  }

  write(): Write {
    const [unread, offered, held] = [Object.fromEntries(this.#unread), Object.fromEntries(this.#offered), Object.fromEntries(this.#held)]
    return { table: 'state', key: 'returns', value: { unread, offered, held, early: [...this.#early], rewinding: [...this.#rewinding], met: [...this.#met] } satisfies Returns }
  }
}

/** Changes that wait for a receipt → their records; `writes` are about to be stored. */
export function sealedChanges(book: Book, writes: readonly Write[] = []): Map<string, string> {
  const settled = new Set(writes.filter(({ table, value }) => table === 'batches' && (value as { settled: boolean } | undefined)?.settled !== false).map((write) => write.key))
  const found = new Map<string, string>()
  for (const batch of book.batches.values()) {
    if (batch.settled || settled.has(batch.key)) continue
    for (const { record, hashes } of batch.items) for (const hash of hashes) found.set(hash, record)
  }
  return found
}

/** Everything has been read: what the server lost since it said to have it is offered once more; answers whether any was. */
export async function offerLost(book: Book): Promise<boolean> {
  const returns = book.state.returns
  if (!returns || (returns.rewinding.length === 0 && Object.keys(returns.unread).length === 0)) return false
  const pending = sealedChanges(book)
  for (const one of book.outbox.values()) if (one.type === 'edit') pending.set(one.hash, one.record)
  const { device } = book.identity
  const offered = { ...returns.offered }
  const writes: Write[] = []
  const met = new Set(returns.met)
  for (const row of book.rows.values()) {
    const unread = isTold(book, row) ? Object.keys(returns.unread).filter((hash) => returns.unread[hash] === row.id) : []
    const wasRead = [`a:${row.area}`, ...row.grants].some((grant) => returns.rewinding.includes(grant))
    if (!wasRead && unread.length === 0) continue
    const { document } = await book.document(row.id)
    const bytes = new Map((await readChanges(D.changesSince(document, []))).map((one) => [one.hash, one.bytes]))
    for (const { actor, hash } of D.namesOf(document)) {
      const change = bytes.get(hash)
      const own = actor.startsWith(device)
      const lost = unread.includes(hash)
      if (!change || pending.has(hash) || !(own || isFounder(actor)) || !(lost || (wasRead && !met.has(hash)))) continue
      if (lost) offered[hash] = row.id
      const key = book.nextKey()
      const value: Outgoing = { key, record: row.id, type: 'edit', bytes: change, hash, area: row.area, seen: book.seen(row.area), ...(own ? { actor } : {}) }
      writes.push({ table: 'outbox', key, value })
    }
  }
  await book.commit([...writes, { table: 'state', key: 'returns', value: { ...returns, offered, unread: {}, rewinding: [], met: [] } satisfies Returns }])
  return writes.length > 0
}

/** Whether a grant covers it: of what none does nothing can come back. */
function isTold(book: Book, row: Row): boolean {
  const cursors = book.state.cursors ?? {}
  return !row.leaving && row.movedTo === undefined && [`a:${row.area}`, ...row.grants].some((grant) => grant in cursors)
}
