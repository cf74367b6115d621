// The phone's engine from the screens' side: nothing is lost, nothing is readable without the PIN.
import { beforeAll, describe, expect, it } from 'vitest'
import { entry, enrolled, phone, PIN, VILLAGE } from './phone'
import { encode } from '../src/protocol/cbor'
import { fromHex } from '../src/bytes'
import { withAutomerge } from './support'

beforeAll(withAutomerge)

describe('a phone', () => {
  it('is new until enrolled, then opens only by its PIN', async () => {
    const here = await phone()
    expect((await here.engine.status()).state).toBe('new')
    await expect(here.engine.enrol({ code: 'A', account: 'a', password: 'p', pin: '12', name: 'n' })).rejects.toMatchObject({ code: 'weak_pin' })
    await expect(here.engine.enrol({ code: 'A', account: 'a', password: 'p', pin: PIN, name: 'n' })).rejects.toMatchObject({ code: 'offline' })
    expect((await here.engine.status()).state).toBe('new')
    here.line.down = false
    expect((await here.engine.enrol({ code: 'A', account: 'a', password: 'p', pin: PIN, name: 'n' })).person?.name).toBe('田某')
    await here.engine.lock()
    await expect(here.engine.households()).rejects.toMatchObject({ code: 'locked' })
    await expect(here.engine.unlock('000000')).rejects.toMatchObject({ code: 'wrong_pin' })
    expect((await here.engine.unlock(PIN)).state).toBe('open')
    await here.engine.changePin(PIN, 'another pin')
    await here.engine.lock()
    await expect(here.engine.unlock(PIN)).rejects.toMatchObject({ code: 'wrong_pin' })
    expect((await here.engine.unlock('another pin')).state).toBe('open')
    await here.engine.lock()
  })

  it('finds everything again after the browser was killed', async () => {
    const here = await enrolled()
    const visit = await here.engine.startVisit(here.household)
    await here.engine.put(visit, 'met', 'head')
    await here.engine.put(visit, 'what_household_said', '屋后排水沟堵塞')
    await here.engine.rememberPlace('/visit/2')
    here.database.close()
    const { engine } = await here.again()
    expect((await engine.status()).state).toBe('locked')
    await engine.unlock(PIN)
    const { answers, card } = await engine.record(visit)
    expect(answers).toMatchObject({ met: 'head', what_household_said: '屋后排水沟堵塞', household: here.household })
    expect(card).toMatchObject({ send: 'waiting', review: 'draft', title: '李秀英' })
    expect((await engine.lastPlace())?.route).toBe('/visit/2')
    expect((await engine.drafts()).map((draft) => draft.id)).toEqual([visit, here.household])
    await engine.put(visit, 'met', 'adult')
    here.line.down = false
    await engine.syncNow()
    expect((await engine.record(visit)).card.send).toBe('sent')
    await engine.lock()
  })

  it('makes the trip of the day with its first visit, once', async () => {
    const here = await enrolled()
    const other = await here.engine.addHousehold(VILLAGE, { address: '小南村4组' })
    const first = await here.engine.startVisit(here.household)
    const second = await here.engine.startVisit(other)
    expect(await here.engine.startVisit(here.household)).toBe(first)
    const trips = await here.engine.records('trip')
    expect(trips).toHaveLength(1)
    for (const visit of [first, second]) expect((await here.engine.record(visit)).answers['trip']).toBe(trips[0]?.id)
    here.context.time += 86_400_000
    const tomorrow = await here.engine.startVisit(here.household)
    expect(tomorrow).not.toBe(first)
    expect(await here.engine.records('trip')).toHaveLength(2)
    await here.engine.lock()
  })

  it('keeps one stay per village and night', async () => {
    const here = await enrolled()
    const first = await here.engine.stayNight(VILLAGE, '2016-01-05', true)
    const again = await here.engine.stayNight(VILLAGE, '2016-01-05', false)
    expect(again).toBe(first)
    expect((await here.engine.record(first)).answers['lodged']).toBe(false)
    await here.engine.lock()
  })

  it('stands as before when the disk refuses, and goes on', async () => {
    const here = await enrolled()
    const commit = here.database.commit.bind(here.database)
    here.database.commit = async () => Promise.reject(new Error('quota'))
    await expect(here.engine.put(here.household, 'address', '丢失')).rejects.toMatchObject({ code: 'storage' })
    here.database.commit = commit
    expect((await here.engine.record(here.household)).answers['address']).toBe('小南村3组')
    await here.engine.put(here.household, 'address', '小南村8组')
    here.line.down = false
    await here.engine.syncNow()
    expect((await here.engine.syncState()).problems).toEqual([])
    expect((await here.engine.record(here.household)).answers['address']).toBe('小南村8组')
    await here.engine.lock()
  })

  it('takes the last edit back', async () => {
    const here = await enrolled()
    const { engine, household } = here
    await engine.put(household, 'address', '小南村5组')
    const { undo } = await engine.put(household, 'address', '小南村6组')
    expect(undo).toMatchObject({ path: 'address', value: '小南村5组' })
    await engine.undo(household)
    expect((await engine.record(household)).answers['address']).toBe('小南村5组')
    await expect(engine.undo(household)).rejects.toMatchObject({ code: 'nothing_to_undo' })
    await engine.lock()
  })

  it('refuses what no form knows, what the server alone writes and what does not fit', async () => {
    const { engine, household } = await enrolled()
    const code = (path: string, value: string | number) => engine.put(household, path, value).catch((error: { code: string }) => error.code)
    expect(await code('no_such_field', 'x')).toBe('bad_path')
    expect(await code('members/zz/name', 'x')).toBe('bad_path')
    expect(await code(`members/${'00'.repeat(16)}/name`, 'x')).toBe('bad_path')
    expect(await code('status', 'x')).toBe('read_only')
    expect(await code('address', 7)).toBe('bad_value')
    expect(await code('address', '长'.repeat(3000))).toBe('bad_value')
    await engine.lock()
  })

  it('submits, and takes it back while nobody has seen it', async () => {
    const here = await enrolled()
    const { engine, line } = here
    const visit = await engine.startVisit(here.household)
    expect(await engine.submit(visit)).toMatchObject({ done: true })
    expect((await engine.record(visit)).card).toMatchObject({ review: 'submitted', submitting: true })
    await engine.withdraw(visit)
    expect((await engine.record(visit)).card).toMatchObject({ review: 'draft', submitting: false })
    await engine.submit(visit)
    line.down = false
    await engine.syncNow()
    const command = line.pushed().flatMap((manifest) => manifest.items).find((item) => item.t === 'command')
    expect(command).toMatchObject({ name: 'submit', args: {} })
    expect((await engine.record(visit)).card).toMatchObject({ review: 'submitted', submitting: false })
    const remark = '请补充见到了谁'
    line.entries = [entry(visit, 'decision', encode({ state: 'returned', remark, by: '队长', at: 1, heads: [fromHex('00'.repeat(32))] }), 9, 'visit')]
    await engine.syncNow()
    expect(await engine.returned()).toMatchObject([{ id: visit, remark }])
    expect((await engine.households())[0]).toMatchObject({ name: '李秀英', initials: 'lxy', returned: { id: visit, remark } })
    await engine.lock()
  })

  it('blocks only submitting while the form finds errors', async () => {
    const finding = { path: 'met', code: 'required', severity: 'error', message: { zh: '请选择', en: 'Choose' } } as const
    const here = await enrolled(() => [finding])
    const visit = await here.engine.startVisit(here.household)
    expect(await here.engine.submit(visit)).toEqual({ done: false, blocking: [finding] })
    expect((await here.engine.record(visit)).card.review).toBe('draft')
    await here.engine.lock()
  })

  it('hands unsent work to another phone, which carries it', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'address', '小南村7组')
    const file = await here.engine.exportUnsent()
    expect(file.batches).toBe(1)
    const other = await enrolled()
    expect(await other.engine.importCarried(file.bytes)).toBe(1)
    await expect(other.engine.importCarried(encode('nonsense'))).rejects.toMatchObject({ code: 'bad_file' })
    other.line.down = false
    await other.engine.syncNow()
    here.line.down = false
    await here.engine.syncNow()
    const sealed = here.line.requests.at(-1)!.push
    expect(other.line.carried).toEqual(sealed.map((batch) => ({ batch })))
    expect(await other.engine.syncState()).toMatchObject({ carried: 0, carriage: { delivered: 1, refused: 0, problem: null } })
    await Promise.all([here.engine.lock(), other.engine.lock()])
  })
})
