// A server that was put back to a backup gets back whatever the phone still has, and is not told it for ever. The cases of
// `sync/tests/put_back.rs`.
import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../src/bytes'
import * as D from '../src/document/document'
import { edits, enrolled, entry, held, reads, VILLAGE } from './phone'
import { withAutomerge } from './support'

beforeAll(withAutomerge)

const GRANT = `a:${VILLAGE}`

describe('a server put back to a backup', () => {
  it('is offered what waited there for what it stands on', async () => {
    const here = await enrolled()
    await reads(here, 4)
    await here.engine.put(here.household, 'address', 'A')
    here.line.fate = () => ({ status: 'held' })
    here.line.forgets = true
    here.line.down = false
    const before = here.line.pushed().length
    await here.engine.syncNow()
    const [first, again, ...more] = edits(here.line.pushed().slice(before), here.household)
    expect(again?.changes).toEqual(first?.changes)
    expect(more).toEqual([])
    // What waits for weeks is offered again by an app that starts anew.
    await here.engine.lock()
    await here.engine.unlock('246810')
    await here.engine.syncNow()
    expect(edits(here.line.pushed().slice(before), here.household).slice(2).map((one) => one.changes)).toEqual([first?.changes])
    await here.engine.lock()
  })

  it('is offered what it had acknowledged on a page before it, once', async () => {
    const here = await enrolled()
    await reads(here, 4)
    await here.engine.put(here.household, 'address', 'A')
    here.line.forgets = true
    // The first page acknowledges the edit and ends before it; the next one is the backup's.
    here.line.extra = { more: true }
    const before = here.line.requests.length
    here.line.down = false
    await here.engine.syncNow()
    const pushes = here.line.requests.slice(before).map((one) => one.push.length)
    expect(pushes).toEqual([1, 0, 1])
    const [first, again] = edits(here.line.pushed().slice(-2), here.household)
    expect(again?.changes).toEqual(first?.changes)
    expect(toHex(here.line.pushed().at(-1)!.actor)).toBe(toHex(here.line.pushed().at(-2)!.actor))
    for (let at = 0; at < 2; at++) {
      await here.engine.syncNow()
      expect(here.line.requests.at(-1)?.push).toEqual([])
    }
    await here.engine.lock()
  })

  it('is offered nothing that came back, even before its receipt', async () => {
    const here = await enrolled()
    await reads(here, 4)
    await here.engine.put(here.household, 'address', 'A')
    await here.engine.exportUnsent()
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    here.line.down = false
    await here.engine.syncNow()
    // Another phone had carried it: it comes with the feed, and the receipt says `duplicate` later.
    const changes = here.line.requests.flatMap((one) => one.push).at(-1)![2][0]!
    here.line.entries = [entry(here.household, 'changes', changes, 5)]
    await here.engine.syncNow()
    here.line.fate = () => ({ status: 'duplicate' })
    here.line.forgets = true
    const before = here.line.requests.length
    await here.engine.syncNow()
    expect(here.line.requests.slice(before).map((one) => one.push.length)).toEqual([1])
    await here.engine.lock()
  })

  it('is offered own changes that no kept batch holds any more', async () => {
    const here = await enrolled()
    await reads(here, 4)
    // Long ago: more batches were settled since than are kept.
    const kept = await here.database.all('batches')
    await here.database.commit(kept.map(([key]) => ({ table: 'batches', key })))
    await here.engine.lock()
    await here.engine.unlock('246810')
    here.line.extra = { rewound: [GRANT] }
    here.line.down = false
    const before = here.line.pushed().length
    await here.engine.syncNow()
    const offered = edits(here.line.pushed().slice(before), here.household).flatMap((one) => one.changes.map(toHex))
    expect(offered).toEqual(D.namesOf(held(here)).map((one) => one.hash))
    await here.engine.lock()
  })
})
