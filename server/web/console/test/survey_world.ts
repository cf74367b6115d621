// A made-up township for the tests of survey rounds: two villages, their teams and two cadres.
import type { Coverage, HouseState, Person, Reference, Role, SurveyHouse, SurveyProgress, SurveyRound } from '../src/schema'

export const TOWN = '990114105000'
export const UPPER = '990114105201'
export const LOWER = '990114105202'
const OTHER_TOWN = '990114106000'

const person = (digit: string, name: string, role: Role, area: string): Person => ({ id: digit.repeat(32), name, roles: [role], areas: [area] })
export const cadre = person('a', '李主任', 'town_office', TOWN)
export const second = person('b', '陈干事', 'town_office', TOWN)
export const office = person('c', '区办', 'alleviation_office', '990114000000')
export const leader = person('1', '冉队长', 'team_leader', UPPER)
export const member = person('2', '向敏', 'team_member', UPPER)
export const lower = person('3', '龚勇', 'team_member', LOWER)

export const areas: Reference['areas'] = [
  { code: LOWER, name: '下坝村', level: 'village', parent: TOWN },
  { code: UPPER, name: '上坝村', level: 'village', parent: TOWN },
  { code: '990114106201', name: '远山村', level: 'village', parent: OTHER_TOWN },
  { code: OTHER_TOWN, name: '他镇', level: 'township', parent: '990114000000' },
  { code: TOWN, name: '坝上镇', level: 'township', parent: '990114000000' },
  { code: '990114000000', name: '某区', level: 'district', parent: null },
]
export const people = [cadre, second, office, leader, member, lower]

export const coverage = (of: Partial<Coverage>): Coverage => ({ houses: 0, not_yet: 0, visited: 0, absent: 0, refused: 0, moved: 0, found: 0, ...of })

export const round = (of: Partial<SurveyRound> = {}): SurveyRound => ({
  id: 'e'.repeat(32), name: '坝上镇摸底', area: TOWN, from: '2026-11-03', to: '2026-11-30', form: 'household/1', criteria: '', closed_at: null, groups: [], listed: [], ...of,
})
const house = (digit: string, village: string, group: string, state: HouseState, found = false): SurveyHouse => ({
  household: digit.repeat(32), title: `户${digit}`, village, group_name: group, state, found, visits: state === 'not_yet' ? 0 : 1, last_on: state === 'not_yet' ? null : '2026-11-20',
})
export const progress: SurveyProgress = {
  round: round(),
  as_of: Date.UTC(2026, 10, 24, 2),
  grounds: [
    { village: UPPER, group_name: '', survey_group: '上坝组', coverage: coverage({ houses: 1, visited: 1, found: 1 }) },
    { village: UPPER, group_name: '三组', survey_group: '上坝组', coverage: coverage({ houses: 2, refused: 1, not_yet: 1 }) },
    { village: LOWER, group_name: '一组', survey_group: null, coverage: coverage({ houses: 1, absent: 1 }) },
  ],
  houses: [house('4', UPPER, '', 'visited', true), house('5', UPPER, '三组', 'refused'), house('6', UPPER, '三组', 'not_yet'), house('7', LOWER, '一组', 'absent')],
}
