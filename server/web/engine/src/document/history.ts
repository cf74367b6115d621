// The past of a document: how it was at some heads, who made an element, and what one change did, so
// that the same can be done again by another actor.
import * as A from '@automerge/automerge/slim'
import type { Bytes } from '../bytes'
import { valueAt } from '../form'
import { answersOf, isMap, placesOf, seconds, write, type Content, type Document, type Put } from './document'
import type { Value } from '../phone/api'

/** The document as it was with exactly these heads and what they depend on; to be closed by the caller. */
export function documentAt(document: Document, heads: readonly string[], actor?: string): Document {
  return A.clone(A.view(document, [...heads]), actor === undefined ? undefined : { actor })
}

/** The change that made an element: what it depends on, whether it wrote nothing else, and its last operation, greater than all it knew. */
export interface Maker { hash: string; deps: string[]; alone: boolean; lastOp: number }

/** Who made an element of a repeat; null when there is none. */
export function makerOf(document: Document, repeat: string, element: string): Maker | null {
  const map = document[repeat]
  const fields = isMap(map) ? map[element] : undefined
  const id = isMap(fields) ? A.getObjectId(fields) : null
  if (!id) return null
  const [counter = '', actor = ''] = id.split('@')
  const at = Number(counter)
  const meta = A.getChangesMetaSince(document, []).find((one) => one.actor === actor && one.startOp <= at && at <= one.maxOp)
  if (!meta) return null
  const made = A.inspectChange(document, meta.hash)?.ops ?? []
  const alone = made.filter((op) => op.obj !== id).length === 1
  return { hash: meta.hash, deps: [...meta.deps].sort(), alone, lastOp: meta.maxOp }
}

/** Who made each element of a repeat, 32 hex digits, and when by that device's clock. */
export function makersIn(document: Document, repeat: string): Map<string, { actor: string; madeAt: number }> {
  const map = document[repeat]
  const changes = A.getChangesMetaSince(document, [])
  const made = new Map<string, { actor: string; madeAt: number }>()
  for (const [element, fields] of isMap(map) ? Object.entries(map) : []) {
    const [counter = '', actor = ''] = (isMap(fields) ? A.getObjectId(fields) ?? '' : '').split('@')
    const change = changes.find((one) => one.actor === actor && one.startOp <= Number(counter) && Number(counter) <= one.maxOp)
    if (change) made.set(element, { actor, madeAt: change.time * 1000 })
  }
  return made
}

/**
 * Changes that made an element which another change made too: copies of a phone that made the same work again, each for
 * itself. The server takes one of them.
 */
export function madeTwice(document: Document): { hash: string; actor: string }[] {
  const twice = Object.values(document).filter((map) => isMap(map) && !A.isImmutableString(map)).flatMap((map) =>
    Object.keys(map as Content).flatMap((element) => Object.keys(A.getConflicts(map as A.Doc<unknown>, element) ?? {})))
  if (twice.length === 0) return []
  const changes = A.getChangesMetaSince(document, [])
  return twice.flatMap((id) => {
    const [counter = '', actor = ''] = id.split('@')
    return changes.filter((one) => one.actor === actor && one.startOp <= Number(counter) && Number(counter) <= one.maxOp)
  })
}

/** These changes and all they depend on, by hash. */
export function ancestorsOf(document: Document, heads: readonly string[]): Set<string> {
  const deps = new Map(A.getChangesMetaSince(document, []).map((one) => [one.hash, one.deps]))
  const found = new Set<string>()
  const open = [...heads]
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (found.has(hash)) continue
    found.add(hash)
    open.push(...(deps.get(hash) ?? []))
  }
  return found
}

/** These changes and all that depend on them, by hash. */
export function withDependents(document: Document, changes: ReadonlySet<string>): Set<string> {
  const found = new Set<string>()
  // Causal order: what a change depends on comes before it.
  for (const { hash, deps } of A.getChangesMetaSince(document, [])) {
    if (changes.has(hash) || deps.some((dep) => found.has(dep))) found.add(hash)
  }
  return found
}

/** What one change did: elements and containers it made (`''` is the root), what it wrote, when. */
export interface Effect { made: { place: string; key: string }[]; puts: Put[]; deps: string[]; madeAt: number }

/** What a change of this document did. */
export function effectOf(document: Document, change: Bytes): Effect {
  const places = placesOf(document)
  const { ops, deps, time, hash } = A.decodeChange(change)
  const made: Effect['made'] = []
  const puts: Put[] = []
  for (const { action, obj, key, value, datatype } of ops) {
    const place = places.get(obj)
    if (place === undefined) continue
    // Settling a conflict in favour of the winner deletes the others: the winner is what was written.
    if (action === 'del' && hash) puts.push({ path: place + key, value: winnerAt(document, hash, place + key) })
    if (action === 'makeMap') made.push({ place, key: String(key) })
    if (action === 'set') puts.push({ path: place + key, value: (typeof value === 'bigint' ? Number(value) : value ?? null) as Value, type: datatype === 'float64' ? 'decimal' : undefined })
  }
  return { made, puts, deps: [...deps], madeAt: time * 1000 }
}

function winnerAt(document: Document, hash: string, path: string): Value {
  const then = documentAt(document, [hash])
  const value = valueAt(answersOf(then), path)
  A.free(then)
  return value
}

/** Does the same again, in one change of the document's own actor. */
export function redo(document: Document, { made, puts, madeAt }: Effect): Document {
  return A.change(document, { time: seconds(madeAt) }, (content) => {
    for (const { place, key } of made) {
      const map = place === '' ? content : (content[place.slice(0, -1)] as Content)
      map[key] ??= {}
    }
    for (const put of puts) write(content, put)
  })
}

/** Whether nothing but elements of one repeat, each in a change of its own, came after some heads. */
export function onlyAddedSince(document: Document, heads: readonly string[], repeat: string): boolean {
  const before = ancestorsOf(document, heads)
  const later = A.getChangesMetaSince(document, []).filter((one) => !before.has(one.hash))
  const places = placesOf(document)
  return later.every(({ hash }) => {
    const ops = A.inspectChange(document, hash)?.ops ?? []
    const inside = ops.filter((op) => places.get(op.obj)?.startsWith(`${repeat}/`))
    return ops.length > 0 && inside.length === ops.length && ops.filter((op) => op.action === 'makeMap').length === 1
  })
}
