// Files of records on this phone (photos, strokes, slips): what is known of each lies in memory, the
// bytes on disk, encrypted. They are kept until their record leaves the phone; when the phone runs
// short of room, those the server has confirmed go first, the oldest before the others.
import { own, sha256, toHex, type Bytes } from '../bytes'
import type { Write } from '../store/database'
import type { Book } from './book'

export interface StoredFile {
  sha256: string
  /** Records that name it; none: another phone's, carried to the server. */
  records: string[]
  /** `jpeg`, `webp`, `json`. */
  mime: string
  bytes: number
  addedAt: number
  /** `stored`: the server has confirmed every byte. */
  state: 'waiting' | 'stored' | 'refused'
  storedAt: number | null
  /** Bytes the server is known to have. */
  sent: number
  /** Bytes of it may be on a line that died: ask where the upload stands, which also ends what still waits for them. */
  begun: boolean
  /** The last answer of the server asked for it. */
  wanted: boolean
  /** The server neither has it nor asks for it, as of a photo that was taken off again. */
  idle: boolean
  /** Stable code, words under `photo.problem.<code>`. */
  problem: string | null
  /** The bytes are still on this phone. */
  here: boolean
}

/** Most files the server asks for in one answer. */
export const WANT_MOST = 256

/** A file to keep for a record (null: for another phone), to be committed with the change that names it. */
export async function keptFile(book: Book, record: string | null, bytes: Uint8Array, mime: string): Promise<{ sha256: string; writes: Write[] }> {
  const name = toHex(await sha256(bytes))
  const known = book.files.get(name)
  const fresh: StoredFile = {
    sha256: name, records: [], mime, bytes: bytes.length, addedAt: book.context.now(), state: 'waiting', storedAt: null, sent: 0, begun: false, wanted: false, idle: false, problem: null, here: true,
  }
  const base = known && known.state !== 'refused' ? known : fresh
  const value: StoredFile = { ...base, idle: false, records: [...new Set([...(known?.records ?? []), ...(record === null ? [] : [record])])], here: true }
  return { sha256: name, writes: [{ table: 'files', key: name, value }, { table: 'bytes', key: name, value: own(bytes) }] }
}

/** The bytes of a file, decrypted. */
export async function bytesOf(book: Book, name: string): Promise<Bytes | null> {
  if (!book.files.get(name)?.here) return null
  return (await book.database.get<Bytes>('bytes', name)) ?? null
}

/** What the server's wishes change. `askedAt`: when the question left; what was stored since is not news to it. */
export function wished(book: Book, want: readonly [sha256: Bytes, have: number][], askedAt: number): Write[] {
  const wishes = new Map(want.map(([name, have]) => [toHex(name), have]))
  const complete = want.length < WANT_MOST
  const writes: Write[] = []
  for (const file of book.files.values()) {
    const have = wishes.get(file.sha256)
    if (have === undefined) {
      if (file.wanted && complete) writes.push(fileWrite({ ...file, wanted: false }))
    } else if (file.state === 'waiting' || (file.state === 'stored' && (file.storedAt ?? 0) < askedAt)) {
      writes.push(fileWrite({ ...file, state: 'waiting', storedAt: null, wanted: true, idle: false, sent: Math.min(have, file.bytes) }))
    }
  }
  return writes
}

export function fileWrite(value: StoredFile): Write & { value: StoredFile } {
  return { table: 'files', key: value.sha256, value }
}

/** Whether a file of a record is on its way: the server asked for it and does not have it. */
export function isOnItsWay(book: Book, record: string): boolean {
  return [...book.files.values()].some((file) => file.wanted && file.state === 'waiting' && file.here && file.records.includes(record))
}

/** What goes with records that leave the phone. */
export function forgottenWith(book: Book, gone: ReadonlySet<string>): Write[] {
  const writes: Write[] = []
  for (const file of book.files.values()) {
    const records = file.records.filter((one) => !gone.has(one))
    if (records.length === file.records.length) continue
    if (records.length > 0) writes.push(fileWrite({ ...file, records }))
    else writes.push({ table: 'files', key: file.sha256 }, { table: 'bytes', key: file.sha256 })
  }
  const intents = Object.entries(book.state.intents ?? {})
  const kept = intents.filter(([record]) => !gone.has(record))
  if (kept.length < intents.length) writes.push({ table: 'state', key: 'intents', value: Object.fromEntries(kept) })
  return writes
}

/** Gives up the bytes of stored files, the oldest first, until `bytes` are free; answers whether any were. */
export async function makeRoom(book: Book, bytes: number): Promise<boolean> {
  const stored = [...book.files.values()].filter((file) => file.here && file.state === 'stored').sort((a, b) => a.addedAt - b.addedAt)
  const writes: Write[] = []
  let free = 0
  for (const file of stored) {
    if (free >= bytes) break
    free += file.bytes
    writes.push(fileWrite({ ...file, here: false }), { table: 'bytes', key: file.sha256 })
  }
  await book.commit(writes)
  return free > 0
}
