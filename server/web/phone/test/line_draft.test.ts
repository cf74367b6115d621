// A line being filled in: judged by the form's own rules, stored only whole, and only what was asked.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { PhoneApi, Value } from '@engine/phone/api'
import type { Draft } from '../src/dossier/draft'
import { openRecord } from './open_record'

const TODAY = '2016-11-20'
let phone: PhoneApi
let home = ''

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '', search: '?fake', origin: 'https://bidao.test' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('document', { activeElement: null })
  vi.useFakeTimers({ now: Date.parse(`${TODAY}T09:14:00+08:00`) })
  const { addWords } = await import('@ui/i18n')
  addWords({ 'zh-CN': (await import('../src/i18n/zh-CN.json')).default, en: () => import('../src/i18n/en.json') })
  phone = (await import('../src/dev/fake')).fakePhone()
  await (await import('../src/app')).start(phone)
  home = (await phone.households()).find((one) => one.name === '田大兴')?.id ?? ''
})
afterAll(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

async function draftOf(id: string, repeat: string, first: { [field: string]: Value }): Promise<Draft> {
  const { useDraft } = await import('../src/dossier/draft')
  const record = await openRecord(phone, id, TODAY)
  let made: Draft | undefined
  await renderToString(createSSRApp({ setup() { made = useDraft(record, repeat, () => first); return () => null } }))
  return made!
}
const lines = async (id: string, repeat = 'lines'): Promise<Record<string, Value>[]> => Object.values(((await phone.record(id)).answers[repeat] ?? {}) as Record<string, Record<string, Value>>)
const november = (): Promise<string> => phone.begin('income', home, '2016-11')
const faults = (draft: Draft): string[] => draft.errors.value.map((one) => `${one.path.split('/')[2]} ${one.code}`)

describe('a line of income', () => {
  it('is not stored before it is complete, and then once', async () => {
    const id = await november()
    const before = (await lines(id)).length
    const draft = await draftOf(id, 'lines', { source: 'household' })
    draft.put(draft.path('item'), 'wage_local')
    expect(faults(draft)).toEqual(['member required', 'amount required'])
    expect(await draft.save()).toBe(false)
    expect((await lines(id)).length).toBe(before)
    draft.put(draft.path('member'), (await phone.household(home)).members[0]?.id ?? '')
    draft.put(draft.path('amount'), 240_000)
    expect(await draft.save()).toBe(true)
    expect((await lines(id)).slice(before)).toMatchObject([{ item: 'wage_local', amount: 240_000, source: 'household' }])
  })

  it('has the amount of quantity by price, unless somebody typed another and says why', async () => {
    const draft = await draftOf(await november(), 'lines', { source: 'household', item: 'business_pepper' })
    draft.put(draft.path('quantity'), 1.1)
    draft.put(draft.path('unit_price'), 100_000)
    expect([draft.value('amount'), faults(draft)]).toEqual([110_000, []])
    expect(draft.fields.value.map((one) => one.name)).not.toContain('amount_reason')
    draft.put(draft.path('amount'), 100_000)
    expect(faults(draft)).toEqual(['amount constraint'])
    expect(draft.fields.value.map((one) => one.name)).toContain('amount_reason')
    draft.put(draft.path('amount_reason'), '少算零头')
    draft.put(draft.path('quantity'), 1.2)
    expect([draft.value('amount'), faults(draft)]).toEqual([100_000, []])
  })

  it('leaves out what is not asked any more', async () => {
    const id = await november()
    const draft = await draftOf(id, 'lines', { source: 'household', item: 'business_pepper', quantity: 2, unit: '亩', unit_price: 100, amount: 200, disposal: 'sold' })
    draft.put(draft.path('item'), 'transfer_ecology')
    draft.put(draft.path('quantity'), null)
    expect(await draft.save()).toBe(true)
    expect((await lines(id)).at(-1)).toEqual({ item: 'transfer_ecology', source: 'household', amount: 200 })
  })

  it('corrects another one, which then counts no more', async () => {
    const id = await november()
    const pig = Object.entries((await phone.record(id)).answers['lines'] as object).find(([, one]) => (one as { item: string }).item === 'business_pig')!
    const draft = await draftOf(id, 'lines', { ...(pig[1] as object), supersedes: pig[0] })
    draft.put(draft.path('quantity'), 1)
    draft.put(draft.path('amount'), 180_000)
    expect(await draft.save()).toBe(true)
    expect((await phone.income(id)).account.in_month.business).toBe(180_000)
  })
})

describe('a line of progress', () => {
  it('wants a reason when it is lower than the last one, whatever the order it was written in', async () => {
    const project = (await phone.dossier(home, '2016-11')).projects[0]?.card.id ?? ''
    const draft = await draftOf(project, 'progress', { on: TODAY })
    draft.put(draft.path('percent'), 60)
    draft.put(draft.path('said'), '没有变')
    expect(faults(draft)).toEqual([])
    expect(draft.fields.value.map((one) => one.name)).not.toContain('lower_reason')
    draft.put(draft.path('percent'), 40)
    expect(faults(draft)).toEqual(['lower_reason required'])
    expect(await draft.save()).toBe(false)
    draft.put(draft.path('lower_reason'), '水毁')
    expect(await draft.save()).toBe(true)
    expect((await lines(project, 'progress')).at(-1)).toMatchObject({ percent: 40, lower_reason: '水毁' })
  })
})
