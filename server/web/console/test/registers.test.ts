// The registers: the figures in their order, both sides of every identity, and why one fails.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import { verdictsOf } from '../src/registers/identity'
import { ids } from '../src/testids'
import type { Identity, RegisterRow, Registers } from '../src/schema'
import { id, VILLAGE } from './dossier_world'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })
vi.mock('../src/api', async () => {
  const { forms, areas, person } = await import('./dossier_world')
  return { reference: async () => ({ tag: '1', me: person, areas, people: [], forms, poverty_lines: [{ year: 2015, fen: 285_500 }], catalogues: [] }) }
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

const tally = (households: number, unclassified = 0) => ({ households, persons: households * 3, severe: 0, moderate: 0, light: households - unclassified, unclassified })
const row = (more: Partial<RegisterRow> = {}): RegisterRow => ({
  area: VILLAGE, name: '中元村', in_system: tally(40), outside: tally(3), projects: { none: 0, one: 12, two: 18, three_or_more: 10, projects: 88 }, by_class: { industry: 60, road: 20, newer: 3, '': 5 },
  primary: { industry: { planned: 30, achieved: 8 }, medical: { planned: 10, achieved: 10 } }, without_primary: 2, several_primary: 2,
  income: { households: 40, none: 5, unmeasured: 0, far_below: 6, below: 14, just_above: 3, above: 12, statements: 30, signed: 22, estimated_fen: 1_234_567, counted_fen: 18_765_432 },
  ...more,
})
const registers = (more: Partial<Registers> = {}): Registers => ({
  area: VILLAGE, month: '2015-11', as_of: 0, line: 285_500, catalogue: 3, rows: [row()], identities: [], several_primary: [{ household: id(7), title: '冉光福', village: VILLAGE }], several_primary_total: 2, pairs: [{ primary: 'industry', additional: 'medical', households: 7 }, { primary: 'industry', additional: null, households: 23 }, { primary: 'medical', additional: 'medical', households: 1 }], ...more,
})

describe('identities', () => {
  const said = (one: Partial<Identity>, of: Partial<RegisterRow> = {}): string => verdictsOf([{ id: 'E4', area: VILLAGE, parts: 0, whole: 0, holds: false, ...one }], [row(of)])[0]?.text ?? ''
  it('say both sides when they hold', () => {
    expect(said({ id: 'E2', parts: 40, whole: 40, holds: true })).toBe('0个 + 1个 + 2个 + 3个以上 = 40，系统内 40，相符')
    expect(said({ id: 'E3', parts: 88, whole: 78, holds: true })).toBe('登记的项目 88 个，按户数至少应有 78 个，相符')
  })
  it('explain what is too much by the households that have two primary measures', () => {
    expect(said({ parts: 5138, whole: 5129 }, { several_primary: 9 })).toBe('六批主要措施合计 + 没有主要措施的户 = 5138，系统内 5129，多出 9：9户有两项主要措施')
    // Four households too much by nine: some have three.
    expect(said({ parts: 49, whole: 40 }, { several_primary: 4 })).toContain('多出 9：4户有不止一项主要措施')
  })
  it('explain what is missing by the households without a class, and only if that is why', () => {
    expect(said({ id: 'E1', parts: 38, whole: 40 }, { in_system: tally(40, 2) })).toContain('少 2：2户没有定级')
    expect(said({ id: 'E1', parts: 38, whole: 40 }, { in_system: tally(40, 1) })).toContain('少 2：原因不明，请核对')
    expect(said({ id: 'E3', parts: 88, whole: 90 })).toContain('少 2：登记的项目比各户合计的少')
  })
  it('that fail come first, and one that is new to this desk is still said', () => {
    const three = verdictsOf([{ id: 'E1', area: VILLAGE, parts: 1, whole: 1, holds: true }, { id: 'E99', area: 'x', parts: 1, whole: 2, holds: false }], [row()])
    expect(three.map((one) => [one.id, one.area, one.text])).toEqual([['E99', 'x', 'E99：部分合计 1，总数 2，少 1：原因不明，请核对'], ['E1', '中元村', '重 + 中 + 轻 = 1，系统内 1，相符']])
  })
})

describe('projects', () => {
  it('print households without any also when there are none of them', async () => {
    const { default: ProjectsTab } = await import('../src/registers/ProjectsTab.vue')
    const html = await draw(ProjectsTab, { registers: registers() })
    expect(text(html)).toContain('0 个 1 个 2 个 3 个以上 系统内户 项目总数 系统外户(另列)')
    expect(text(html)).toContain('中元村 0 12 18 10 40 88 3')
    // The bar starts with one project: 12 of 40.
    expect(html).toMatch(/width="30"/)
  })
})

describe('the six batches', () => {
  it('keep planned and achieved apart, each batch of the form there, and name the households counted twice', async () => {
    const { default: MeasuresTab } = await import('../src/registers/MeasuresTab.vue')
    const html = await draw(MeasuresTab, { registers: registers({ rows: [row({ primary: { ...row().primary, newer: { planned: 1, achieved: 0 }, '': { planned: 2, achieved: 1 } } })] }) })
    expect(text(html)).toContain('产业扶持 医疗救助 教育资助 转移就业 民政兜底 扶贫搬迁 说法不一 newer')
    expect(text(html)).toContain('中元村 30 8 10 10 0 0 0 0 0 0 0 0 2 1 1 0 2 2 40')
    expect(text(html)).toContain('完成 8 / 计划 30')
    expect(count(html, ids.registerSeveral)).toBe(1)
    expect(html).toContain(`href="#/dossiers/${id(7)}?month=2015-11"`)
    expect(text(html)).toContain('还有 1 户没有列出')
  })
})

describe('classes and pairs', () => {
  it('have a row for each of the thirteen classes, and for what is in none', async () => {
    const { default: ProjectsTab } = await import('../src/registers/ProjectsTab.vue')
    const html = await draw(ProjectsTab, { registers: registers() })
    expect(count(html, ids.registerClass)).toBe(15)
    expect(text(html)).toContain('中元村按类别 系统内户的项目 88个')
    expect(text(html)).toMatch(/产业发展 60 68.1%/)
    expect(text(html)).toMatch(/人畜饮水 0 0%.*道路交通 20 22.7%.*没有类别 5 5.6%.*newer 3 3.4%/)
  })
  it('are six by six, with what stands alone', async () => {
    const { default: MeasuresTab } = await import('../src/registers/MeasuresTab.vue')
    const html = await draw(MeasuresTab, { registers: registers() })
    expect(count(html, ids.registerPair)).toBe(6)
    expect(text(html)).toContain('中元村措施组合')
    expect(text(html)).toContain('产业扶持 0 7 0 0 0 0 23 医疗救助 0 1 0 0 0 0 0 教育资助 0 0')
  })
})

describe('income', () => {
  it('has its bands with words and numbers, and every share with both its sides', async () => {
    const { default: IncomeTab } = await import('../src/registers/IncomeTab.vue')
    const html = await draw(IncomeTab, { registers: registers() })
    expect(text(html)).toContain('无核算 算不出 远低于 低于 刚过线 高于')
    expect(text(html)).toContain('中元村 5 0 6 14 3 12 40 30/40 22/30 6.5% 12,345.67 / 187,654.32 元')
    expect(text(html)).toContain('当年标准(每人 2,855.00 元)逐户比较，按第3版项目目录')
    expect(text(html)).not.toContain('脱贫')
  })
})

describe('the screen', () => {
  it('is offered to those who read an area, in the place of the handbook', async () => {
    const { screensOf } = await import('../src/screens')
    expect(screensOf(['team_member'])).toEqual(['duties', 'disputes', 'surveys', 'dossiers', 'registers', 'records', 'versions'])
    // The department's helpers read their paired households, not areas.
    expect(screensOf(['dept_head'])).not.toContain('registers')
    expect(screensOf(['org_department'])).toEqual(['duties'])
  })
})
