// Taking in what others wrote: many records in one answer, several entries of one record, records
// that leave, entries that cannot be read.
import { beforeAll, describe, expect, it } from 'vitest'
import * as D from '../src/document/document'
import { enrolled, entry, VILLAGE } from './phone'
import type { Entry } from '../src/protocol/message'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const OTHER = '0f'.repeat(16)
const idOf = (at: number): string => at.toString(16).padStart(2, '0').repeat(16)
const home = (at: number): D.Document => D.createDocument(OTHER, ['members'], [{ path: 'address', value: `小南村${at}组` }], MORNING)

describe('a pull', () => {
  it('takes many records and several entries of one record in one answer', async () => {
    const here = await enrolled()
    const first = home(1)
    const later = D.putAll(first, [{ path: 'group_name', value: '3组' }], MORNING)
    here.line.entries = [1, 2, 3, 4, 5, 6, 7].map((at) => entry(idOf(at), 'document', D.saveDocument(at === 1 ? D.openDocument(D.saveDocument(home(1)), OTHER) : home(at)), at))
    here.line.entries.push(entry(idOf(1), 'document', D.saveDocument(later), 8))
    here.line.down = false
    await here.engine.syncNow()
    const homes = await here.engine.households()
    expect(homes).toHaveLength(8)
    expect(homes.find((one) => one.id === idOf(1))).toMatchObject({ address: '小南村1组', group: '3组', waiting: 0 })
    const heads = D.headsOf(later)
    const newest = D.putAll(later, [{ path: 'group_name', value: '4组' }], MORNING)
    here.line.entries = [entry(idOf(1), 'changes', D.changesSince(newest, heads), 9)]
    await here.engine.syncNow()
    expect((await here.engine.household(idOf(1))).answers['group_name']).toBe('4组')
    expect(here.line.requests.at(-1)?.cursors[`a:${VILLAGE}`]?.[0]).toBe(8)
    await here.engine.lock()
  })

  it('reads a grant again when one record has a gap, and keeps the others', async () => {
    const here = await enrolled()
    const document = home(1)
    const heads = D.headsOf(document)
    const orphan = D.changesSince(D.putAll(document, [{ path: 'phone', value: '1' }], MORNING), heads)
    here.line.entries = [entry(idOf(1), 'changes', orphan, 4), entry(idOf(2), 'document', D.saveDocument(home(2)), 5)]
    here.line.down = false
    await here.engine.syncNow()
    expect((await here.engine.households()).map((one) => one.id)).toContain(idOf(2))
    await here.engine.syncNow()
    expect(here.line.requests.at(-1)?.cursors).toEqual({})
    await here.engine.lock()
  })

  it('lets go of what was taken away, but not of unsent words', async () => {
    const here = await enrolled()
    here.line.entries = [1, 2, 3].map((at) => entry(idOf(at), 'document', D.saveDocument(home(at)), at))
    here.line.down = false
    await here.engine.syncNow()
    here.line.down = true
    await here.engine.put(idOf(2), 'phone', '13800000000')
    here.line.entries = [entry(idOf(1), 'removed', new Uint8Array(), 4), entry(idOf(2), 'removed', new Uint8Array(), 5), { ...entry(idOf(3), 'moved', new Uint8Array(), 6), area: '500114101202' }]
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    here.line.down = false
    await here.engine.syncNow()
    expect((await here.engine.households()).map((one) => one.id).filter((id) => id !== here.household)).toEqual([idOf(2)])
    expect((await here.engine.record(idOf(2))).readOnly).toBe('no_grant')
    here.line.fate = () => ({ status: 'stored' })
    await here.engine.syncNow()
    expect((await here.engine.households()).map((one) => one.id)).toEqual([here.household])
    await here.engine.lock()
  })

  it('says where a household went while its words are unsent, sends them as they were written, and lets go', async () => {
    const here = await enrolled()
    const home = here.household
    const gone = '500114101202'
    here.line.entries = [entry(idOf(5), 'document', D.saveDocument(D.createDocument(OTHER, ['members'], [], MORNING)), 7)]
    here.line.down = false
    await here.engine.syncNow()
    here.line.down = true
    await here.engine.put(home, 'phone', '19900000001')
    const visit = await here.engine.startVisit(home)
    here.line.down = false
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    here.line.entries = [{ ...entry(home, 'moved', new Uint8Array(), 11), area: gone }]
    await here.engine.syncNow()
    expect(await here.engine.record(home)).toMatchObject({ readOnly: 'moved', movedTo: gone })
    expect((await here.engine.household(home)).movedTo).toBe(gone)
    // Filed with its household: the server says so as soon as it has it.
    here.line.fate = () => ({ status: 'stored' })
    here.line.entries = [{ ...entry(visit, 'moved', new Uint8Array(), 12), area: gone }]
    await here.engine.syncNow()
    const sent = here.line.pushed().at(-1)
    expect(sent?.seen).toEqual({ [VILLAGE]: 7 })
    expect(sent?.items.map((item) => (item.t === 'edit' ? item.area : ''))).toEqual([VILLAGE, VILLAGE, VILLAGE])
    expect((await here.engine.households()).map((one) => one.id)).toEqual([idOf(5)])
    expect((await here.engine.records()).map((one) => one.kind)).toEqual(['trip'])
    await here.engine.lock()
  })

  it('keeps a household that moved to another of its villages, with its draft', async () => {
    const here = await enrolled()
    const home = here.household
    const other = '500114101202'
    const theirs: Entry = { ...entry(idOf(9), 'document', D.saveDocument(D.createDocument(OTHER, ['members'], [], MORNING)), 3), grant: `a:${other}`, area: other }
    here.line.entries = [entry(idOf(5), 'document', D.saveDocument(D.createDocument(OTHER, ['members'], [], MORNING)), 7), theirs]
    here.line.down = false
    await here.engine.syncNow()
    here.line.down = true
    await here.engine.put(home, 'phone', '19900000001')
    here.line.down = false
    here.line.entries = [{ ...entry(home, 'moved', new Uint8Array(), 8), area: other }]
    await here.engine.syncNow()
    expect(await here.engine.record(home)).toMatchObject({ readOnly: null, movedTo: null, card: { area: other } })
    expect((await here.engine.household(home)).answers['phone']).toBe('19900000001')
    await here.engine.put(home, 'phone', '19900000002')
    await here.engine.syncNow()
    const items = here.line.pushed().flatMap((batch) => batch.items)
    expect(items.map((item) => (item.t === 'edit' ? item.area : '')).slice(-2)).toEqual([VILLAGE, other])
    await here.engine.lock()
  })
})
