// The files of households: which record is which document, the account in words, the screens as text.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { addWords } from '@ui/i18n'
import { knownOf } from '@engine/dossier/known'
import { accountOf } from '@engine/income/account'
import { yuan } from '@engine/income/yuan'
import { comparisonText, periodsOf, rowsOf } from '../src/dossiers/account'
import { beside, partsOf, standingOf, verdictsOf } from '../src/dossiers/document'
import { catalogueUnder, countedNames, documentsOf, isInForce, statementsOf } from '../src/dossiers/file'
import { incomeLines, stepsOf } from '../src/dossiers/lines'
import zh from '../src/i18n/zh-CN.json'
import { share } from '../src/share'
import { ids } from '../src/testids'
import type { AskedPrompt, DossierDocument, DossierRow } from '../src/schema'
import { detail, FAMILY, file, forms, HEAD, id, month } from './dossier_world'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })
vi.mock('../src/api', async () => {
  const { forms, areas, person } = await import('./dossier_world')
  const reference = { tag: '1', me: person, areas, people: [], forms, poverty_lines: [{ year: 2015, fen: 285_500 }], catalogues: [] }
  return { reference: async () => reference, record: async () => ({ summary: { title: '' } }) }
})
beforeAll(async () => {
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('history', { replaceState: () => undefined })
  await (await import('../src/reference')).loadReference()
})
afterAll(() => vi.unstubAllGlobals())

const draw = (component: Component, props: Record<string, unknown> = {}): Promise<string> => renderToString(createSSRApp(component, props))
const text = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const count = (html: string, testid: string): number => html.split(`data-testid="${testid}"`).length - 1

describe('a document', () => {
  const of = (state: 'missing' | 'unfinished' | 'complete', signing: DossierDocument['signing'] = 'none') => ({ state, signing })
  it('is signed only when it is complete and everybody agreed to it as it is', () => {
    expect([of('missing'), of('unfinished', 'signed'), of('complete'), of('complete', 'changed'), of('complete', 'signed')].map(standingOf)).toEqual(['missing', 'unfinished', 'complete', 'complete', 'signed'])
    expect([of('complete', 'changed'), of('complete', 'objected'), of('complete'), of('complete', 'signed')].map(beside)).toEqual(['changed', 'objected', null, null])
  })
  it('is the record of its month, of its year, or the agreement in force', () => {
    const agreements = [detail('agreement', { agreed_on: '2014-01-01', valid_to: '2015-10-31' }), detail('agreement', { agreed_on: '2013-05-01' }), detail('agreement', { agreed_on: '2015-02-01', valid_to: '2015-11-01' })]
    const five = documentsOf(file({ agreement: agreements, income: [month('2015-10', []), month('2015-11', [])], card: [detail('card', { year: '2014' })] }), '2015-11')
    expect(five.map((one) => [one.kind, one.state])).toEqual([['registration', 'complete'], ['income', 'complete'], ['ledger', 'missing'], ['agreement', 'complete'], ['card', 'missing']])
    expect(five[3]?.detail).toBe(agreements[2])
    expect(five[1]?.detail?.answers).toMatchObject({ month: '2015-11' })
    expect(agreements.map((one) => isInForce(one, '2015-11'))).toEqual([false, true, true])
    expect(isInForce(agreements[2]!, '2015-12')).toBe(false)
  })
  it('with a blocking finding or an open conflict is unfinished', () => {
    const blocked = detail('ledger', { year: '2015' }, { findings: [{ path: 'sheet', code: 'required', severity: 'error', message: { zh: '必填', en: '' } }] })
    const asked = detail('card', { year: '2015' }, { findings: [{ path: '', code: 'constraint', severity: 'warning', message: { zh: '', en: '' } }] })
    const split = detail('income', { month: '2015-11' })
    split.summary.conflicts = 1
    expect(documentsOf(file({ ledger: [blocked], card: [asked], income: [split] }), '2015-11').map((one) => one.state)).toEqual(['complete', 'unfinished', 'unfinished', 'missing', 'complete'])
  })
})

