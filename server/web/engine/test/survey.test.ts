// How far a survey round is: the server's rules, held against the same cases as `progress.rs`.
import { beforeAll, describe, expect, it } from 'vitest'
import * as D from '../src/document/document'
import { Aliases } from '../src/phone/alias'
import type { HouseholdCard, SurveyHouseCard } from '../src/phone/api'
import { cardOf, coverageOf, housesOf, significant, stateOf, surveyGroupOf, type SurveyVisit } from '../src/phone/survey'
import type { SurveyRound } from '../src/schema'
import { enrolled, entry, ME, type Phone, reference, VILLAGE } from './phone'
import { encode } from '../src/protocol/cbor'
import { own } from '../src/bytes'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const OTHER = '0f'.repeat(16)
const THEIRS = 'b2'.repeat(16)
const round = (more: Partial<SurveyRound> = {}): SurveyRound => ({
  id: 'c3'.repeat(16), name: '第一轮摸底', area: VILLAGE, from: '2016-01-01', to: '2016-01-10', form: 'household/1', criteria: '重度：缺两项以上', closed_at: null,
  groups: [
    { name: '一组调查组', members: [ME], grounds: [{ village: VILLAGE, group_name: '3组' }] },
    { name: '二组调查组', members: ['ff'.repeat(16)], grounds: [{ village: VILLAGE, group_name: null }] },
  ],
  listed: [], ...more,
})
const home = (id: string, more: Partial<HouseholdCard> = {}): HouseholdCard => ({
  id, village: VILLAGE, villageName: '小南村', group: '3组', name: id, initials: '', address: null, phone: null, people: 1, attribute: null, severity: null,
  lastVisit: null, nextVisit: null, daysLate: null, draft: null, returned: null, waiting: 0, problems: 0, conflicts: 0, disputes: 0, paired: false, alias: null, ...more,
})
let visits = 0
const visit = (household: string, on: string, outcome: string, more: Partial<SurveyVisit> = {}): SurveyVisit =>
  ({ id: `v${++visits}`, household, area: VILLAGE, on, type: 'survey', outcome, createdAt: visits, ...more })
const states = (houses: SurveyHouseCard[]) => Object.fromEntries(houses.map((one) => [one.household, one.state]))

describe('a house', () => {
  it('once surveyed stays so, else the last word counts', () => {
    expect(stateOf([])).toBe('not_yet')
    expect(stateOf(['absent', 'refused'])).toBe('refused')
    expect(stateOf(['absent', 'visited', 'moved'])).toBe('visited')
    expect(stateOf(['refused', '', 'unheard of'])).toBe('refused')
  })

  it('has its visits in the order of their days, whichever phone made them and whenever they came', () => {
    const of = (...all: SurveyVisit[]) => housesOf(round(), ME, [home('h')], all)[0]
    expect(of(visit('h', '2016-01-06', 'absent'), visit('h', '2016-01-04', 'refused'))).toMatchObject({ state: 'absent', visits: 2, lastOn: '2016-01-06' })
    expect(of(visit('h', '2016-01-04', 'absent', { createdAt: 9 }), visit('h', '2016-01-04', 'moved', { createdAt: 5 }))).toMatchObject({ state: 'absent' })
  })

  it('is not reached by visits before and after the round, of another kind, elsewhere or with nothing said', () => {
    const none = [visit('h', '2015-12-31', 'visited'), visit('h', '2016-01-11', 'visited'), visit('h', '2016-01-05', 'visited', { type: 'routine' }), visit('h', '2016-01-05', 'visited', { area: '500114102201' })]
    expect(housesOf(round(), ME, [home('h')], none)[0]).toMatchObject({ state: 'not_yet', visits: 0, lastOn: null })
    expect(housesOf(round(), ME, [home('h')], [...none, visit('h', '2016-01-05', '')])[0]).toMatchObject({ state: 'not_yet', visits: 1, lastOn: '2016-01-05' })
    for (const on of ['2016-01-01', '2016-01-10']) expect(states(housesOf(round(), ME, [home('h')], [visit('h', on, 'visited')]))).toEqual({ h: 'visited' })
  })

  it('is found when the list of the start has it not, whatever its state', () => {
    const houses = housesOf(round({ listed: ['a'] }), ME, [home('a'), home('b')], [visit('b', '2016-01-05', 'visited')])
    expect(houses.map(({ household, found, state }) => [household, found, state])).toEqual([['a', false, 'not_yet'], ['b', true, 'visited']])
    expect(coverageOf(houses)).toEqual({ houses: 2, not_yet: 1, visited: 1, absent: 0, refused: 0, moved: 0, found: 1 })
  })

  it('that was added twice is one house: surveyed at either record, listed when either is', () => {
    const aliases = new Aliases({ aliases: [{ record: 'b', kept: 'a' }] })
    const houses = housesOf(round({ listed: ['b'] }), ME, [home('a'), home('b'), home('c')], [visit('b', '2016-01-05', 'visited'), visit('a', '2016-01-06', 'absent')], aliases)
    expect(houses.map(({ household, found, state, visits, lastOn }) => [household, found, state, visits, lastOn]))
      .toEqual([['a', false, 'visited', 2, '2016-01-06'], ['c', true, 'not_yet', 0, null]])
  })
})

