// Survey rounds: what is counted, drawn and said.
import { describe, expect, it } from 'vitest'
import { addWords } from '@ui/i18n'
import { significant, within } from '../src/areas'
import zh from '../src/i18n/zh-CN.json'
import type { Form, Identity, SummaryRow, Tally } from '../src/schema'
import { byVillage, groupFilter, housesOf, percent, stepOf, STEPS, sum } from '../src/surveys/coverage'
import { causesOf } from '../src/surveys/findings'
import { verdicts } from '../src/surveys/identity'
import { namePlace, pathOf, planOf } from '../src/surveys/projection'
import { opensRounds, roundState } from '../src/surveys/round'
import { readShapes, type Position } from '../src/surveys/shapes'
import { cadre, coverage, LOWER, member, office, progress, round, TOWN, UPPER } from './survey_world'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })

describe('area codes', () => {
  it('are compared by the digits that mean something', () => {
    expect(['990114000000', TOWN, UPPER].map(significant)).toEqual(['990114', '990114105', UPPER])
    expect([within(UPPER, TOWN), within(TOWN, UPPER), within(UPPER, LOWER)]).toEqual([true, false, false])
  })
})

describe('coverage', () => {
  it('adds up, and says 100 only when every house was surveyed', () => {
    expect(sum(progress.grounds.map((one) => one.coverage))).toEqual(coverage({ houses: 4, visited: 1, refused: 1, not_yet: 1, absent: 1, found: 1 }))
    expect(percent(coverage({ houses: 1000, visited: 999 }))).toBe(99)
    expect(percent(coverage({}))).toBeNull()
  })
  it('has five steps that meet without gap', () => {
    for (const { step, from, to } of STEPS) expect([stepOf(from), stepOf(to)]).toEqual([step, step])
    expect(stepOf(null)).toBe(0)
  })
  it('is put together by village', () => {
    expect(byVillage(progress.grounds).map((one) => [one.village, one.coverage.houses, one.grounds.length])).toEqual([[UPPER, 3, 2], [LOWER, 1, 1]])
  })
  it('has villagers\' groups in the order people count them, and so have the houses', () => {
    const names = ['十一组', '三组', '二组', '一组', '十组']
    const ground = (group_name: string) => ({ village: UPPER, group_name, survey_group: null, coverage: coverage({}) })
    const sorted = ['一组', '二组', '三组', '十组', '十一组']
    expect(byVillage(names.map(ground))[0]?.grounds.map((one) => one.group_name)).toEqual(sorted)
    const houses = names.map((group_name) => ({ ...progress.houses[0]!, group_name }))
    expect(housesOf(houses, { state: '', village: '', group: '', found: false }).map((one) => one.group_name)).toEqual(sorted)
  })
  it('leads to the houses behind it', () => {
    const wanted = { state: '', village: '', group: '', found: false }
    const titles = (of: Partial<typeof wanted>): string[] => housesOf(progress.houses, { ...wanted, ...of }).map((one) => one.title)
    expect(titles({})).toHaveLength(4)
    expect(titles({ state: 'refused' })).toEqual(['户5'])
    expect(titles({ village: UPPER, group: groupFilter('三组') })).toEqual(['户5', '户6'])
    expect(titles({ village: UPPER, group: groupFilter('') })).toEqual(['户4'])
    expect(titles({ found: true })).toEqual(['户4'])
  })
})

describe('a round', () => {
  it('stands somewhere in time', () => {
    expect(['2026-11-02', '2026-11-03', '2026-11-30', '2026-12-01'].map((day) => roundState(round(), day))).toEqual(['before', 'running', 'running', 'overdue'])
    expect(roundState(round({ closed_at: 1 }), '2026-11-10')).toBe('closed')
  })
  it('is opened and closed by the offices of its area', () => {
    expect([cadre, office, member].map((one) => opensRounds(one, UPPER))).toEqual([true, true, false])
    expect(opensRounds(cadre, '990114106000')).toBe(false)
    expect([opensRounds(cadre), opensRounds(null)]).toEqual([true, false])
  })
})

const tally = (of: Partial<Tally>): Tally => ({ households: 0, persons: 0, severe: 0, moderate: 0, light: 0, unclassified: 0, ...of })
const row = (unclassified: number): SummaryRow =>
  ({ area: TOWN, name: '坝上镇', in_system: tally({ unclassified }), outside: tally({}), unknown: tally({}), causes: {}, in_dispute: 0, coverage: coverage({}) })
const identity = (id: string, parts: number, whole: number): Identity => ({ id, area: TOWN, parts, whole, holds: parts === whole })