describe('completeness', () => {
  const row: DossierRow = { area: '500114105201', name: '中元村', households: 6, by_complete: [0, 1, 0, 2, 0, 3], unsigned: 4, conflicts: 1 }
  it('is counted from five of five down to none', async () => {
    expect(partsOf(row).map(({ complete, value }) => [complete, value])).toEqual([[5, 3], [4, 0], [3, 2], [2, 0], [1, 1], [0, 0]])
    const { default: CompletenessTable } = await import('../src/dossiers/CompletenessTable.vue')
    const html = await draw(CompletenessTable, { rows: [row], chosen: '' })
    expect(text(html)).toContain('中元村 3 0 2 0 1 0 6 4 1')
    expect(text(html)).toContain('5/5 4/5 3/5 2/5 1/5 0/5 户 未签齐 未处理冲突')
    // Half of them have all five.
    expect(html).toMatch(/width="50"[^>]*part-of5-5|part-of5-5[^>]*width="50"/)
  })
  it('says of both sides of E6 whether they hold', () => {
    const area = row.area
    const said = verdictsOf([{ id: 'E6b', area, parts: 20, whole: 30, holds: true }, { id: 'E6', area, parts: 5, whole: 6, holds: false }], [row])
    expect(said.map((one) => [one.area, one.holds, one.text])).toEqual([
      ['中元村', false, '系统内加系统外 5 户，档案 6 户，少 1：有户没有写明系统内还是系统外'],
      ['中元村', true, '已有文件 20 份，不超过 5 × 档案 = 30，相符'],
    ])
  })
  it('of a household is five words, and why one is not further', async () => {
    const { default: HouseholdTable } = await import('../src/dossiers/HouseholdTable.vue')
    const document = (kind: DossierDocument['kind'], more: Partial<DossierDocument>): DossierDocument => ({ kind, state: 'complete', record: null, signing: 'none', findings: 0, conflicts: 0, ...more })
    const documents = [document('registration', { signing: 'signed' }), document('income', { state: 'unfinished', findings: 2, conflicts: 1 }), document('ledger', { signing: 'changed' }), document('agreement', {}), document('card', { state: 'missing' })]
    const html = await draw(HouseholdTable, { month: '2015-11', households: [{ household: id(1), title: '田大山', village: row.area, group_name: '三组', documents, complete: 3 }] })
    expect(count(html, ids.dossierCell)).toBe(5)
    expect(text(html)).toContain('田大山 中元村 三组 已签 未填完 2 项没填好，冲突 1 处 已填 签后有改动 已填 缺 3 /5')
    expect(html).toContain(`href="#/dossiers/${id(1)}?month=2015-11"`)
  })
})

/** What holds where nobody entered a catalogue. */
const PLAIN = knownOf(null, '2015-11-24').catalogues[0]!