describe('a round', () => {
  it('has the houses of its area: a district, a township or a village', () => {
    expect(['500114000000', '500114101000', '500114101201'].map(significant)).toEqual(['500114', '500114101', '500114101201'])
    const homes = [home('a'), home('b', { village: '500114101202' }), home('c', { village: '500114102201' })]
    const ids = (area: string) => housesOf(round({ area }), ME, homes, []).map((one) => one.household)
    expect([ids('500114000000'), ids('500114101000'), ids(VILLAGE)]).toEqual([['a', 'b', 'c'], ['a', 'b'], ['a']])
  })

  it('sends to a villagers\' group who names it, else who has the rest of the village', () => {
    expect(surveyGroupOf(round(), VILLAGE, '3组')).toBe('一组调查组')
    for (const rest of ['4组', '']) expect(surveyGroupOf(round(), VILLAGE, rest)).toBe('二组调查组')
    expect(surveyGroupOf(round(), '500114101202', '3组')).toBeNull()
    const houses = housesOf(round(), ME, [home('a', { group: ' 3组 ' }), home('b', { group: null })], [])
    expect(houses.map(({ household, mine }) => [household, mine])).toEqual([['b', false], ['a', true]])
    expect(cardOf(round(), ME, houses)).toMatchObject({ coverage: { houses: 2 }, mine: { houses: 1 }, myGroups: ['一组调查组'] })
    expect(cardOf(round(), 'somebody', houses).mine).toBeNull()
  })

  it('is walked by groups and addresses as people count', () => {
    const order = (key: 'group' | 'address', texts: string[]) => housesOf(round(), ME, texts.map((text, at) => home(String(at), { [key]: text })), []).map((one) => one[key])
    expect(order('group', ['十一组', '三组', '二组', '十组', '二十组', '四组'])).toEqual(['二组', '三组', '四组', '十组', '十一组', '二十组'])
    expect(order('group', ['10组', '2组'])).toEqual(['2组', '10组'])
    expect(order('address', ['坪上12号', '坪上7号'])).toEqual(['坪上7号', '坪上12号'])
  })
})

