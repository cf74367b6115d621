// The form that opens a round: what it fills in, what it asks to change, and where refusals are said.
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import type { Problem } from '../src/problem'
import { loadReference } from '../src/reference'
import { dayAfter, fill, groupsUntouched, keepDraft, keptDraft, newDraft, openableAreas, requestOf, uncovered, type Draft, type World } from '../src/surveys/draft'
import { faultOf, faultsOf, groundName } from '../src/surveys/faults'
import { areas, cadre, leader, lower, LOWER, member, office, people, second, TOWN, UPPER } from './survey_world'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })
vi.mock('../src/api', async () => {
  const { areas, people, cadre: me } = await import('./survey_world')
  return { reference: async () => ({ tag: '1', me, areas, people, forms: [] }) }
})
beforeAll(loadReference)

const world: World = { me: cadre, areas, people }
const ID = 'f'.repeat(32)
let draft: Draft
beforeEach(() => void (draft = newDraft(world, '2026-11-25', ID)))
const group = (at: number): Draft['groups'][number] => draft.groups[at]!

describe('a new draft', () => {
  it('covers the asker’s township: a group a village, its team and the asker, the whole village', () => {
    expect(draft).toMatchObject({ id: ID, name: '坝上镇2026年11月摸底', area: TOWN, from: '2026-11-25', to: '2026-12-24' })
    expect(draft.groups.map(({ name, members, grounds }) => ({ name, members, grounds }))).toEqual([
      { name: '上坝村摸底组', members: [cadre.id, leader.id, member.id], grounds: [{ village: UPPER, part: '' }] },
      { name: '下坝村摸底组', members: [cadre.id, lower.id], grounds: [{ village: LOWER, part: '' }] },
    ])
    expect(faultsOf(draft, world).size).toBe(0)
  })
  it('of somebody who is no cadre takes the township’s cadres in turn', () => {
    const asker = { ...world, me: office }
    const asked = newDraft(asker, '2026-11-25', ID)
    fill(asked, asker, TOWN)
    expect(asked.groups.map((one) => one.members[0])).toEqual([second.id, cadre.id])
  })
  it('may be of any township or village within reach', () => {
    expect(openableAreas(world).map((area) => area.name)).toEqual(['坝上镇', '上坝村', '下坝村'])
    expect(openableAreas({ ...world, me: office })).toHaveLength(5)
  })
  it('moves with its area; a name somebody wrote stays', () => {
    fill(draft, world, LOWER)
    expect([draft.name, draft.groups.map((one) => one.name)]).toEqual(['下坝村2026年11月摸底', ['下坝村摸底组']])
    draft.name = '回头看'
    fill(draft, world, TOWN)
    expect([draft.name, draft.groups.length]).toEqual(['回头看', 2])
  })
  it('knows whether somebody worked on its groups', () => {
    expect(groupsUntouched(draft, world)).toBe(true)
    group(0).members.push(second.id)
    expect(groupsUntouched(draft, world)).toBe(false)
  })
  it('is kept for whoever wrote it until it is opened', () => {
    keepDraft(cadre.id, draft)
    expect([keptDraft(cadre.id), keptDraft(second.id)]).toEqual([draft, null])
    keepDraft(cadre.id, null)
    expect(keptDraft(cadre.id)).toBeNull()
  })
  it('becomes a request; an empty villagers’ group means the rest', () => {
    draft.name = ' 摸底 '
    group(0).grounds.push({ village: UPPER, part: ' 三组 ' })
    const request = requestOf(draft, 'household/1')
    expect([request.name, request.form]).toEqual(['摸底', 'household/1'])
    expect(request.groups[0]?.grounds).toEqual([{ village: UPPER, group_name: null }, { village: UPPER, group_name: '三组' }])
  })
  it('counts days over the ends of months', () => {
    expect([dayAfter('2026-11-25', 29), dayAfter('2028-02-28', 1)]).toEqual(['2026-12-24', '2028-02-29'])
  })
})

describe('what is wrong', () => {
  it('with names, days and criteria is said beside them', () => {
    Object.assign(draft, { name: ' ', to: '2026-11-24', criteria: '字'.repeat(2001) })
    expect([...faultsOf(draft, world).keys()]).toEqual(['name', 'to', 'criteria'])
    expect(faultsOf({ ...draft, name: '字'.repeat(61) }, world).has('name')).toBe(true)
  })
  it('with a group is said beside the group', () => {
    group(0).members = [leader.id]
    group(1).members = [cadre.id, second.id]
    group(1).name = group(0).name
    expect(Object.fromEntries(faultsOf(draft, world))).toEqual({
      [`${UPPER}/members`]: '还缺一名乡镇干部。',
      [`${LOWER}/members`]: '还缺一名驻村队员。',
      [`${LOWER}/name`]: '请写组名，最多 60 个字，不能重名。',
    })
  })
  it('with places names what nobody has and what two have', () => {
    group(0).grounds = [{ village: UPPER, part: '三组' }, { village: LOWER, part: '' }]
    expect(uncovered(draft, world).map((village) => village.name)).toEqual(['上坝村'])
    expect(Object.fromEntries(faultsOf(draft, world))).toEqual({
      [`${LOWER}/grounds`]: '下坝村 其余全部 已经归了 上坝村摸底组。',
      groups: '每个村都要有一个组负责其余全部。（上坝村）',
    })
    expect(groundName(UPPER, '三组')).toBe('上坝村 三组')
  })
  it('is at least one group', () => {
    draft.groups = []
    expect(faultsOf(draft, world).get('groups')).toBe('至少要有一个组。')
  })
})

describe('a refusal', () => {
  const refused = (field: string | null, detail = '', code: Problem['code'] = 'invalid') =>
    faultOf({ type: '', title: '', status: 422, code, detail, field, request_id: '' }, draft)
  it('is said beside the field it is about', () => {
    expect(refused('name')).toEqual({ place: 'name', sentence: '请写名称，最多 60 个字。' })
    expect(refused('id')?.sentence).toContain('已经开好')
  })
  it('stays with its group, and names people and villages by name', () => {
    const fault = refused('groups/1/members', `${lower.id} holds no office on 2026-11-25`)
    expect(fault).toEqual({ place: `${LOWER}/members`, sentence: '至少一名乡镇干部和一名驻村队员，最多 30 人，开始那天都要在岗。（龚勇）' })
    expect(refused('groups', `nobody has the rest of village ${UPPER}: …`)?.sentence).toContain('（上坝村）')
    expect(refused('groups/0/grounds', '990199999201 is no village of the area')?.sentence).not.toContain('9901')
  })
  it('about anything else is shown as a whole', () => {
    expect([refused(null), refused('nowhere'), refused('name', '', 'forbidden')]).toEqual([null, null, null])
    expect(refused('groups/9/members')).toMatchObject({ place: 'groups' })
  })
})
