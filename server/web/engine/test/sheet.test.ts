// The card and the ledger: what they say, what they never say, and what differs since.
import { beforeAll, describe, expect, it } from 'vitest'
import { cardSheet, ledgerSheet, readSheet, sheetDifferences, sheetSentences, sheetText, type HouseholdFile, type Sheet } from '../src/dossier/sheet'
import { accountOf } from '../src/income/account'
import { readStatement } from '../src/income/statement'
import { perHead, yuan } from '../src/income/yuan'
import { enrolled, VILLAGE } from './phone'
import { withAutomerge } from './support'

const id = (n: number): string => n.toString(16).padStart(32, '0')
const plain = { version: 1, effective_from: '2010-01-01', document: 'd', rulings: [] }
/** The example of domain §8.7. */
const statement = {
  month: '2015-11', catalogue: 1, line_year: 2015, counted: [1, 2, 3, 4].map(id).join(' '),
  lines: Object.fromEntries([
    ['wage_local', 240_000], ['wage_migrant', 360_000], ['business_pig', 360_000], ['business_pepper', 110_000], ['property_land_rent', 30_000], ['transfer_pension', 114_000],
    ['transfer_farm_subsidy', 21_000], ['transfer_ecology', 50_000], ['oneoff_consolation', 40_000], ['expense_young_stock', 90_000], ['expense_feed', 60_000], ['expense_seed', 25_000],
  ].map(([item, amount], n) => [id(n + 1), { item, amount, source: item === 'expense_feed' ? 'cadre_estimate' : 'household' }])),
}
const account = accountOf([readStatement(statement)!], '2015-11', plain, 285_500)
const words: { [code: string]: string } = { industry: '产业扶持', medical: '医疗救助', under_way: '实施中', illness: '因病', planned_exit: '计划越线', schooling: '就学' }
const file = (more: Partial<HouseholdFile> = {}): HouseholdFile => ({
  year: '2015', name: '田大兴', place: '青山村 三组', people: 4, home: { main_cause: 'illness', planned_exit_year: 2015, status: 'planned_exit', members: { [id(1)]: { id_no: '999999195403180011' } }, bank_account: '6217000012345678901' },
  helpers: ['向敏', '龚勇'],
  measures: [{ measure_type: 'industry', is_primary: true, content: '种辣椒2亩', planned_for_year: 2015, outcome: 'under_way' }, { measure_type: 'medical', content: '去年的', planned_for_year: 2014 }, { measure_type: 'medical', planned_for_year: 2015 }],
  projects: [{ project_name: '养蜂' }, { project_name: '辣椒种植', secured: 240_000, spent: 120_000, progress: { [id(1)]: { on: '2015-06-20', percent: 60 }, [id(2)]: { on: '2015-04-12', percent: 30 } } }],
  difficulties: [{ category: 'schooling', description: '学费', state: 'solved', solved_on: '2015-09-01' }, { category: 'schooling', description: '没解决的', state: 'raised' }],
  account, label: (_, __, code) => words[String(code)] ?? '', ...more,
})
const said = (sheet: Sheet): string => sheetSentences(sheet).join('')

describe('an amount', () => {
  it('has its thousands apart and two decimals; a share is cut, never rounded up', () => {
    expect([0, 7, 100, 99_999, 1_142_000, -175_000, 123_456_789].map(yuan)).toEqual(['0.00', '0.07', '1.00', '999.99', '11,420.00', '-1,750.00', '1,234,567.89'])
    expect([perHead(1_110_000, 4), perHead(1_000, 3), perHead(5, 0)]).toEqual([277_500, 333, 0])
  })
})

describe('a card', () => {
  it('says who helps, what is planned this year, the projects and the income with its star', () => {
    const text = said(cardSheet(file()))
    for (const part of ['帮扶人：向敏、龚勇', '监督电话：12317', '产业扶持（主要）：种辣椒2亩，实施中', '辣椒种植：进度60%', '家庭纯收入：11,100.00元★', '人均纯收入：2,775.00元★', '不计入收入：400.00元', '计划越线年度：2015', '对照标准：每人2,855.00元', '其中估计★：600.00元']) expect(text).toContain(part)
    expect(text).not.toContain('去年的')
    expect(text).not.toMatch(/脱贫|越线了/)
  })

  it('never has the number of an identity card or an account, wherever it was written', () => {
    const text = sheetText(cardSheet(file({ measures: [{ measure_type: 'industry', content: '户主999999195403180011，卡号6217 0000 1234 5678 901，电话13900000012', planned_for_year: 2015 }] })))
    expect(text).not.toMatch(/\d{12}/)
    expect(text).not.toContain('1234 5678')
    expect(text).toContain('13900000012')
  })

  it('of a household nobody wrote anything of says so', () => {
    const text = said(cardSheet(file({ measures: [], projects: [], account: null, helpers: [] })))
    expect(text).toContain('今年的收入。情况：还没有记。')
    expect(text).not.toContain('帮扶人')
  })
})

describe('a ledger', () => {
  it('says measures, money of projects, what was solved in the year, and the income by category', () => {
    const text = said(ledgerSheet(file()))
    for (const part of ['户状态：计划越线', '辣椒种植：进度60%，落实2,400.00元，支出1,200.00元', '就学：学费（2015-09-01解决）', '工资性：6,000.00元', '生产经营支出：1,750.00元', '没有记的月份：1月、2月']) expect(text).toContain(part)
    expect(text).not.toContain('没解决的')
  })
})