describe('a phone', () => {
  const told = async (here: Phone, rounds: SurveyRound[] | undefined, entries: Phone['line']['entries'] = []) => {
    const { surveys: _, ...older } = reference
    const next = rounds ? { ...older, surveys: rounds } : older
    here.line.extra = { reference: own(new TextEncoder().encode(JSON.stringify(next))), reference_tag: 'r2' }
    here.line.entries = entries
    here.line.down = false
    await here.engine.syncNow()
    here.line.down = true
  }
  const theirVisit = (household: string, on: string, outcome: string) => D.saveDocument(D.createDocument(OTHER, ['commitments'], [
    { path: 'household', value: household }, { path: 'occurred_on', value: on }, { path: 'visit_type', value: 'survey' }, { path: 'survey_outcome', value: outcome },
  ], MORNING))

  it('knows open rounds only, and none from reference data of an older app', async () => {
    const here = await enrolled()
    await told(here, undefined)
    expect(await here.engine.surveys()).toEqual([])
    expect(await here.engine.surveyOf(here.household)).toBeNull()
    await told(here, [round({ id: 'a', from: '2016-01-01' }), round({ id: 'b', from: '2016-01-03' }), round({ id: 'c', closed_at: 1 })])
    expect((await here.engine.surveys()).map((one) => one.id)).toEqual(['b', 'a'])
    await expect(here.engine.survey('c')).rejects.toMatchObject({ code: 'not_found' })
    expect((await here.engine.surveyOf(here.household))?.id).toBe('b')
    here.context.time += 6 * 86_400_000
    expect(await here.engine.surveyOf(here.household)).toBeNull()
    await here.engine.lock()
  })

  it('shows the new state at once and offline, after its own visit and beside another phone\'s', async () => {
    const here = await enrolled()
    await told(here, [round({ listed: [here.household] })], [entry(THEIRS, 'document', theirVisit(here.household, '2016-01-04', 'absent'), 1, 'visit')])
    const state = async () => (await here.engine.survey(round().id)).houses[0]
    expect(await state()).toMatchObject({ title: '李秀英', state: 'absent', found: false, visits: 1, lastOn: '2016-01-04', draft: false, waiting: false })
    const started = await here.engine.startVisit(here.household, 'survey')
    expect((await here.engine.record(started)).answers).toMatchObject({ visit_type: 'survey', occurred_on: '2016-01-05' })
    expect(await state()).toMatchObject({ state: 'absent', visits: 2, draft: true, waiting: true })
    await here.engine.put(started, 'survey_outcome', 'visited')
    expect(await state()).toMatchObject({ state: 'visited', lastOn: '2016-01-05' })
    expect(await here.engine.surveyOf(here.household)).toEqual({ id: round().id, name: '第一轮摸底', state: 'visited', found: false, begun: true })
    await here.engine.put(started, 'visit_type', 'routine')
    expect(await state()).toMatchObject({ state: 'absent', visits: 1 })
    await here.engine.lock()
  })

  it('has a household added on the way as found, and loses what left its reach', async () => {
    const here = await enrolled()
    await told(here, [round({ listed: [here.household] })], [entry(THEIRS, 'document', theirVisit(here.household, '2016-01-04', 'visited'), 1, 'visit')])
    const added = await here.engine.addHousehold(VILLAGE, { address: '小南村9组' })
    const { houses, card } = await here.engine.survey(round().id)
    expect(houses.map(({ household, found }) => [household, found]).sort()).toEqual([[here.household, false], [added, true]].sort())
    expect(card.coverage).toMatchObject({ houses: 2, visited: 1, found: 1 })
    await told(here, [round()], [entry(THEIRS, 'removed', encode(null), 2, 'visit')])
    expect((await here.engine.survey(round().id)).card.coverage.visited).toBe(0)
    await here.engine.lock()
  })

  it('makes the routine visit of today the survey visit, but no other kind', async () => {
    const here = await enrolled()
    const first = await here.engine.startVisit(here.household)
    expect(await here.engine.startVisit(here.household, 'survey')).toBe(first)
    expect((await here.engine.record(first)).answers['visit_type']).toBe('survey')
    expect(await here.engine.startVisit(here.household)).toBe(first)
    await here.engine.put(first, 'visit_type', 'income')
    const second = await here.engine.startVisit(here.household, 'survey')
    expect(second).not.toBe(first)
    expect(await here.engine.startVisit(here.household, 'survey')).toBe(second)
    expect(await here.engine.records('trip')).toHaveLength(1)
    await here.engine.lock()
  })
})