describe('the account', () => {
  const records = [
    month('2014-12', [{ item: 'wage_local', amount: 500_000 }]),
    month('2015-10', [{ item: 'business_pig', amount: 700_000, source: 'cadre_estimate' }, { item: 'oneoff_relief', amount: 40_000, source: 'cadre_estimate' }]),
    month('2015-11', [{ item: 'wage_local', amount: 642_001, member: HEAD }, { item: 'expense_feed', amount: 200_000 }]),
  ]
  const statements = statementsOf(records)
  const account = accountOf(statements, '2015-11', PLAIN, 285_500)
  const cells = (name: string) => rowsOf(account, statements, PLAIN).find((row) => row.name === name)?.cells.map(({ fen, starred }) => [fen, starred])

  it('has the month, the year so far, twelve months and last year, each with a star where an estimate is in it', () => {
    expect(periodsOf('2015-11').map(({ from, to }) => `${from} ${to}`)).toEqual(['2015-11 2015-11', '2015-01 2015-11', '2014-12 2015-11', '2014-01 2014-12'])
    expect(cells('business')).toEqual([[0, false], [700_000, true], [700_000, true], [0, false]])
    expect(cells('wage')).toEqual([[642_001, false], [642_001, false], [1_142_001, false], [500_000, false]])
    expect(cells('net')).toEqual([[442_001, false], [1_142_001, true], [1_642_001, true], [500_000, false]])
    // What does not count is shown, and its estimate stars nothing that counts.
    expect(cells('uncounted')).toEqual([[0, false], [40_000, false], [40_000, false], [0, false]])
    expect(cells('oneoff')).toBeUndefined()
  })
  it('compares strictly, in words, and never calls it more than arithmetic', async () => {
    const at = (net: number, more: object = {}) => comparisonText({ ...account, persons: 4, needed: 1_142_000, year_to_date: { ...account.year_to_date, net }, ...more })
    expect(at(1_142_001)).toBe('本年纯收入 11,420.01 元，大于所需的 11,420.00 元，多 0.01 元。')
    expect(at(1_142_000)).toBe('本年纯收入 11,420.00 元，正好等于所需的 11,420.00 元，没有超过。')
    expect(at(1_141_999)).toBe('本年纯收入 11,419.99 元，小于所需的 11,420.00 元，差 0.01 元。')
    expect(at(1, { needed: null })).toContain('还没有录入 2015 年标准')
    expect(at(1, { persons: 0 })).toBe('没有计入人口，无法比较。')
    const { default: AccountTable } = await import('../src/dossiers/AccountTable.vue')
    const words = text(await draw(AccountTable, { account, statements, counted: countedNames(statements, '2015-11', FAMILY).join('、') }))
    expect(words).toContain('计入人口 2 人 田大山、李秀英')
    expect(words).toContain('2 人 × 2,855.00 元 = 5,710.00 元')
    expect(words).toContain('45.3%(收支 15,420.01 元中的 7,000.00 元)')
    expect(words).toContain('只是账面比较，不是认定')
    expect(words).not.toMatch(/脱贫|越线/)
  })
  it('of a month is printed under the catalogue it was made under', () => {
    const [one] = statements
    const later = { ...PLAIN, version: 2, effective_from: '2014-01-01' }
    const under = (catalogues: (typeof PLAIN)[]) => catalogueUnder({ catalogues, lines: [], today: '2015-11-24' }, one!).version
    expect(under([later, PLAIN])).toBe(1)
    expect(under([later])).toBe(2)
  })
  it('lists the lines that stand, estimates known, corrected ones gone', () => {
    const [old, wrong, right] = [id(71), id(72), id(73)]
    const lines = { [old]: { item: 'business_pig', amount: 1, source: 'household' }, [wrong]: { item: 'business_pig', amount: 2, source: 'cadre_estimate', supersedes: old }, [right]: { item: 'wage_local', amount: 3, source: 'household', member: HEAD, quantity: 2, unit: '天', unit_price: 1200 } }
    const shown = incomeLines(detail('income', { month: '2015-11', lines }), FAMILY)
    expect(shown.map((line) => [line.item, line.member, line.quantity, line.fen, line.estimate])).toEqual([['本地务工', '田大山', '2天 × 12元', 3, false], ['生猪', '', '', 2, true]])
  })
  it('writes sums with two places and shares with care', () => {
    expect([yuan(0), yuan(5), yuan(123_456_789), yuan(-1_000_00)]).toEqual(['0.00', '0.05', '1,234,567.89', '-1,000.00'])
    expect([share(0, 0), share(0, 10), share(1, 100_000), share(999, 1000), share(9_999, 10_000), share(1, 1)]).toEqual(['–', '0%', '<0.1%', '99.9%', '99.9%', '100%'])
  })
})