describe('any sheet', () => {
  it('fits its field, however much there is, and says how much was left out', () => {
    const many = Array.from({ length: 80 }, (_, n) => ({ measure_type: 'industry', content: `第${n}项，${'很长的说明'.repeat(60)}`, planned_for_year: 2015 }))
    const projects = Array.from({ length: 80 }, (_, n) => ({ project_name: `项目${n}${'名'.repeat(100)}`, budget: n }))
    for (const sheet of [cardSheet(file({ measures: many, projects })), ledgerSheet(file({ measures: many, projects, difficulties: projects.map(() => ({ category: 'schooling', description: '学费'.repeat(90), state: 'solved', solved_on: '2015-01-02' })) }))]) {
      expect(sheetText(sheet).length).toBeLessThanOrEqual(2600)
      expect(said(sheet)).toMatch(/其余：另有\d+项，见户档/)
      expect(said(sheet)).toContain('家庭纯收入：11,100.00元★')
    }
  })

  it('is stored in one way only, and read again as it was', () => {
    const sheet = cardSheet(file())
    const shuffled: Sheet = { year: sheet.year, sections: sheet.sections.map(({ title, lines }) => ({ title, lines })), kind: sheet.kind }
    expect(sheetText(shuffled)).toBe(sheetText(sheet))
    const { helpers, measures, projects } = file()
    expect(sheetText(cardSheet(file({ helpers: [...helpers].reverse(), measures: [...measures].reverse(), projects: [...projects].reverse() })))).toBe(sheetText(sheet))
    expect(sheetText(sheet)).toMatch(/^\{"kind":"card","sections":\[\{"lines":\[\["户主","田大兴"\],/)
    expect(readSheet(sheetText(sheet))).toEqual(sheet)
    for (const other of ['', '{', '{"kind":"card"}', '{"kind":"x","sections":[],"year":"2015"}', '{"kind":"card","sections":[{"title":"a","lines":[["b"]]}],"year":"2015"}', null]) expect(readSheet(other)).toBeNull()
  })

  it('is compared line by line', () => {
    const before = cardSheet(file())
    expect(sheetDifferences(before, cardSheet(file()))).toEqual([])
    expect(before.sections[3]?.lines.map(([name]) => name)).toEqual(['养蜂', '辣椒种植'].sort())
    const after = cardSheet(file({ helpers: ['向敏'], measures: [...file().measures, { measure_type: 'medical', content: '慢病签约', planned_for_year: 2015 }], projects: [] }))
    expect(sheetDifferences(before, after)).toEqual([
      { title: '谁在帮您', label: '帮扶人', old: '向敏、龚勇', new: '向敏' },
      { title: '今年的帮扶措施', label: '医疗救助', old: null, new: '慢病签约，计划中' },
      ...(before.sections[3]?.lines ?? []).map(([label, old]) => ({ title: '到您家的项目', label, old, new: null })),
      { title: '到您家的项目', label: '情况', old: null, new: '没有登记' },
    ])
  })
})

describe('on the phone', () => {
  beforeAll(withAutomerge)

  it('a card is written from the file, says when the file says otherwise, and is read out in sentences', async () => {
    const { engine, household } = await enrolled()
    await engine.addTo(household, 'measure', { measure_type: 'industry', is_primary: true, content: '种辣椒2亩' })
    const card = await engine.begin('card', household, '2016')
    expect(await engine.sheet(card)).toMatchObject({ kind: 'card', year: '2016', written: null, differences: [] })
    await engine.issueSheet(card)
    const issued = await engine.sheet(card)
    expect(issued.written).toEqual(issued.now)
    expect((await engine.record(card)).answers).toMatchObject({ issued_on: '2016-01-05' })
    const preview = await engine.signingPreview(card)
    expect(preview.readAloud).toContain('产业扶持（主要）：种辣椒2亩，计划中。')
    expect(preview.readAloud).not.toContain('{')

    const month = await engine.begin('income', household, '2016-01')
    const member = (await engine.income(month)).members[0]?.id ?? ''
    await engine.addElement(month, 'lines', { item: 'wage_local', member, amount: 240_000, source: 'cadre_estimate' })
    const { differences } = await engine.sheet(card)
    expect(differences.map((one) => `${one.label} ${one.old} → ${one.new}`)).toContain('家庭纯收入 null → 2,400.00元★')
    await engine.issueSheet(card)
    expect((await engine.sheet(card)).differences).toEqual([])
    const aloud = (await engine.signingPreview(month)).readAloud
    expect(aloud).toContain('1、★本地务工，家庭成员李秀英，金额2400元，来源干部估计。')
    await expect(engine.sheet(month)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('a month names the gaps of twelve, the one before, and a line taken back can be brought again', async () => {
    const { engine, household } = await enrolled()
    const december = await engine.begin('income', household, '2015-12')
    const january = await engine.begin('income', household, '2016-01')
    const line = await engine.addElement(january, 'lines', { item: 'oneoff_consolation', amount: 40_000, source: 'household' })
    const page = await engine.income(january)
    expect(page.before).toBe(december)
    expect(page.uncounted).toEqual(['oneoff_consolation'])
    expect(page.months).toHaveLength(12)
    expect(page.months.slice(0, 3)).toEqual([{ month: '2016-01', record: january }, { month: '2015-12', record: december }, { month: '2015-11', record: null }])
    await engine.removeElement(january, 'lines', line)
    expect((await engine.income(january)).account.in_month.uncounted).toBe(0)
    await engine.undo(january)
    expect((await engine.income(january)).account.in_month.uncounted).toBe(40_000)
    expect(VILLAGE).toBe((await engine.record(january)).card.area)
  })
})
