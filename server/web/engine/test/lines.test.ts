// Immutable lines on the phone: what the server would refuse is refused here, before anything is written.
import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../src/bytes'
import * as D from '../src/document/document'
import { enrolled, entry, held } from './phone'
import { forms, MORNING, withAutomerge } from './support'
import type { Form } from '../src/schema'

const label = { zh: '收入', en: 'Income' }
type Section = Form['sections'][number]

beforeAll(async () => {
  await withAutomerge()
  const field = (name: string, type: string, rest = {}): unknown => ({ name, type, label, privacy: 'P3', merge: 'ask', ...rest })
  const fields = [field('amount', 'money'), field('source', 'text'), field('supersedes', 'member_ref', { target: 'lines' })]
  forms[0]?.sections.push({ name: 'money', title: label, fields: [field('lines', 'repeat', { immutable: true, fields })] } as Section)
})

/** A phone with one line of 100 yuan. */
async function withLine() {
  const here = await enrolled()
  const first = await here.engine.addElement(here.household, 'lines', { amount: 10_000 })
  const code = (path: string, value: string | number | null) => here.engine.put(here.household, path, value).catch((error: { code: string }) => error.code)
  const lines = async () => (await here.engine.record(here.household)).answers['lines'] as Record<string, Record<string, unknown>>
  return { ...here, id: here.household, first, code, lines }
}

describe('a line', () => {
  it('takes each answer once', async () => {
    const { engine, id, first, code, lines } = await withLine()
    for (const value of [10_001, 10_000, null]) expect(await code(`lines/${first}/amount`, value)).toBe('read_only')
    expect((await engine.put(id, `lines/${first}/source`, '工资')).undo).toBeNull()
    await expect(engine.undo(id)).rejects.toMatchObject({ code: 'nothing_to_undo' })
    expect(await code(`lines/${first}/source`, '租金')).toBe('read_only')
    expect((await lines())[first]).toEqual({ amount: 10_000, source: '工资' })
    await engine.put(id, 'address', '小南村5组')
    await engine.put(id, 'address', '小南村6组')
    await engine.lock()
  })

  it('is corrected by a new one and taken back once', async () => {
    const { engine, id, first, code, lines } = await withLine()
    const next = await engine.addElement(id, 'lines', { amount: 12_000, supersedes: first })
    await engine.undo(id)
    expect((await lines())[next]).toMatchObject({ supersedes: first, deleted_at: '2016-01-05' })
    expect(await code(`lines/${next}/deleted_at`, null)).toBe('read_only')
    await expect(engine.removeElement(id, 'lines', next)).rejects.toMatchObject({ code: 'read_only' })
    await engine.removeElement(id, 'lines', first)
    await engine.lock()
  })

  it('with two first answers keeps both, and one of them may be chosen', async () => {
    const here = await withLine()
    const { engine, id, first, code, lines } = here
    here.line.down = false
    await engine.syncNow()
    const path = `lines/${first}/source`
    const theirs = D.putAll(held(here), [{ path, value: '租金' }], MORNING)
    await engine.put(id, path, '工资')
    here.line.entries = [entry(id, 'document', D.saveDocument(theirs))]
    await engine.syncNow()
    expect((await engine.record(id)).conflicts.map((one) => one.path)).toEqual([path])
    await expect(engine.resolve(id, path, '种粮')).rejects.toMatchObject({ code: 'read_only' })
    expect(await code(path, '种粮')).toBe('read_only')
    await engine.resolve(id, path, '工资')
    expect((await engine.record(id)).conflicts).toEqual([])
    expect((await lines())[first]).toMatchObject({ source: '工资' })
    await engine.lock()
  })

  it('that another phone took back is not taken back again by a new incarnation', async () => {
    const here = await withLine()
    here.line.down = false
    await here.engine.syncNow()
    const path = `lines/${here.first}/deleted_at`
    const theirs = D.putAll(held(here), [{ path, value: '2016-01-04' }], MORNING)
    await here.engine.removeElement(here.id, 'lines', here.first)
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    here.line.entries = [entry(here.id, 'document', D.saveDocument(theirs))]
    await here.engine.syncNow()
    const old = toHex(here.line.pushed().at(-1)!.actor)
    await here.engine.put(here.id, 'address', 'A')
    here.line.fate = (manifest) => (toHex(manifest.actor) === old ? { status: 'refused', code: 'sequence_reused' } : { status: 'stored' })
    expect(await here.engine.syncNow()).toMatchObject({ problems: [], waiting: [] })
    expect(toHex(here.line.pushed().at(-1)!.actor)).not.toBe(old)
    expect((await here.lines())[here.first]).toMatchObject({ deleted_at: '2016-01-04' })
    expect((await here.engine.record(here.id)).answers['address']).toBe('A')
    await here.engine.lock()
  })
})
