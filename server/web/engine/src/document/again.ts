// Changes of a record made again by another actor, after the server refused them for ever (P6).
// The twin of `Phone::make_again` in `sync/src/phone/incarnation.rs`.
import { concat, fromHex, sha256, toHex, utf8, type Bytes } from '../bytes'
import { readChanges } from './chunk'
import * as D from './document'
import { ancestorsOf, documentAt, effectOf, makerOf, redo, withDependents, type Effect } from './history'

export interface Again {
  document: D.Document
  /** What was taken out. */
  removed: Set<string>
  /** What came in its place, in causal order. */
  changes: { bytes: Bytes; hash: string; actor: string }[]
}

/**
 * The record with these changes, and what depends on them, made again by `actor` where they are of its device; each on
 * exactly what it stood on: nobody's value is written over unseen, and a signature goes on covering the same content.
 */
export async function madeAgain(document: D.Document, bad: ReadonlySet<string>, actor: string): Promise<Again> {
  const removed = withDependents(document, bad)
  const all = await readChanges(D.changesSince(document, []))
  const authors = new Map(D.namesOf(document).map((one) => [one.hash, one.actor]))
  const kept = all.filter((one) => !removed.has(one.hash))
  let next = kept.length === 0 ? null : D.absorb(null, concat(kept.map((one) => one.bytes)), actor)
  const instead = new Map<string, string[]>()
  const changes: Again['changes'] = []
  for (const { bytes, hash } of all) {
    if (!removed.has(hash) || authors.get(hash)?.slice(0, 16) !== actor.slice(0, 16)) continue
    const effect = effectOf(document, bytes)
    const old = [...new Set(effect.deps.flatMap((dep) => instead.get(dep) ?? [dep]))]
    const seen = next === null ? old : withElements(next, D.hasChanges(next, old) ? old : D.headsOf(next), effect)
    const by: string = next === null ? actor : await authorOf(next, seen, actor, hash)
    const made: D.Document = next === null
      ? D.createDocument(by, effect.made.filter((one) => one.place === '').map((one) => one.key), effect.puts, effect.madeAt)
      : redo(documentAt(next, seen, by), effect)
    const [change] = await readChanges(D.changesSince(made, seen))
    instead.set(hash, change ? [change.hash] : seen)
    if (change) {
      next = D.absorb(next, change.bytes, actor)
      changes.push({ ...change, actor: by })
    }
    D.closeDocument(made)
  }
  return { document: next ?? document, removed, changes }
}

/** `seen` with the changes that made the elements this is about, as far as they are here: an element is made once. */
function withElements(document: D.Document, seen: readonly string[], { puts }: Effect): string[] {
  const past = ancestorsOf(document, seen)
  const makers = puts.flatMap(({ path }) => {
    const [repeat = '', element, field] = path.split('/')
    const maker = element === undefined || field === undefined ? null : makerOf(document, repeat, element)
    return maker && !past.has(maker.hash) ? [maker.hash] : []
  })
  return [...new Set([...seen, ...makers])]
}

/** The new incarnation, or one more where that has written something the change had not seen. */
async function authorOf(document: D.Document, seen: readonly string[], actor: string, old: string): Promise<string> {
  const past = ancestorsOf(document, seen)
  if (!D.namesOf(document).some((one) => one.actor === actor && !past.has(one.hash))) return actor
  const more = await sha256(concat([utf8('incarnation'), fromHex(actor), fromHex(old)]))
  return actor.slice(0, 16) + toHex(more.subarray(0, 8))
}
