// Golden vectors of `sync/vectors`: made by Rust and read here, and `js_changes.json` the other way
// round: made by this engine and judged by Rust's gate. `UPDATE_VECTORS=1 npm test` writes that one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex, type Bytes } from '../src/bytes'
import { madeAgain } from '../src/document/again'
import { readChanges } from '../src/document/chunk'
import * as D from '../src/document/document'
import { foundDocument, foundedId, type Identity } from '../src/document/founding'
import { containers } from '../src/form'
import { decode, encode } from '../src/protocol/cbor'
import { decodeDecision, decodeResponse, encodeManifest, encodeRequest, type BatchManifest, type SyncRequest } from '../src/protocol/message'
import { entryDigest, nextChain, verifySeal } from '../src/protocol/seal'
import { forms, MORNING, withAutomerge } from './support'

const file = (name: string): URL => new URL(`../../../../sync/vectors/${name}`, import.meta.url)
const read = <T>(name: string): T => JSON.parse(readFileSync(file(name), 'utf8')) as T

beforeAll(withAutomerge)

/** Bytes as `{bytes: hex}`: how a vector shows a decoded message. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: toHex(value) }
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]))
  return value
}

describe('messages', () => {
  const vectors = read<{ name: string; type: string; hex: string; value: unknown }[]>('messages.json')
  it.each(vectors)('$name reads and, as written by this engine, has the same bytes', ({ type, hex, value }) => {
    const bytes = fromHex(hex)
    const decoded = decode(bytes)
    const again: { [type: string]: () => Bytes } = {
      'sync-request': () => encodeRequest(decoded as SyncRequest),
      'batch-manifest': () => encodeManifest(decoded as BatchManifest),
      'sync-response': () => encode(decodeResponse(bytes)),
      decision: () => encode(decodeDecision(bytes)),
    }
    expect(toHex((again[type] ?? (() => encode(decoded)))())).toBe(hex)
    expect(shown(decoded)).toEqual(value)
  })
})

describe('seals', () => {
  it('of Rust verify here', async () => {
    const seal = read<{ [name: string]: string }>('seal.json')
    const key = fromHex(seal['public_key'] ?? '')
    const manifest = fromHex(seal['manifest'] ?? '')
    const signature = fromHex(seal['signature'] ?? '')
    expect(await verifySeal(key, [manifest, signature, []])).toBe(true)
    manifest[manifest.length - 1]! ^= 1
    expect(await verifySeal(key, [manifest, signature, []])).toBe(false)
  })
})

describe('the feed', () => {
  it('has the chain Rust computes', async () => {
    let chain: Bytes = new Uint8Array(8)
    for (const row of read<{ seq: number; record: string; what: string; parts: string[]; digest: string; chain: string }[]>('feed.json')) {
      const digest = await entryDigest(row.seq, fromHex(row.record), row.what, row.parts.map(fromHex))
      chain = await nextChain(chain, digest)
      expect([toHex(digest), toHex(chain)]).toEqual([row.digest, row.chain])
    }
  })
})

describe('changes', () => {
  interface Changes { changes: { hex: string; hash: string }[]; answers: unknown; heads: string[]; document: string; conflicts: { path: string; values: unknown[] }[] }

  it('of Rust give the same answers, heads and conflicts', async () => {
    const { changes, answers, heads, document, conflicts } = read<Changes>('changes.json')
    let mine: D.Document | null = null
    for (const { hex, hash } of changes) {
      const bytes = fromHex(hex)
      expect((await readChanges(bytes))[0]?.hash).toBe(hash)
      mine = D.absorb(mine, bytes, 'ff'.repeat(16))
    }
    const whole = D.absorb(null, fromHex(document), 'ff'.repeat(16))
    for (const one of [mine!, whole]) {
      expect(D.answersOf(one)).toEqual(answers)
      expect(D.headsOf(one)).toEqual([...heads].sort())
      for (const { path, values } of conflicts) expect(D.concurrentAt(one, path).map((found) => found.value).sort()).toEqual([...values].sort())
    }
  })

  it('that found a record are the same bytes everywhere', async () => {
    const { founding } = read<{ founding: { kind: string; containers: string[]; identity: Identity; record: string; hex: string } }>('changes.json')
    const id = await foundedId(founding.kind, founding.identity)
    expect(id).toBe(founding.record)
    expect(toHex(D.changesSince(foundDocument(id, founding.containers, founding.identity), []))).toBe(founding.hex)
  })

  it('of this engine lie in js_changes.json for the gate to judge', async () => {
    const text = `${JSON.stringify(await ours(), null, 2)}\n`
    if (process.env['UPDATE_VECTORS'] || !existsSync(file('js_changes.json'))) writeFileSync(file('js_changes.json'), text)
    expect(readFileSync(file('js_changes.json'), 'utf8')).toBe(text)
  })
})

const DEVICE = '0102030405060708'
const ONE = `${DEVICE}${'a1'.repeat(8)}`
const TWO = `${DEVICE}${'b2'.repeat(8)}`
const HEAD = '11'.repeat(16)
const CHILD = '22'.repeat(16)

interface Case { name: string; device: string; containers: string[]; immutable?: string[]; changes: string[]; answers: unknown }

/** One record's life as this engine writes it. */
async function ours(): Promise<Case[]> {
  const names = containers(forms[0]!)
  const root = D.createDocument(ONE, names, [{ path: 'address', value: '小南村3组', type: 'text' }], MORNING)
  const record = async (name: string, document: D.Document, made = names): Promise<Case> => ({
    name, device: DEVICE, containers: made, answers: D.answersOf(document),
    changes: (await readChanges(D.changesSince(document, []))).map((one) => toHex(one.bytes)),
  })
  const cases = [await record('root change', root)]
  let document = D.putAll(root, [{ path: 'phone', value: '13800000000', type: 'phone' }, { path: 'severity', value: 'light', type: 'select_one' }], MORNING + 1000)
  document = D.putAll(document, [{ path: 'phone', value: null, type: 'phone' }], MORNING + 2000)
  cases.push(await record('edits, one cleared', document))
  document = D.addElement(document, 'members', HEAD, [{ path: `members/${HEAD}/name`, value: '李秀英' }, { path: `members/${HEAD}/relation`, value: '02' }], MORNING + 3000)
  document = D.addElement(document, 'members', CHILD, [], MORNING + 4000)
  document = D.putAll(document, [{ path: `members/${CHILD}/name`, value: '田小某' }, { path: `members/${CHILD}/work_months`, value: 7, type: 'integer' }, { path: `members/${CHILD}/resides`, value: false, type: 'boolean' }], MORNING + 5000)
  document = D.putAll(document, [{ path: `members/${CHILD}/deleted_at`, value: '2016-01-05', type: 'date' }, { path: 'decimal_field', value: 3, type: 'decimal' }], MORNING + 6000)
  cases.push(await record('elements in a repeat, one marked as gone', document))
  const other = D.putAll(D.openDocument(D.saveDocument(document), TWO), [{ path: 'severity', value: 'severe' }, { path: `members/${HEAD}/name`, value: '李秀瑛' }], MORNING + 7000)
  document = D.putAll(document, [{ path: 'severity', value: 'moderate' }, { path: `members/${HEAD}/name`, value: '李秀莹' }], MORNING + 8000)
  document = D.absorb(document, D.changesSince(other, []), ONE)
  cases.push(await record('concurrent edits of two incarnations', document))
  document = D.putAll(document, [{ path: 'severity', value: D.concurrentAt(document, 'severity')[0]?.value ?? null }], MORNING + 9000)
  cases.push(await record('a conflict settled with the winning value', document))
  document = D.addElement(D.openDocument(D.saveDocument(document), TWO), 'members', '33'.repeat(16), [], MORNING + 10_000)
  cases.push(await record('an edit after loading from the store', document))
  cases.push(await record('a record without repeats', D.createDocument(ONE, [], [{ path: 'lodged', value: true, type: 'boolean' }], MORNING), []))
  let lines = D.createDocument(ONE, ['lines'], [], MORNING)
  lines = D.addElement(lines, 'lines', HEAD, [{ path: `lines/${HEAD}/amount`, value: 12_000, type: 'money' }, { path: `lines/${HEAD}/note`, value: null }], MORNING + 1000)
  lines = D.putAll(lines, [{ path: `lines/${HEAD}/note`, value: '工资' }], MORNING + 2000)
  lines = D.addElement(lines, 'lines', CHILD, [{ path: `lines/${CHILD}/amount`, value: 12_500, type: 'money' }, { path: `lines/${CHILD}/supersedes`, value: HEAD }], MORNING + 3000)
  const elsewhere = D.putAll(D.openDocument(D.saveDocument(lines), TWO), [{ path: `lines/${CHILD}/note`, value: '务工' }], MORNING + 4000)
  lines = D.putAll(lines, [{ path: `lines/${CHILD}/note`, value: '做工' }], MORNING + 4000)
  lines = D.absorb(lines, D.changesSince(elsewhere, []), ONE)
  for (const at of [0, 1]) {
    const settled = D.putAll(D.openDocument(D.saveDocument(lines), ONE), [{ path: `lines/${CHILD}/note`, value: D.concurrentAt(lines, `lines/${CHILD}/note`)[at]?.value ?? null }], MORNING + 5000)
    const back = D.putAll(settled, [{ path: `lines/${CHILD}/deleted_at`, value: '2016-01-05', type: 'date' }], MORNING + 6000)
    cases.push({ ...await record(`immutable lines, of two first answers the ${at === 0 ? 'winning' : 'other'} one chosen`, back, ['lines']), immutable: ['lines'] })
  }
  cases.push(await record('made again after a copy wrote under the same name', await made(names)))
  return cases
}

