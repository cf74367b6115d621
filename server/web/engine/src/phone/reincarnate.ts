// A new incarnation (P6): when the server says that a sequence number was used before (a cloned or
// restored phone), unsent edits are written again by a new actor. What people see does not change.
import { concat, toHex } from '../bytes'
import { readChanges, type Change } from '../document/chunk'
import { ATTESTATIONS } from '../document/content'
import * as D from '../document/document'
import { isFounder } from '../document/founding'
import { ancestorsOf, effectOf, redo } from '../document/history'
import { containers, fieldAt, isLine, valueAt } from '../form'
import { isEmpty } from '../form/answers'
import type { Write } from '../store/database'
import type { Book, Identity, Outgoing, SealedItem } from './book'
import { refreshed } from './row'

/** Everything not stored by the server moves to a new actor, in one transaction. */
export async function reincarnate(book: Book, reused: readonly SealedItem[]): Promise<void> {
  const lost = new Map<string, Set<string>>()
  const commands: { record: string; name: 'submit' | 'withdraw' }[] = []
  const writes: Write[] = []
  const note = (record: string, hash: string): void => void lost.set(record, (lost.get(record) ?? new Set()).add(hash))
  const wish = (record: string, name: string | null): void => {
    if (name === 'submit' || name === 'withdraw') commands.push({ record, name })
  }
  for (const item of reused) {
    item.hashes.forEach((hash) => note(item.record, hash))
    wish(item.record, item.name)
  }
  for (const batch of book.batches.values()) {
    if (batch.settled || batch.actor !== book.actor) continue
    for (const item of batch.items.filter((one) => !reused.includes(one))) {
      item.hashes.forEach((hash) => note(item.record, hash))
      wish(item.record, item.name)
    }
    writes.push({ table: 'batches', key: batch.key })
  }
  for (const one of book.outbox.values()) {
    if (one.type === 'edit') note(one.record, one.hash)
    else wish(one.record, one.name)
    writes.push({ table: 'outbox', key: one.key })
  }
  const identity: Identity = { ...book.identity, incarnation: toHex(book.context.random(8)), number: 0, prev: null }
  writes.push({ table: 'state', key: 'identity', value: identity })
  const heads = new Map<string, string[]>()
  for (const [record, hashes] of lost) heads.set(record, await rewrite(book, record, hashes, identity.device + identity.incarnation, writes))
  for (const { record, name } of commands) {
    const key = book.nextKey()
    const expected = heads.get(record) ?? book.row(record).heads
    writes.push({ table: 'outbox', key, value: { key, record, type: 'command', name, expected } satisfies Outgoing })
  }
  book.forgetDocuments()
  await book.commit(writes)
  book.forgetDocuments()
}

/** The record without its lost changes, and their effect as new ones; answers the new heads. */
async function rewrite(book: Book, record: string, lost: ReadonlySet<string>, actor: string, writes: Write[]): Promise<string[]> {
  const { document } = await book.document(record)
  const row = book.row(record)
  const form = book.formOf(row)
  const now = book.context.now()
  const all = await readChanges(D.changesSince(document, []))
  // What everybody begins alike is nobody's mistake: it stays, and is offered again as it is.
  const founding = all.find((one) => isFounder(D.readNames([one.bytes])[0]?.actor ?? ''))
  const gone = all.filter((one) => lost.has(one.hash) && one !== founding)
  const kept = all.filter((one) => !lost.has(one.hash) || one === founding)
  const signed = gone.findLastIndex((one) => effectOf(document, one.bytes).made.some(({ place }) => place === `${ATTESTATIONS}/`))
  const { base, taken } = again(document, gone.slice(0, signed + 1), kept, actor)
  const late = gone.slice(signed + 1)
  const answers = D.answersOf(document)
  const puts = D.pathsWritten(document, late.map((one) => one.bytes))
    .map((path): D.Put => ({ path, value: valueAt(answers, path), type: form && fieldAt(form, path)?.type }))
  const made = form ? containers(form) : Object.keys(answers).filter((name) => typeof answers[name] === 'object' && answers[name] !== null)
  let next: D.Document
  if (base === null && kept.length === 0) {
    next = D.createDocument(actor, made, puts, now)
  } else {
    const rest = kept.filter((one) => !taken.has(one.hash))
    const whole = base !== null && rest.length === 0 ? base : D.absorb(base, concat(rest.map((one) => one.bytes)), actor)
    // Others may have answered a line meanwhile; what stands there stays.
    const before = D.answersOf(whole)
    const stands = (path: string): boolean => form !== undefined && isLine(form, path) && !isEmpty(valueAt(before, path))
    next = D.putAll(whole, puts.filter((put) => !stands(put.path)), now)
  }
  const known = new Set(kept.filter((one) => one !== founding || !lost.has(one.hash)).map((one) => one.hash))
  for (const { bytes, hash } of await readChanges(D.changesSince(next, []))) {
    if (known.has(hash)) continue
    const key = book.nextKey()
    writes.push({ table: 'outbox', key, value: { key, record, type: 'edit', bytes, hash, area: row.area, seen: book.seen(row.area) } satisfies Outgoing })
  }
  const fresh = refreshed(row, next, form)
  writes.push({ table: 'rows', key: record, value: fresh }, book.documentWrite(record, next, null))
  return fresh.heads
}

/**
 * Lost changes up to the last attestation, one by one, each on exactly what it stood on: a signature
 * covers what its change depends on, and must go on covering the same content.
 */
function again(document: D.Document, lost: readonly Change[], kept: readonly Change[], actor: string): { base: D.Document | null; taken: Set<string> } {
  let base: D.Document | null = null
  const taken = new Set<string>()
  for (const { bytes } of lost) {
    const effect = effectOf(document, bytes)
    const below = ancestorsOf(document, effect.deps)
    const needed = kept.filter((one) => below.has(one.hash) && !taken.has(one.hash))
    if (needed.length > 0) base = D.absorb(base, concat(needed.map((one) => one.bytes)), actor)
    for (const one of needed) taken.add(one.hash)
    base = base === null ? D.createDocument(actor, effect.made.map((one) => one.key), effect.puts, effect.madeAt) : redo(base, effect)
  }
  return { base, taken }
}
