// A survey round on the screen: filters, headings, where to go next, and how long it still runs.
import { beforeAll, describe, expect, it } from 'vitest'
import type { SurveyHouseCard } from '@engine/phone/api'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import { byGroup, filtered, FILTERS, houseBadge, isToVisit, nextHouse, runs, termWords } from '../src/survey/house'

beforeAll(() => addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') }))

const house = (household: string, more: Partial<SurveyHouseCard> = {}): SurveyHouseCard => ({
  household, title: household, address: null, village: '999999201003', villageName: '青山村', group: '三组', surveyGroup: '第一调查组', mine: true,
  state: 'not_yet', found: false, visits: 0, lastOn: null, draft: false, waiting: false, ...more,
})
const ids = (houses: SurveyHouseCard[]): string[] => houses.map((one) => one.household)

describe('the list', () => {
  const houses = [
    house('a'), house('b', { state: 'visited' }), house('c', { group: '四组', mine: false }), house('d', { group: '四组', state: 'absent', mine: false, found: true }),
    house('e', { village: '999999201004', villageName: '白岩村', state: 'refused' }), house('f', { group: '', state: 'moved' }),
  ]

  it('is filtered by state, by having been on no list, and by my survey group', () => {
    expect(Object.fromEntries(FILTERS.map((name) => [name, ids(filtered(houses, name, false)).join('')]))).toEqual({ not_yet: 'ac', absent: 'd', visited: 'b', refused: 'e', moved: 'f', found: 'd', all: 'abcdef' })
    expect(ids(filtered(houses, 'not_yet', true))).toEqual(['a'])
    expect(ids(filtered(houses, 'found', true))).toEqual([])
  })

  it('stands under villagers\' groups; those of two villages stay apart', () => {
    expect(byGroup(houses).map((one) => [one.village, one.group, ids(one.houses).join('')])).toEqual([
      ['青山村', '三组', 'ab'], ['青山村', '四组', 'cd'], ['白岩村', '三组', 'e'], ['青山村', '', 'f'],
    ])
  })

  it('says every state in at most ten characters', () => {
    for (const state of ['not_yet', 'absent', 'visited', 'refused', 'moved'] as const) {
      const { text } = houseBadge(state)
      expect(text).not.toContain('survey.')
      expect(text.length).toBeLessThanOrEqual(10)
    }
    expect((['not_yet', 'absent', 'visited', 'refused', 'moved'] as const).filter(isToVisit)).toEqual(['not_yet', 'absent'])
  })
})

describe('the next house', () => {
  it('is the one further on in the same group, then one before, then another of mine, then any', () => {
    const walk = [house('a'), house('b'), house('c'), house('d', { group: '五组', mine: false }), house('e', { group: '六组' })]
    const next = (houses: SurveyHouseCard[], after: string) => nextHouse(houses, after)?.household
    expect(next(walk, 'b')).toBe('c')
    expect(next(walk, 'c')).toBe('a')
    const done = walk.map((one) => (one.group === '三组' ? { ...one, state: 'visited' as const } : one))
    expect(next(done, 'b')).toBe('e')
    expect(next(done.slice(0, 4), 'b')).toBe('d')
    expect(next(done.slice(0, 3), 'b')).toBeUndefined()
    expect(next(walk, 'unknown')).toBe('a')
  })
})

describe('the term', () => {
  const term = { from: '2016-09-01', to: '2016-09-30' }
  it('counts its days in words', () => {
    expect(['2016-08-30', '2016-09-01', '2016-09-30', '2016-10-01'].map((day) => termWords(term, day))).toEqual(['2天后开始', '还剩29天', '最后一天', '已到期'])
    expect(['2016-08-31', '2016-09-01', '2016-09-30', '2016-10-01'].map((day) => runs(term, day))).toEqual([false, true, true, false])
  })
})
