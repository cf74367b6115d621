// One record as one Automerge document. Only this folder names Automerge: everything above it sees
// plain answers, paths, hashes and bytes.
import * as A from '@automerge/automerge/slim'
import { own, type Bytes } from '../bytes'
import type { Answers, Value } from '../phone/api'

export type Content = { [key: string]: unknown }
/** A document; every change makes a new one and outdates the old. */
export type Document = A.Doc<Content>
/** A write: where, what, and the form's type of the field. */
export interface Put { path: string; value: Value; type?: string }
/** One of several concurrent values: who wrote it (32 hex digits) and when, by that device's clock. */
export interface Concurrent { value: Value; actor: string; madeAt: number }

/** Loads the wasm once; `source` is its address (browser) or its bytes (tests). */
export function startAutomerge(source: string | Bytes): Promise<void> {
  return A.initializeWasm(source)
}

/** A scalar as it is stored: texts whole, numbers by the form's type (contract of §11-6). */
function stored(value: Value, type?: string): unknown {
  if (typeof value === 'string') return new A.ImmutableString(value)
  if (typeof value !== 'number') return value
  return type === 'decimal' || !Number.isSafeInteger(value) ? new A.Float64(value) : new A.Int(value)
}

/** A stored scalar as a plain value; undefined for what is no scalar of ours. */
function plain(value: unknown): Value | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return value.toISOString()
  return A.isImmutableString(value) ? value.val : undefined
}

/** One write inside a change. */
export function write(content: Content, { path, value, type }: Put): void {
  const [first = '', element, field] = path.split('/')
  if (element === undefined || field === undefined) {
    content[first] = stored(value, type)
    return
  }
  const elements = content[first] as { [id: string]: Content }
  elements[element] ??= {}
  elements[element][field] = stored(value, type)
}

/** Automerge's times. */
export const seconds = (time: number): number => Math.floor(time / 1000)

/** A new record: its single root change makes every container, empty or not, and the first values. */
export function createDocument(actor: string, names: readonly string[], puts: readonly Put[], time: number): Document {
  return A.change(A.init<Content>({ actor }), { time: seconds(time) }, (content) => {
    for (const name of names) content[name] = {}
    for (const put of puts) write(content, put)
  })
}

/** Opens saved bytes for writing as `actor`. */
export function openDocument(bytes: Bytes, actor: string): Document {
  return A.load<Content>(bytes, { actor })
}

export function saveDocument(document: Document): Bytes {
  return own(A.save(document))
}

export function closeDocument(document: Document): void {
  A.free(document)
}

/** Heads in hex, sorted. */
export function headsOf(document: Document): string[] {
  return [...A.getHeads(document)].sort()
}

/** Whether all these changes are in it. */
export function hasChanges(document: Document, hashes: readonly string[]): boolean {
  return A.hasHeads(document, [...hashes])
}

/** Writes in one change; the same document when nothing differs. */
export function putAll(document: Document, puts: readonly Put[], time: number): Document {
  return A.change(document, { time: seconds(time) }, (content) => {
    for (const put of puts) write(content, put)
  })
}

/** Adds an empty element and its values to a repeat. */
export function addElement(document: Document, repeat: string, element: string, puts: readonly Put[], time: number): Document {
  return A.change(document, { time: seconds(time) }, (content) => {
    (content[repeat] as Content)[element] = {}
    for (const put of puts) write(content, put)
  })
}

/** Raw change chunks made since `heads`, concatenated, in causal order. */
export function changesSince(document: Document, heads: readonly string[]): Bytes {
  return own(A.saveSince(document, [...heads]))
}

/** Takes in a document chunk or raw change chunks; throws when a dependency is missing. */
export function absorb(document: Document | null, bytes: Bytes, actor: string): Document {
  const next = A.loadIncremental(document ?? A.init<Content>({ actor }), bytes)
  if (A.getMissingDeps(next, []).length > 0) throw new Error('changes without what they depend on')
  return next
}

/** The content as plain answers; of concurrent values the winner. */
export function answersOf(document: Document): Answers {
  const answers: Answers = {}
  for (const [name, value] of Object.entries(document)) {
    const scalar = plain(value)
    if (scalar !== undefined) answers[name] = scalar
    else if (isMap(value)) answers[name] = elementsOf(value)
  }
  return answers
}