describe('what is asked', () => {
  it('is read as on the phone, with who answered and what nobody answered', async () => {
    const { default: AskedList } = await import('../src/dossiers/AskedList.vue')
    const prompts: AskedPrompt[] = [
      { prompt: { rule: 'price_range', about: id(1), values: { high: 200_000, item: 'business_pig', low: 100_000, unit: '头', value: 250_000 } }, answer: 'household_confirms', answered_by: '向敏' },
      { prompt: { rule: 'more_sold_than_stock', about: 'business_pig', values: { born: 0, bought: 50, sold: 300, start: 200 } }, answer: null, answered_by: '' },
      { prompt: { rule: 'told_otherwise', about: '', values: { net: 750_000, on: '2015-11-20', told: 620_000 } }, answer: null, answered_by: '' },
    ]
    const html = await draw(AskedList, { prompts })
    expect(count(html, ids.incomePrompt)).toBe(3)
    for (const words of ['核对提示 3处', '农户确认 生猪单价 2,500.00 元/头，本地一般 1,000.00 到 2,000.00 元。对吗？ 向敏答', '未回答 生猪出栏 3，月初存栏 2、新生 0、买进 0.50，不够卖。对吗？', '未回答 账上全年纯收入 7,500.00 元，农户 2015-11-20 对验收人说的是 6,200.00 元']) expect(text(html)).toContain(words)
    expect(await draw(AskedList, { prompts: [] })).not.toContain(ids.incomePrompt)
  })
})

describe('the file page', () => {
  it('orders the steps of a project and keeps why it went down', () => {
    const progress = { [id(1)]: { on: '2015-11-01', percent: 40, said: '返工', lower_reason: '塌方' }, [id(2)]: { on: '2015-10-01', percent: 60, said: '主体' } }
    expect(stepsOf(detail('project', { progress })).map((step) => [step.percent, step.lower])).toEqual([[60, ''], [40, '塌方']])
  })
  it('says of every document what it lacks and where to mend and print it', async () => {
    const { default: DocumentList } = await import('../src/dossiers/DocumentList.vue')
    const message = { zh: '必填', en: 'Required' }
    const ledger = detail('ledger', { year: '2015' }, { findings: ['closed_on', 'sheet', 'household', 'year'].map((path) => ({ path, code: 'required', severity: 'error', message })) })
    const html = await draw(DocumentList, { month: '2015-11', documents: documentsOf(file({ ledger: [ledger] }), '2015-11') })
    expect(count(html, ids.dossierDocument)).toBe(5)
    expect(text(html)).toContain('结账日期 必填')
    expect(text(html)).toContain('还有 1 项，见记录')
    expect(text(html)).toContain('还缺签字：农户、村组干部、驻村工作队')
    expect(text(html)).toContain('本月还没有核算')
    expect(html).toContain(`href="#/print/${ledger.summary.id}"`)
    expect(html).toContain(`href="#/records/${ledger.summary.id}"`)
  })
  it('shows projects with a bar and agreements that have ended', async () => {
    const [{ default: ProjectList }, { default: AgreementList }] = await Promise.all([import('../src/dossiers/ProjectList.vue'), import('../src/dossiers/AgreementList.vue')])
    const project = detail('project', { project_name: '圈舍', budget: 800_000, progress: { [id(3)]: { on: '2015-11-02', percent: 60, said: '主体完工' } } })
    const html = await draw(ProjectList, { projects: [project] })
    expect(text(html)).toContain('60% 2015-11-02 主体完工')
    expect(text(html)).toContain('预算 8,000.00')
    expect(html).toMatch(/width="60"/)
    expect(text(await draw(AgreementList, { month: '2015-11', agreements: [detail('agreement', { industry: '养猪', agreed_on: '2014-01-01', valid_to: '2015-10-31' })] }))).toContain('2014-01-01 至 2015-10-31 已到期')
  })
  it('knows every form it reads', () => {
    expect(forms.map((form) => form.name)).toContain('difficulty')
  })
})
