// What a person has to go on with: returned and drafted work, also on records somebody else began;
// and the trip that goes to the leader with its first visit.
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex } from '../src/bytes'
import * as D from '../src/document/document'
import type { Answers } from '../src/phone/api'
import { encode } from '../src/protocol/cbor'
import type { Finding, Form } from '../src/schema'
import { enrolled, entry, VILLAGE } from './phone'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const OTHER = '0f'.repeat(16)
const THEIRS = 'a1'.repeat(16)
const VISIT_OF_OTHERS = 'b2'.repeat(16)
type Phone = Awaited<ReturnType<typeof enrolled>>

const decision = (record: string, state: string, seq: number, kind = 'household') =>
  entry(record, 'decision', encode({ state, remark: '请核实面积', by: '队长', at: 1, heads: [fromHex('00'.repeat(32))] }), seq, kind)

/** A phone that has downloaded a register and a visit of others. */
async function downloaded(check?: (form: Form, answers: Answers) => Finding[]): Promise<Phone> {
  const here = await enrolled(check)
  const home = D.createDocument(OTHER, ['members'], [{ path: 'address', value: '小南村1组' }], MORNING)
  const visit = D.createDocument(OTHER, ['commitments'], [{ path: 'household', value: THEIRS }], MORNING)
  await exchange(here, [entry(THEIRS, 'document', D.saveDocument(home), 1), entry(VISIT_OF_OTHERS, 'document', D.saveDocument(visit), 2, 'visit')])
  return here
}

async function exchange(here: Phone, entries: Phone['line']['entries'] = []): Promise<void> {
  here.line.entries = entries
  here.line.down = false
  await here.engine.syncNow()
  here.line.down = true
}

const ids = (cards: { id: string }[]): string[] => cards.map((card) => card.id)
const commands = ({ line }: Phone) => line.pushed().flatMap((manifest) => manifest.items).filter((item) => item.t === 'command')
const blockTrips = (form: Form): Finding[] => (form.name === 'trip' ? [{ path: 'lodged', code: 'required', severity: 'error', message: { zh: '请选择', en: 'Choose' } }] : [])

describe('a downloaded record', () => {
  it('that was changed and submitted here comes back here when it is returned', async () => {
    const here = await downloaded()
    await here.engine.put(THEIRS, 'address', '小南村2组')
    expect(ids(await here.engine.drafts())).toContain(THEIRS)
    await here.engine.submit(THEIRS)
    await exchange(here)
    expect(ids(await here.engine.drafts())).not.toContain(THEIRS)
    await exchange(here, [decision(THEIRS, 'returned', 3)])
    expect(await here.engine.returned()).toMatchObject([{ id: THEIRS, remark: '请核实面积', mine: false }])
    expect((await here.engine.households()).find((one) => one.id === THEIRS)?.returned).toEqual({ id: THEIRS, remark: '请核实面积' })
    await here.engine.lock()
  })

  it('that was only submitted here comes back too', async () => {
    const here = await downloaded()
    await here.engine.submit(THEIRS)
    await exchange(here, [decision(THEIRS, 'returned', 3)])
    expect(ids(await here.engine.returned())).toEqual([THEIRS])
    await here.engine.lock()
  })

  it('is still known as worked on here after it went and came again', async () => {
    const here = await downloaded()
    await here.engine.put(THEIRS, 'address', '小南村2组')
    await exchange(here)
    const edit = here.line.requests.flatMap((request) => request.push).at(-1)![2][0]!
    const home = D.absorb(D.createDocument(OTHER, ['members'], [{ path: 'address', value: '小南村1组' }], MORNING), edit, OTHER)
    await exchange(here, [entry(THEIRS, 'removed', new Uint8Array(), 3)])
    expect(ids(await here.engine.households())).not.toContain(THEIRS)
    await exchange(here, [entry(THEIRS, 'document', D.saveDocument(home), 4), decision(THEIRS, 'returned', 5)])
    expect(ids(await here.engine.returned())).toEqual([THEIRS])
    await here.engine.lock()
  })

  it('that nobody touched here, or that may not be edited here, is nobody’s task', async () => {
    const here = await downloaded()
    await exchange(here, [decision(THEIRS, 'returned', 3), decision(VISIT_OF_OTHERS, 'returned', 4, 'visit')])
    expect(await here.engine.returned()).toEqual([])
    expect(ids(await here.engine.drafts())).toEqual([here.household])
    await here.engine.put(THEIRS, 'address', '小南村2组')
    expect(ids(await here.engine.returned())).toEqual([THEIRS])
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    await exchange(here, [entry(THEIRS, 'removed', new Uint8Array(), 5)])
    expect(await here.engine.returned()).toEqual([])
    await here.engine.lock()
  })
})

describe('the trip of the day', () => {
  it('goes to the leader with its first visit, in one step', async () => {
    const here = await enrolled()
    const visit = await here.engine.startVisit(here.household)
    const [trip] = await here.engine.records('trip')
    expect(ids(await here.engine.drafts())).toEqual([visit, here.household])
    const told: string[] = []
    here.engine.subscribe((event) => event.type === 'records' && told.push(...event.records))
    await here.engine.submit(visit)
    expect(told).toContain(trip?.id)
    expect((await here.engine.record(trip!.id)).card).toMatchObject({ review: 'submitted', submitting: true })
    const second = await here.engine.startVisit(await here.engine.addHousehold(VILLAGE, { address: '小南村4组' }))
    await here.engine.submit(second)
    await exchange(here)
    expect(commands(here).map((item) => item.name)).toEqual(['submit', 'submit', 'submit'])
    expect((await here.engine.record(trip!.id)).card).toMatchObject({ review: 'submitted', submitting: false })
    await here.engine.lock()
  })

  it('is taken back with the visit while both have not left, and not while another visit needs it', async () => {
    const here = await enrolled()
    const first = await here.engine.startVisit(here.household)
    const [trip] = await here.engine.records('trip')
    await here.engine.submit(first)
    await here.engine.withdraw(first)
    expect((await here.engine.record(trip!.id)).card.review).toBe('draft')
    await here.engine.submit(first)
    const second = await here.engine.startVisit(await here.engine.addHousehold(VILLAGE, { address: '小南村4组' }))
    await here.engine.submit(second)
    await here.engine.withdraw(first)
    expect((await here.engine.record(trip!.id)).card.review).toBe('submitted')
    await here.engine.lock()
  })

  it('that is not complete stays, and is shown among the drafts', async () => {
    const here = await enrolled(blockTrips)
    const visit = await here.engine.startVisit(here.household)
    const [trip] = await here.engine.records('trip')
    expect(await here.engine.submit(visit)).toMatchObject({ done: true })
    expect((await here.engine.record(trip!.id)).card.review).toBe('draft')
    expect(ids(await here.engine.drafts())).toEqual([trip!.id, here.household])
    await exchange(here)
    expect(commands(here)).toHaveLength(1)
    await here.engine.lock()
  })

  it('that the leader returned is not handed in again behind the person’s back', async () => {
    const here = await enrolled()
    const visit = await here.engine.startVisit(here.household)
    const [trip] = await here.engine.records('trip')
    await here.engine.submit(visit)
    await exchange(here, [decision(trip!.id, 'returned', 3, 'trip')])
    const second = await here.engine.startVisit(await here.engine.addHousehold(VILLAGE, { address: '小南村4组' }))
    await here.engine.submit(second)
    expect(ids(await here.engine.returned())).toEqual([trip!.id])
    await here.engine.lock()
  })
})
