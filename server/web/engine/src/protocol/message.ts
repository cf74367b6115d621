// The one request and its answer (`sync/PROTOCOL.md` §2): the twin of `sync/src/message.rs`. Maps
// are written in the order of the schema, so both languages make the same bytes.
import type { Bytes } from '../bytes'
import { decode, encode, sorted } from './cbor'

/** The version this engine speaks. */
export const VERSION = 1

/** `[seq, chain]`: the last entry stored and the chain value there. */
export type Cursor = [seq: number, chain: Bytes]
export type Cursors = { [grant: string]: Cursor }
/** `[manifest, signature, payload]`. */
export type SealedBatch = [manifest: Bytes, signature: Bytes, payload: Bytes[]]

export interface SyncRequest {
  v: number
  push: SealedBatch[]
  cursors: Cursors
  have_reference: string | null
  max_bytes: number
  unsynced: number
}

export interface Edit {
  t: 'edit'
  id: Bytes
  record: Bytes
  kind: string
  form: string
  area: string
  changes: Bytes[]
  payload: number
}

export interface Command {
  t: 'command'
  id: Bytes
  name: string
  record: Bytes
  expected: Bytes[]
  args: { [name: string]: unknown }
}

export type Item = Edit | Command

export interface BatchManifest {
  actor: Bytes
  number: number
  made_at: number
  prev: Bytes | null
  seen: { [area: string]: number }
  items: Item[]
}

export type Status = 'stored' | 'duplicate' | 'held' | 'quarantined' | 'refused' | 'stale' | 'done'
export interface ItemReceipt { id: Bytes; status: Status; code?: string; detail?: string }
export interface Receipt { actor: Bytes; number: number; items: ItemReceipt[] }
export type What = 'document' | 'changes' | 'decision' | 'moved' | 'removed'

export interface Entry {
  grant: string
  seq: number
  record: Bytes
  kind: string
  form: string
  area: string
  what: What
  data: Bytes
}

export interface SyncResponse {
  v: number
  now: number
  receipts: Receipt[]
  entries: Entry[]
  cursors: Cursors
  rewound: string[]
  more: boolean
  want: [sha256: Bytes, have: number][]
  revoked: string[]
  reference: Bytes | null
  reference_tag: string
}

/** `data` of a `decision` entry. */
export interface Decision { state: string; remark: string | null; by: string; at: number; heads: Bytes[]; facts?: { [name: string]: unknown } }

/** Codes after which nothing was recorded: the batch is kept and offered again (`sync/src/code.rs`). */
const NOT_FINAL = new Set(['bad_signature', 'unknown_device', 'payload_mismatch', 'try_again', 'malformed', 'unsupported_version', 'too_large'])

export function isFinal(code: string | undefined): boolean {
  return code === undefined || !NOT_FINAL.has(code)
}

export function encodeRequest({ v, push, cursors, have_reference, max_bytes, unsynced }: SyncRequest): Bytes {
  return encode({ v, push, cursors: sorted(cursors), have_reference, max_bytes, unsynced })
}

export function encodeManifest({ actor, number, made_at, prev, seen, items }: BatchManifest): Bytes {
  return encode({ actor, number, made_at, prev, seen: sorted(seen), items: items.map(inOrder) })
}

function inOrder(item: Item): Item {
  if (item.t === 'edit') {
    const { t, id, record, kind, form, area, changes, payload } = item
    return { t, id, record, kind, form, area, changes, payload }
  }
  const { t, id, name, record, expected, args } = item
  return { t, id, name, record, expected, args: sorted(args) }
}

const keys: (keyof SyncResponse)[] = ['v', 'now', 'receipts', 'entries', 'cursors', 'rewound', 'more', 'want', 'revoked', 'reference', 'reference_tag']

/** Reads an answer; throws when it is not one of this version. */
export function decodeResponse(bytes: Uint8Array): SyncResponse {
  const answer = decode(bytes) as Partial<SyncResponse>
  if (typeof answer !== 'object' || answer === null || answer.v !== VERSION) throw new TypeError('not an answer of version 1')
  for (const key of keys) if (answer[key] === undefined) throw new TypeError(`the answer lacks ${key}`)
  return answer as SyncResponse
}

export function decodeDecision(bytes: Uint8Array): Decision {
  return decode(bytes) as Decision
}
