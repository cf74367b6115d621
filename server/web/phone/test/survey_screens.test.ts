// The parts of a survey round, drawn as text: what a person reads and what a test finds.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Component, createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { HouseholdCard, HouseSurvey, SurveyCard, SurveyHouseCard } from '@engine/phone/api'

const draw = async (part: Component, props: object): Promise<string> => (await renderToString(createSSRApp(part, { ...props }))).replace(/<!--.*?-->/g, '')
const coverage = { houses: 40, not_yet: 24, visited: 12, absent: 3, refused: 1, moved: 0, found: 1 }

describe('a survey round', () => {
  beforeAll(async () => {
    vi.stubGlobal('location', { hash: '', origin: 'https://bidao.test' })
    vi.stubGlobal('addEventListener', () => undefined)
    vi.useFakeTimers({ now: Date.parse('2016-09-08T09:14:00+08:00') })
    const { addWords } = await import('@ui/i18n')
    addWords({ 'zh-CN': (await import('../src/i18n/zh-CN.json')).default, en: () => import('../src/i18n/en.json') })
  })
  afterAll(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

  it('stands on the first screen with its days and how far it is, mine first', async () => {
    const { default: SurveyEntry } = await import('../src/survey/SurveyEntry.vue')
    const card: SurveyCard = { id: 'r', name: '秋季摸底', from: '2016-09-01', to: '2016-09-20', coverage, mine: null, myGroups: [] }
    const all = await draw(SurveyEntry, { card })
    for (const words of ['data-testid="open-survey"', '秋季摸底', '已访 12/40 户', '还剩12天']) expect(all).toContain(words)
    expect(await draw(SurveyEntry, { card: { ...card, mine: { ...coverage, houses: 18, visited: 5 } } })).toContain('我的组已访 5/18 户')
  })

  it('shows a house with one badge, and what the badge does not say', async () => {
    const { default: HouseRow } = await import('../src/survey/HouseRow.vue')
    const house: SurveyHouseCard = {
      household: 'h', title: '田大兴', address: '坪上12号', village: '999999201003', villageName: '青山村', group: '三组', surveyGroup: null, mine: false,
      state: 'absent', found: true, visits: 2, lastOn: '2016-09-07', draft: true, waiting: true,
    }
    const drawn = await draw(HouseRow, { house })
    for (const words of ['data-state="absent"', 'data-record="h"', 'data-found="true"', '不在 · 再去', '坪上12号', '名册外新增 · 9月7日去过 · 共2次 · 走访没填完']) expect(drawn).toContain(words)
    expect(drawn.match(/data-testid="badge"/g)).toHaveLength(1)
    expect(await draw(HouseRow, { house: { ...house, title: '', address: null, draft: false }, withGroup: true })).toMatch(/未填姓名.*三组.*等待上传/s)
  })

  it('offers on a household the visit that is not the main action, until it is surveyed or begun', async () => {
    const { default: HouseholdSurvey } = await import('../src/survey/HouseholdSurvey.vue')
    const offered = async (more: Partial<HouseSurvey>, asMain: boolean): Promise<string[]> => {
      const drawn = await draw(HouseholdSurvey, { survey: { id: 'r', name: '秋季摸底', state: 'not_yet', found: false, begun: false, ...more }, asMain, busy: false })
      return [...drawn.matchAll(/<button[^>]*data-testid="([^"]+)"/g)].map((one) => one[1] ?? '')
    }
    expect(await offered({}, true)).toEqual(['start-visit'])
    expect(await offered({ state: 'refused' }, false)).toEqual(['start-survey-visit'])
    expect(await offered({ begun: true }, false)).toEqual([])
    expect(await offered({ state: 'visited' }, false)).toEqual([])
  })

  it('draws its filters with my group apart, and not at all for who is in none', async () => {
    const { default: FilterGrid } = await import('../src/survey/FilterGrid.vue')
    const drawn = await draw(FilterGrid, { current: 'not_yet', mine: true })
    for (const name of ['未访', '不在', '已访', '拒访', '搬走', '新增', '全部', '我的组']) expect(drawn).toContain(name)
    expect(drawn.match(/aria-pressed="true"/g)).toHaveLength(2)
    expect(await draw(FilterGrid, { current: 'all', mine: null })).not.toContain('chip-mine')
  })

  it('says on the card of a household that another one stands for it, and does not ask to visit both', async () => {
    const { default: HouseholdRow } = await import('../src/parts/HouseholdRow.vue')
    const { aliasWords, due } = await import('../src/badges')
    const card: HouseholdCard = {
      id: 'h', village: '999999201003', villageName: '青山村', group: '三组', name: '田大兴', initials: 'tdx', address: '坪上12号', phone: null, people: 2, attribute: null, severity: null,
      lastVisit: null, nextVisit: null, daysLate: null, draft: null, returned: null, waiting: 0, problems: 0, conflicts: 0, disputes: 0, paired: false,
      alias: { id: 'k', name: '田大兴', place: '三组 坪上13号' },
    }
    const drawn = await draw(HouseholdRow, { card })
    for (const words of ['data-alias="k"', '重复户', '已并入 田大兴（三组 坪上13号）']) expect(drawn).toContain(words)
    expect(aliasWords({ id: 'k', name: null, place: null })).toBe('已并入另一户（不在这部手机上）')
    expect(aliasWords({ id: 'k', name: '', place: '' })).toBe('已并入 未填姓名')
    expect([due(card), due({ ...card, alias: null })]).toEqual([false, true])
    expect(await draw(HouseholdRow, { card: { ...card, alias: null } })).not.toMatch(/已并入|data-alias/)
  })
})