describe('identities', () => {
  const said = (one: Identity, unclassified = 0): string | undefined => verdicts([one], [row(unclassified)])[0]?.text
  it('that hold show both sides', () => {
    expect(said(identity('E1', 123, 123))).toBe('重 + 中 + 轻 = 123，系统内 123，相符')
    expect(said(identity('E13', 240, 240))).toBe('各村各状态合计 240 户，台账 240 户，相符')
  })
  it('that fail say by how much, and why when the figures tell', () => {
    expect(said(identity('E1', 120, 123), 3)).toBe('重 + 中 + 轻 = 120，系统内 123，差 3：有 3 户没有定级')
    expect(said(identity('E1', 120, 123), 2)).toBe('重 + 中 + 轻 = 120，系统内 123，差 3：其中 2 户没有定级，其余原因不明，请核对')
    expect(said(identity('E1', 124, 123))).toBe('重 + 中 + 轻 = 124，系统内 123，差 1：原因不明，请核对')
    expect(said(identity('E13', 239, 240))).toBe('各村各状态合计 239 户，台账 240 户，差 1：有户没有计入任何一个村，请核对户的村码')
    expect(said(identity('E13', 241, 240))).toContain('差 1：有户计了不止一次')
  })
  it('newer than this desk are shown all the same', () => {
    expect(said(identity('E99', 1, 2))).toBe('E99：部分合计 1，总数 2，差 1：原因不明，请核对')
  })
  it('that fail come first, under the name of their area', () => {
    const all = verdicts([identity('E1', 1, 1), identity('E13', 1, 2)], [row(0)])
    expect(all.map((one) => [one.id, one.area, one.holds])).toEqual([['E13', '坝上镇', false], ['E1', '坝上镇', true]])
  })
})

describe('causes', () => {
  const choices = ['illness', 'skill'].map((code) => ({ code, label: { zh: `因${code}`, en: code } }))
  const form = { sections: [{ fields: [{ name: 'main_cause', choices }] }] } as unknown as Form
  it('stand by number in the words of the form, those not said last', () => {
    const bars = causesOf({ '': 9, skill: 4, illness: 4, later: 5, none: 0 }, form)
    expect(bars.map((bar) => [bar.label, bar.number])).toEqual([['later', 5], ['因illness', 4], ['因skill', 4], ['未填', 9]])
  })
})

describe('the map', () => {
  const square = (west: number, south: number, size = 1): Position[] =>
    [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
  const box = { width: 220, height: 120, margin: 10 }
  it('is fitted to what it shows, north up', () => {
    const plan = planOf([square(108, -0.5)], box)
    expect([plan.width, plan.height]).toEqual([120, 120])
    expect([plan.project([108, 0.5]), plan.project([109, -0.5])]).toEqual([[10, 10], [110, 110]])
  })
  it('narrows degrees of longitude away from the equator', () => {
    const plan = planOf([square(108, 59.5)], box)
    expect([plan.width, plan.height]).toEqual([70, 120])
  })
  it('survives a place without extent, and nothing at all', () => {
    expect(planOf([[[108, 29], [108, 29]]], box).project([108, 29])).toEqual([10, 10])
    expect(planOf([], box)).toMatchObject({ width: 20, height: 20 })
  })
  it('writes rings as a path', () => {
    expect(pathOf([square(0, 0).slice(0, 3)])).toBe('M0 0L1 0L1 1Z')
  })
  it('names a village inside it, beside its holes', () => {
    expect(namePlace([square(0, 0, 100)])).toMatchObject({ x: 50, y: 50, width: 100 })
    const { x, y } = namePlace([square(0, 0, 100), square(30, 20, 60)])
    expect(x > 30 && x < 90 && y > 20 && y < 80).toBe(false)
  })
  it('takes polygons with a code and leaves the rest', () => {
    const feature = (code: unknown, type: string, coordinates: unknown) => ({ type: 'Feature', properties: { code, name: 'n' }, geometry: { type, coordinates } })
    const shapes = readShapes({ features: [
      feature(UPPER, 'Polygon', [square(0, 0)]), feature(LOWER, 'MultiPolygon', [[square(0, 0)], [square(2, 2)]]),
      feature(7, 'Polygon', [square(0, 0)]), feature('1', 'Point', [0, 0]), { properties: null, geometry: null },
    ] })
    expect(shapes.map((shape) => [shape.code, shape.rings.length])).toEqual([[UPPER, 1], [LOWER, 2]])
    expect([readShapes(null), readShapes({ features: 'x' })]).toEqual([[], []])
  })
})
