// Bounds of a request (P14): however much waits, each stays below what the server takes.
import { beforeAll, describe, expect, it } from 'vitest'
import { decode } from '../src/protocol/cbor'
import type { BatchManifest, SyncRequest } from '../src/protocol/message'
import { enrolled } from './phone'
import { withAutomerge } from './support'

beforeAll(withAutomerge)

function changesIn(request: SyncRequest): number {
  const items = request.push.flatMap(([manifest]) => (decode(manifest) as BatchManifest).items)
  return items.reduce((sum, item) => sum + (item.t === 'edit' ? item.changes.length : 0), 0)
}

describe('a month without a line', () => {
  it('is sent in requests of at most 1,024 changes, in order and completely', async () => {
    const here = await enrolled()
    const before = here.line.requests.length
    for (let at = 0; at < 1500; at++) await here.engine.put(here.household, 'address', `小南村${at}组`)
    here.line.down = false
    expect((await here.engine.syncNow()).waiting).toEqual([])
    const counts = here.line.requests.slice(before).map(changesIn)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1500)
    expect(Math.max(...counts)).toBeLessThanOrEqual(1024)
    const numbers = here.line.pushed().map((one) => one.number)
    expect(numbers).toEqual(numbers.map((_, at) => at + 1))
    await here.engine.lock()
  }, 120_000)
})
