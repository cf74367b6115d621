// What a signature covers: the content of a record in one canonical form, its digest and its short
// code (`sync/PROTOCOL.md` §8). Rust computes the same from the same changes: `sync/vectors/attestation.json`.
import { sha256, toHex, utf8 } from '../bytes'
import type { Answers, Held, Value } from '../phone/api'
import { answersOf, concurrentAt, type Document } from './document'

/** The repeat that holds what was signed; no part of what is signed. */
export const ATTESTATIONS = 'attestations'
/** Version of the canonical form. */
const FORM_OF_CONTENT = 1

/** Fields, and repeats as maps of elements; nothing empty. */
export type Content = { [name: string]: Held | { [element: string]: { [field: string]: Held } } }
/** One answer that differs between two versions; null: there was none. */
export interface Difference { path: string; old: Held; new: Held }

/** JSON of RFC 8785: keys in the order of their UTF-16 units, scalars as ECMAScript writes them. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}

const isBlank = (value: Value): boolean => value === null || value === ''

/** The order of UTF-8, which is not that of UTF-16 beyond U+FFFF. */
function inBytes(a: string, b: string): number {
  const [left, right] = [utf8(a), utf8(b)]
  const at = left.findIndex((byte, index) => byte !== right[index])
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

/** The answer at a path; undefined when it is empty. Of concurrent values an empty one is null. */
function heldAt(document: Document, path: string, value: Value): Held | undefined {
  const several = new Map(concurrentAt(document, path).map((one) => (isBlank(one.value) ? null : one.value)).map((one) => [canonical(one), one]))
  if (several.size > 1) return [...several].sort(([a], [b]) => inBytes(a, b)).map(([, one]) => one)
  return isBlank(value) ? undefined : value
}

function fieldsOf(document: Document, prefix: string, fields: { [field: string]: Value }): { [field: string]: Held } {
  const found = Object.entries(fields).map(([name, value]) => [name, heldAt(document, prefix + name, value)] as const)
  return Object.fromEntries(found.filter((pair): pair is [string, Held] => pair[1] !== undefined))
}

/** Everything a person signs. */
export function contentOf(document: Document): Content {
  const answers: Answers = answersOf(document)
  const content: Content = {}
  for (const [name, value] of Object.entries(answers)) {
    if (name === ATTESTATIONS) continue
    if (typeof value !== 'object' || value === null) {
      const held = heldAt(document, name, value)
      if (held !== undefined) content[name] = held
      continue
    }
    const elements = Object.entries(value)
      .map(([id, fields]) => [id, fieldsOf(document, `${name}/${id}/`, fields)] as const)
      .filter(([, fields]) => Object.keys(fields).length > 0)
    if (elements.length > 0) content[name] = Object.fromEntries(elements)
  }
  return content
}

/** SHA-256 (hex) that names a version of a record for ever. `form` is `name/version`. */
export async function contentDigest(content: Content, form: string, record: string): Promise<string> {
  return toHex(await sha256(utf8(canonical({ content, form, record, v: FORM_OF_CONTENT }))))
}

/** What a person reads of a digest: `7F3A-91`. */
export function shortCode(digest: string): string {
  return `${digest.slice(0, 4)}-${digest.slice(4, 6)}`.toUpperCase()
}

function flat(content: Content): Map<string, Held> {
  const all = new Map<string, Held>()
  for (const [name, value] of Object.entries(content)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) all.set(name, value)
    else for (const [id, fields] of Object.entries(value)) for (const [field, held] of Object.entries(fields)) all.set(`${name}/${id}/${field}`, held)
  }
  return all
}

/** What changed from one version to another, by path. */
export function differences(from: Content, to: Content): Difference[] {
  const [before, after] = [flat(from), flat(to)]
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths
    .map((path): Difference => ({ path, old: before.get(path) ?? null, new: after.get(path) ?? null }))
    .filter((one) => canonical(one.old) !== canonical(one.new))
}
