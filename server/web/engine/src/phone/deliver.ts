// Carried parcels to the server, one envelope a request. A parcel stays until the server has all of it, or says that it
// never will; its author keeps everything until the server has told the author itself.
import { concat, type Bytes } from '../bytes'
import { decode } from '../protocol/cbor'
import type { Write } from '../store/database'
import { NOTHING_CARRIED, type Book, type Carriage, type Parcel } from './book'
import { Failure } from './failure'
import { ask } from './session'
import type { SyncParts } from './sync'

/** Nothing makes these good again: the envelope is not what its author sealed. */
const NEVER = new Set(['carriage_damaged', 'digest_mismatch', 'invalid', 'too_large'])
/** The server cannot take it now, or does not have the key (yet, again): it is kept and offered at the next contact. */
const LATER = new Set(['carriage_key_unknown', 'offset_mismatch', 'busy', 'quota_exceeded', 'no_space'])

/** Offers everything carried once. Throws a `Failure` when the line or the session is to blame. */
export async function deliver(parts: SyncParts): Promise<void> {
  const { book, transport, exclusive, touched } = parts
  for (const [key, parcel] of [...book.carried]) {
    if (Array.isArray(parcel)) continue
    // More than one envelope is a photo: those wait for Wi-Fi where the person wants that.
    const isWaiting = parcel.envelopes > 1 && book.state.wifiOnly === true && transport.wifi() !== true
    const problem = isWaiting ? 'wifi' : await bring(parts, key, parcel)
    await exclusive(() => book.commit(outcome(book, key, problem)))
    touched([], false, false)
  }
}

function outcome(book: Book, key: string, problem: string | null): Write[] {
  const before: Carriage = book.state.carriage ?? NOTHING_CARRIED
  const isGone = problem === null || NEVER.has(problem)
  const count = problem === null ? { delivered: before.delivered + 1 } : isGone ? { refused: before.refused + 1 } : {}
  const after: Write = { table: 'state', key: 'carriage', value: { ...before, ...count, problem: problem ?? before.problem } satisfies Carriage }
  return isGone ? [{ table: 'carried', key }, { table: 'bytes', key }, after] : [after]
}

/** Null when the server has all of it, else why not. */
async function bring({ book, access, transport, exclusive }: SyncParts, key: string, { envelopes, next: first }: Parcel): Promise<string | null> {
  const stored = await exclusive(() => book.database.get<Bytes>('bytes', key))
  const all = decode(stored ?? new Uint8Array([0x80])) as Bytes[]
  let next = first
  let isBegunAgain = false
  while (next < envelopes) {
    const body = all[next]
    if (!body) return 'carriage_damaged'
    try {
      await access.authorized((authorization) => ask(transport, 'POST', '/api/v1/carriages', { 'content-type': 'application/cbor', authorization }, concat([body])))
      next++
    } catch (error) {
      const code = error instanceof Failure ? error.code : 'internal'
      // The server threw away what it had of this file: once more from its beginning.
      if (code === 'offset_mismatch' && next > 0 && !isBegunAgain) {
        next = 0
        isBegunAgain = true
      } else if (NEVER.has(code) || LATER.has(code)) return code
      else throw error
    }
    const value: Parcel = { envelopes, next }
    await exclusive(() => book.commit([{ table: 'carried', key, value }]))
  }
  return null
}