/** What this phone wrote, made again beside what its copy wrote; one more actor for what the new one had not seen. */
async function made(names: readonly string[]): Promise<D.Document> {
  const root = D.createDocument(ONE, names, [{ path: 'address', value: '小南村3组' }], MORNING)
  const copy = D.putAll(D.openDocument(D.saveDocument(root), ONE), [{ path: 'phone', value: '13900000000' }], MORNING + 1000)
  const wrote = D.addElement(D.openDocument(D.saveDocument(root), ONE), 'members', HEAD, [{ path: `members/${HEAD}/name`, value: '李秀英' }], MORNING + 2000)
  const beside = D.putAll(D.openDocument(D.saveDocument(wrote), TWO), [{ path: `members/${HEAD}/name`, value: '李秀瑛' }], MORNING + 3000)
  let both = D.putAll(D.openDocument(D.saveDocument(wrote), ONE), [{ path: `members/${HEAD}/name`, value: '李秀莹' }], MORNING + 3000)
  both = D.absorb(both, D.changesSince(beside, []), ONE)
  both = D.putAll(both, [{ path: `members/${HEAD}/name`, value: D.concurrentAt(both, `members/${HEAD}/name`)[0]?.value ?? null }], MORNING + 4000)
  const bad = D.namesOf(both).filter((one) => !one.root).map((one) => one.hash)
  const { document, removed, changes } = await madeAgain(both, new Set(bad), `${DEVICE}${'c3'.repeat(8)}`)
  expect([removed.size, changes.length, new Set(changes.map((one) => one.actor)).size]).toEqual([4, 4, 2])
  expect(D.answersOf(document)).toEqual(D.answersOf(both))
  expect(D.concurrentAt(document, `members/${HEAD}/name`)).toEqual([])
  return D.absorb(document, D.changesSince(copy, []), ONE)
}
