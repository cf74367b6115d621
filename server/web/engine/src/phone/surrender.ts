// A phone that was taken out of use: what it had sealed is handed in to wait for the leader, then the phone forgets
// everything. Nobody logs in for that; the seals say whose work it is.
import { deflate } from '../protocol/deflate'
import { concat } from '../bytes'
import { decodeResponse, encodeRequest, VERSION } from '../protocol/message'
import { judged, sealAll } from './outbox'
import { ReadBack } from './read_back'
import { ask } from './session'
import { nextPush, unsynced, type SyncParts } from './sync'

/** Hands in all own batches; true when nothing is left that only this phone has. Throws a `Failure`. */
export async function surrender({ book, keys, transport, exclusive }: SyncParts): Promise<boolean> {
  await exclusive(() => sealAll(book, keys))
  const stuck = new Set(book.carried.keys())
  for (;;) {
    const { push, offered } = nextPush(book, stuck)
    if (push.length === 0) break
    const request = { v: VERSION, push, cursors: {}, have_reference: null, max_bytes: 0, unsynced: unsynced(book) }
    const headers = { 'content-type': 'application/cbor', 'content-encoding': 'deflate', accept: 'application/cbor' }
    const reply = await ask(transport, 'POST', '/api/v1/surrenders', headers, await deflate(encodeRequest(request)))
    const { receipts } = decodeResponse(concat([reply.body]))
    await exclusive(async () => book.commit((await judged(book, receipts, new ReadBack(book))).writes))
    for (const batch of offered) stuck.add(batch.key)
  }
  // Photos go another way: they wait here until somebody carries them (`carry.ts`).
  return unsynced(book) === 0 && ![...book.files.values()].some((file) => file.state === 'waiting')
}
