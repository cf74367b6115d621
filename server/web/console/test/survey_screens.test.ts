// The screens of a survey round, drawn as text.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import { ids } from '../src/testids'
import { cadre, coverage, lower, LOWER, member, areas, people, progress, round, TOWN, UPPER } from './survey_world'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })
vi.mock('../src/api', async () => {
  const { areas, people, cadre: me } = await import('./survey_world')
  return { reference: async () => ({ tag: '1', me, areas, people, forms: [] }), surveys: async () => ({ surveys: [] }) }
})

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('history', { replaceState: () => undefined })
  await (await import('../src/reference')).loadReference()
})
afterAll(() => vi.unstubAllGlobals())

const draw = (component: Component, props: Record<string, unknown> = {}): Promise<string> => renderToString(createSSRApp(component, props))
const count = (html: string, testid: string): number => html.split(`data-testid="${testid}"`).length - 1
const text = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('progress', () => {
  const table = async (village: string, part = '') => {
    const [{ default: ProgressTable }, { byVillage }] = await Promise.all([import('../src/surveys/ProgressTable.vue'), import('../src/surveys/coverage')])
    return draw(ProgressTable, { villages: byVillage(progress.grounds), village, part })
  }
  it('has a row a village, each state in words and numbers', async () => {
    const html = await table('')
    expect([count(html, ids.surveyVillage), count(html, ids.surveyPart)]).toEqual([2, 0])
    expect(text(html)).toContain('已访 不在 拒访 搬走 未访 共 新增')
    expect(text(html)).toContain('合计 25% 1 1 1 0 1 4 1')
  })
  it('shows the villagers’ groups of the village that was chosen, and says where nobody goes', async () => {
    const html = await table(UPPER)
    expect(text(html)).toMatch(/未分组 上坝组 .*三组 上坝组/)
    expect(text(html)).toContain('没有人负责')
  })
  it('lists the houses with links to their records', async () => {
    const [{ default: HouseList }, { setQuery }] = await Promise.all([import('../src/surveys/HouseList.vue'), import('../src/route')])
    setQuery({ village: UPPER, state: '' })
    const html = await draw(HouseList, { progress })
    expect(count(html, ids.surveyHouse)).toBe(3)
    expect(html).toContain(`href="#/records/${'4'.repeat(32)}"`)
    expect(text(html)).toContain('3 户 / 共 4 户')
    setQuery({ village: '', state: 'moved' })
    expect(text(await draw(HouseList, { progress }))).toContain('没有符合条件的户。')
    setQuery({ village: '', state: '' })
  })
})

describe('the summary', () => {
  it('keeps those outside the system apart and explains what does not add up', async () => {
    const [{ default: SummaryTable }, { default: IdentityList }] = await Promise.all([import('../src/surveys/SummaryTable.vue'), import('../src/surveys/IdentityList.vue')])
    const tally = (households: number, unclassified = 0) => ({ households, persons: households * 3, severe: 0, moderate: 0, light: households - unclassified, unclassified })
    const rows = [{ area: TOWN, name: '坝上镇', in_system: tally(8, 2), outside: tally(3), unknown: tally(1), causes: {}, in_dispute: 0, coverage: coverage({ houses: 12, visited: 6 }) }]
    expect(text(await draw(SummaryTable, { rows, chosen: TOWN }))).toContain('坝上镇 0 0 6 2 8 3 9 1 0 6 / 12 50%')
    const html = await draw(IdentityList, { rows, identities: [{ id: 'E1', area: TOWN, parts: 6, whole: 8, holds: false }] })
    expect(text(html)).toContain('✗ 坝上镇 重 + 中 + 轻 = 6，系统内 8，差 2：有 2 户没有定级')
    expect(html).toContain('data-holds="false"')
  })
})

describe('the map', () => {
  it('says name and share of every village, in words for whoever cannot see it', async () => {
    const { default: VillageMap } = await import('../src/surveys/VillageMap.vue')
    const shape = (code: string, west: number) => ({ code, name: '', rings: [[[west, 29], [west + 1, 29], [west + 1, 30], [west, 30], [west, 29]]] })
    const coverages = new Map([[UPPER, coverage({ houses: 4, visited: 3, not_yet: 1 })], [LOWER, coverage({})]])
    const html = await draw(VillageMap, { shapes: [shape(UPPER, 108), shape(LOWER, 109)], coverages, chosen: UPPER })
    expect(count(html, ids.surveyMapVillage)).toBe(2)
    expect(html).toContain('aria-label="上坝村 75%，已访 3 户，共 4 户"')
    expect(html).toContain('aria-label="下坝村，还没有户"')
    expect(text(html)).toContain('上坝村 75%')
    // The chosen one is drawn last, so that its outline lies on top.
    expect(html.indexOf(`data-village="${UPPER}"`)).toBeGreaterThan(html.indexOf(`data-village="${LOWER}"`))
  })
})

describe('opening', () => {
  it('says who is which, and who is missing before anything is sent', async () => {
    const [{ default: GroupTable }, { newDraft }] = await Promise.all([import('../src/surveys/GroupTable.vue'), import('../src/surveys/draft')])
    const world = { me: cadre, areas, people: people.filter((person) => person !== lower) }
    const faults = new Map([[`${UPPER}/name`, '不能重名']])
    const html = await draw(GroupTable, { draft: newDraft(world, '2026-11-25', 'f'.repeat(32)), world, faults })
    expect([count(html, ids.surveyGroup), count(html, ids.surveyFault)]).toEqual([2, 1])
    expect(text(html)).toMatch(/李主任 乡镇干部 × 冉队长 驻村队/)
    expect(text(html)).toContain('缺驻村队员')
  })
  it('is offered to the offices only', async () => {
    const [{ default: SurveysScreen }, { me }, { route }] = await Promise.all([import('../src/surveys/SurveysScreen.vue'), import('../src/session/session'), import('../src/route')])
    const screen = async (person: typeof cadre, id: string | null) => {
      me.value = person
      route.value = { ...route.value, screen: 'surveys', id }
      const html = await draw(SurveysScreen)
      return [count(html, ids.surveyNew), count(html, ids.surveyForm)]
    }
    expect(await screen(cadre, null)).toEqual([1, 0])
    expect(await screen(cadre, 'new')).toEqual([0, 1])
    expect(await screen(member, null)).toEqual([0, 0])
    expect(await screen(member, 'new')).toEqual([0, 0])
    me.value = null
    route.value = { ...route.value, id: null }
  })
  it('ends in a state that is said in words', async () => {
    const { default: RoundBadge } = await import('../src/surveys/RoundBadge.vue')
    expect(text(await draw(RoundBadge, { round: round({ closed_at: 1 }) }))).toContain('已结束')
  })
})
