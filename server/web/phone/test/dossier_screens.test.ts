// The parts of the household's file, drawn as text from the phone in memory: what a person reads.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Component, createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { DocumentCard, PhoneApi } from '@engine/phone/api'
import { openRecord } from './open_record'

const draw = async (part: Component, props: object): Promise<string> => (await renderToString(createSSRApp(part, { ...props }))).replace(/<!--.*?-->/g, '').replace(/<[^>]*>/g, (tag) => (tag.includes('data-testid') ? tag : ''))
const TODAY = '2016-11-20'
let phone: PhoneApi
let home = ''

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '', search: '?fake&dispute&newer', origin: 'https://bidao.test' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.useFakeTimers({ now: Date.parse(`${TODAY}T09:14:00+08:00`) })
  const { addWords } = await import('@ui/i18n')
  addWords({ 'zh-CN': (await import('../src/i18n/zh-CN.json')).default, en: () => import('../src/i18n/en.json') })
  phone = (await import('../src/dev/fake')).fakePhone()
  await (await import('../src/app')).start(phone)
  home = (await phone.households()).find((one) => one.name === '田大兴')?.id ?? ''
})
afterAll(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

const month = async (of: string) => {
  const id = (await phone.dossier(home, '2016-11')).statements.find((one) => one.month === of)?.card.id ?? ''
  return { id, page: await phone.income(id), record: await openRecord(phone, id, TODAY) }
}

describe('a document', () => {
  it('has one state in words, the most urgent one', async () => {
    const { documentBadge } = await import('../src/dossier/words')
    const of = (more: Partial<DocumentCard>): string => documentBadge({ kind: 'income', state: 'complete', record: 'r', signing: 'none', findings: 0, conflicts: 0, disputed: 0, ...more }).text
    expect([of({ state: 'missing', record: null }), of({ findings: 3, state: 'unfinished' }), of({}), of({ signing: 'partly' }), of({ signing: 'signed' }), of({ signing: 'changed' }), of({ signing: 'objected' }), of({ conflicts: 1, findings: 2, signing: 'changed', state: 'unfinished' }), of({ findings: 2, disputed: 2, state: 'unfinished' })])
      .toEqual(['缺', '未填完 3处', '已填 · 未签', '已有人签', '已签', '签后有改动', '有意见', '有冲突', '有冲突'])
  })

  it('stands among five, with the month or the year it is of', async () => {
    const { default: FileBlock } = await import('../src/dossier/FileBlock.vue')
    const page = await phone.dossier(home, '2016-11')
    const drawn = await draw(FileBlock, { household: home, page, whole: true })
    for (const words of ['户档 1/5', '登记表', '月收入表11月', '脱贫台账2016年', '协议书', '明白卡2016年', '已填 · 未签', '缺']) expect(drawn).toContain(words)
    expect(drawn.match(/data-testid="document-/g)).toHaveLength(5)
    expect(await draw(FileBlock, { household: home })).toContain('正在看')
    expect((await phone.dossier(home, '2016-10')).documents[1]).toMatchObject({ state: 'unfinished', findings: 2, disputed: 2, conflicts: 0 })
  })

  it('of the plan says how far it is', async () => {
    const { default: PlanRow } = await import('../src/dossier/PlanRow.vue')
    const { measures, projects } = await phone.dossier(home, '2016-11')
    expect(await draw(PlanRow, { of: projects[0] })).toMatch(/到户产业辣椒种植.*产业发展 · 进度60% · 2400元/s)
    expect(await draw(PlanRow, { of: measures.find((one) => one.answers['is_primary']) })).toContain('产业扶持 · 主要 · 2016 · 实施中')
  })
})

describe('a month of income', () => {
  it('has its totals with stars, the line, what is missing and who is counted', async () => {
    const { default: TotalsSheet } = await import('../src/dossier/TotalsSheet.vue')
    const { page, record } = await month('2016-11')
    const drawn = await draw(TotalsSheet, { page, record })
    for (const words of ['3,600.00', '−1,750.00', '10,000.00★', '2,500.00元★', '要超过 11,420.00 元才算越线；现在 10,000.00★ 元，不够', '本年缺 1月、2月、3月、5月、7月、9月', '本年有2笔更正没定', '按4人算：田大兴、杨桂英、田小勇、田雨欣']) expect(drawn).toContain(words)
    expect(drawn).not.toContain('脱贫')
  })

  it('compares strictly, and without a line or anybody counted not at all', async () => {
    const { lineSentence } = await import('../src/dossier/words')
    const { account } = (await month('2016-11')).page
    const of = (net: number, more: object = {}): string => lineSentence({ ...account, crosses: net > 1_142_000, year_to_date: { ...account.year_to_date, net, estimated: 0 }, ...more })
    expect([of(1_110_000), of(1_142_000), of(1_142_001)]).toEqual([
      '要超过 11,420.00 元才算越线；现在 11,100.00 元，不够', '要超过 11,420.00 元才算越线；现在刚好 11,420.00 元，不够', '要超过 11,420.00 元才算越线；现在 11,420.01 元，超过了',
    ])
    expect([of(0, { needed: null, crosses: null }), of(0, { persons: 0 })]).toEqual(['还没有2016年的标准，比不了。', '还没有写算哪几个人。'])
  })

  it('lists its lines by category, what does not count apart, estimates with a star', async () => {
    const { default: LinesList } = await import('../src/dossier/LinesList.vue')
    const drawn = await draw(LinesList, await month('2016-10'))
    for (const words of ['data-testid="dispute"', '两次更正不同，选一条', '辣椒 1,000.00', '辣椒 5,000.00', '饲料', '−600.00★', '不计入收入', '慰问金', '更正前和撤销的 1笔']) expect(drawn).toContain(words)
    expect(drawn.match(/data-testid="line-row"/g)).toHaveLength(2)
    expect(drawn.match(/data-testid="dispute-option"/g)).toHaveLength(2)
  })

  it('asks its questions with three answers, and each once', async () => {
    const { default: PromptList } = await import('../src/dossier/PromptList.vue')
    const { id, page, record } = await month('2016-11')
    const drawn = await draw(PromptList, { page, record })
    for (const words of ['签字前请核对 1处', '生猪 3,600.00 元，以前没有过，数目大。对吗？', '填写无误', '已更正', '农户确认']) expect(drawn).toContain(words)
    await phone.answerPrompt(id, page.prompts[0]!, '问', 'household_confirms')
    expect(await draw(PromptList, { page: await phone.income(id), record })).toBe('')
  })

  it('says of newer rulings what would count otherwise, and both totals', async () => {
    const { default: NewerNotice } = await import('../src/dossier/NewerNotice.vue')
    const drawn = await draw(NewerNotice, await month('2016-11'))
    for (const words of ['区扶组发〔2015〕12号', '会变的项目：养老金', '现在 10,000.00★ 元，照新的 8,860.00★ 元', 'data-testid="adopt"']) expect(drawn).toContain(words)
  })

  it('leaves what was signed as it was, unless the newer rulings turn the result or move it by more than the catalogue says', async () => {
    const { default: NewerNotice } = await import('../src/dossier/NewerNotice.vue')
    const { page, record } = await month('2016-11')
    const of = (more: object) => draw(NewerNotice, { record, page: { ...page, newer: { ...page.newer!, ...more } } })
    expect(page.newer).toMatchObject({ signed: false, again: true })
    const { isSigned } = await import('@engine/dossier/month')
    expect((['none', 'partly', 'signed', 'objected', 'changed'] as const).map(isSigned)).toEqual([false, true, true, true, false])
    expect(await of({ signed: true, again: true })).toMatch(/照新的算以后要重新签字。.*data-testid="adopt"/s)
    const stands = await of({ signed: true, again: false })
    expect(stands).toContain('签过的照旧有效，不用重签。')
    expect(stands).not.toContain('data-testid="adopt"')
  })

  it('names the gaps among twelve months', async () => {
    const { default: MonthBar } = await import('../src/dossier/MonthBar.vue')
    expect(await draw(MonthBar, { ...(await month('2016-11')), busy: false })).toContain('近12个月缺7个月')
  })

  it('shows a corrected line with what it replaces and the ways on', async () => {
    const { default: LineFacts } = await import('../src/dossier/LineFacts.vue')
    const { record } = await month('2016-10')
    const lines = Object.entries(record.answers.value['lines'] as Record<string, Record<string, unknown>>)
    const corrected = lines.find(([, one]) => one['supersedes'])?.[0]
    const drawn = await draw(LineFacts, { record, repeat: 'lines', line: corrected })
    for (const words of ['就用这一条', '更正前', '1100元', 'data-testid="correct-line"', 'data-testid="remove-line"']) expect(drawn).toContain(words)
    expect(await draw(LineFacts, { record, repeat: 'lines', line: lines.find(([, one]) => one['supersedes'] === undefined)?.[0] })).toContain('已被更正，不算')
  })
})

describe('a sheet', () => {
  it('is made from the same file and offers what comes next', async () => {
    const id = await phone.begin('card', home, '2016')
    const { now } = await phone.sheet(id)
    expect(now.sections.map((one) => one.title)).toEqual(['家庭', '谁在帮您', '今年的帮扶措施', '到您家的项目', '今年的收入'])
    await phone.issueSheet(id)
    expect((await phone.sheet(id)).differences).toEqual([])
    const { default: HandIn } = await import('../src/dossier/HandIn.vue')
    expect(await draw(HandIn, { record: await openRecord(phone, id, TODAY) })).toContain('data-testid="submit-record"')
  })
})