export function isMap(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function elementsOf(map: Content): { [element: string]: { [field: string]: Value } } {
  const elements: { [element: string]: { [field: string]: Value } } = {}
  for (const [element, fields] of Object.entries(map)) {
    if (!isMap(fields)) continue
    const known = Object.entries(fields).map(([field, value]) => [field, plain(value)] as const)
    elements[element] = Object.fromEntries(known.filter((pair): pair is [string, Value] => pair[1] !== undefined))
  }
  return elements
}

/** The distinct concurrent values at a path, the winner first; empty when there is one value or none. */
export function concurrentAt(document: Document, path: string): Concurrent[] {
  const parts = path.split('/')
  const field = parts.pop() ?? ''
  let map: unknown = document
  for (const part of parts) map = isMap(map) ? map[part] : undefined
  if (!isMap(map)) return []
  const found = A.getConflicts(map as A.Doc<unknown>, field)
  if (!found) return []
  const winner = JSON.stringify(plain(map[field]))
  const distinct = new Map<string, Concurrent>()
  for (const [operation, value] of Object.entries(found)) {
    const scalar = plain(value) ?? null
    const key = JSON.stringify(scalar)
    if (!distinct.has(key)) distinct.set(key, { value: scalar, ...authorOf(document, operation) })
  }
  if (distinct.size < 2) return []
  return [...distinct].sort(([a], [b]) => (a === winner ? -1 : b === winner ? 1 : a < b ? -1 : 1)).map(([, one]) => one)
}

function authorOf(document: Document, operation: string): { actor: string; madeAt: number } {
  const [counter = '', actor = ''] = operation.split('@')
  const at = Number(counter)
  const change = A.getChangesMetaSince(document, []).find((one) => one.actor === actor && one.startOp <= at && at <= one.maxOp)
  return { actor, madeAt: (change?.time ?? 0) * 1000 }
}

/** Where every map of this document lies, also of elements made twice: its object id → `''`, `repeat/` or `repeat/element/`. */
export function placesOf(document: Document): Map<string, string> {
  const places = new Map<string, string>([['_root', '']])
  for (const [name, map] of Object.entries(document)) {
    if (!isMap(map) || A.isImmutableString(map)) continue
    places.set(A.getObjectId(map) ?? '', `${name}/`)
    for (const [element, fields] of Object.entries(map)) {
      if (!isMap(fields) || A.isImmutableString(fields)) continue
      places.set(A.getObjectId(fields) ?? '', `${name}/${element}/`)
      for (const id of Object.keys(A.getConflicts(map as A.Doc<unknown>, element) ?? {})) places.set(id, `${name}/${element}/`)
    }
  }
  return places
}

/** The paths that some changes of this document wrote. */
export function pathsWritten(document: Document, changes: readonly Bytes[]): string[] {
  const places = placesOf(document)
  const paths = new Set<string>()
  for (const bytes of changes) {
    for (const { action, obj, key } of A.decodeChange(bytes).ops) {
      const place = places.get(obj)
      if (action === 'set' && place !== undefined) paths.add(place + key)
    }
  }
  return [...paths]
}

/** Who made the root change, 32 hex digits. */
export function rootActor(document: Document): string {
  return A.getChangesMetaSince(document, []).find((change) => change.deps.length === 0)?.actor ?? ''
}

/** Whether a device made any of the changes. */
export function hasAuthor(document: Document, device: string): boolean {
  return A.getChangesMetaSince(document, []).some((change) => change.actor.startsWith(device))
}

/** A change by name: who, the how-manieth of that actor, its hash, and whether the record begins with it. */
export interface ChangeName { actor: string; sequence: number; hash: string; root: boolean }

/** All changes of a document, in causal order. */
export function namesOf(document: Document): ChangeName[] {
  return A.getChangesMetaSince(document, []).map(({ actor, seq, hash, deps }) => ({ actor, sequence: seq, hash, root: deps.length === 0 }))
}

/** The names of raw change chunks. */
export function readNames(chunks: readonly Bytes[]): ChangeName[] {
  return chunks.map((chunk) => A.decodeChange(chunk)).map(({ actor, seq, hash, deps }) => ({ actor, sequence: seq, hash: hash ?? '', root: deps.length === 0 }))
}
