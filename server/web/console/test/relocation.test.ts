// Taking a household to another village: who is offered it, what is asked, what is sent and what is shown of it.
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { addWords } from '@ui/i18n'
import * as api from '../src/api'
import en from '../src/i18n/en.json'
import zh from '../src/i18n/zh-CN.json'
import { loadReference } from '../src/reference'
import { destinations, fault, request, type Move } from '../src/relocations/relocation'
import RelocationList from '../src/relocations/RelocationList.vue'
import type { Area, Person, RecordSummary, Reference, Relocation, Role } from '../src/schema'

vi.mock('../src/session/session', () => ({ accessToken: async () => 'token', distrust: () => undefined, me: { value: null } }))
addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })

const [TOWN, HERE, NEXT, FAR] = ['500114105000', '500114105201', '500114105202', '500114106201']
const areas: Area[] = [
  { code: TOWN, name: '冯家镇', level: 'township', parent: null },
  { code: NEXT, name: '寨子村', level: 'village', parent: TOWN },
  { code: HERE, name: '照耀村', level: 'village', parent: TOWN },
  { code: FAR, name: '胜利村', level: 'village', parent: null },
]
const household = { id: 'h', kind: 'household', area: HERE, household: 'h', title: '冉光荣' } as RecordSummary
const person = (role: Role, area: string): Person => ({ id: 'p', name: '杨胜兰', roles: [role], areas: [area] })
const move = (more: Partial<Move> = {}): Move => ({ id: 'f'.repeat(32), area: NEXT, movedOn: '2015-11-01', reason: ' 易地扶贫搬迁 ', ...more })
const sent: unknown[] = []

beforeAll(async () => {
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (path.endsWith('relocations')) sent.push([init?.method, path, JSON.parse(String(init?.body))])
    return new Response(JSON.stringify({ tag: '1', forms: [], people: [], areas } as unknown as Reference))
  })
  await loadReference()
})

describe('a household that moves', () => {
  it('is offered to who reviews both villages, and to nobody else', () => {
    const to = (role: Role, area: string, what = household): string[] => destinations(person(role, area), areas, what).map((one) => one.code)
    expect(to('town_office', TOWN)).toEqual([NEXT])
    expect(to('alleviation_office', '500114000000')).toEqual([NEXT, FAR])
    expect(to('team_leader', HERE)).toEqual([])
    expect(to('team_member', TOWN)).toEqual([])
    expect(to('town_office', '500114106000')).toEqual([])
    expect(to('town_office', TOWN, { ...household, kind: 'visit' })).toEqual([])
    expect(destinations(null, areas, household)).toEqual([])
  })

  it('needs a village, a day that has come, and a reason', () => {
    const today = '2015-11-03'
    expect(fault(move(), today)).toBeNull()
    expect(fault(move({ area: '' }), today)).toBe(zh['relocation.wrong.area'])
    expect(fault(move({ movedOn: '2015-11-04' }), today)).toBe(zh['relocation.wrong.moved_on'])
    expect(fault(move({ movedOn: '' }), today)).toBe(zh['relocation.wrong.moved_on'])
    for (const reason of ['  ', '搬'.repeat(667)]) expect(fault(move({ reason }), today)).toBe(zh['relocation.wrong.reason'])
    expect(fault(move({ reason: '搬'.repeat(666) }), today)).toBeNull()
  })

  it('is sent with the village it was shown in', async () => {
    await api.relocate(request(household, move()))
    const body = { id: 'f'.repeat(32), household: 'h', area: NEXT, expected_area: HERE, moved_on: '2015-11-01', reason: '易地扶贫搬迁' }
    expect(sent).toEqual([['POST', '/api/v1/relocations', body]])
  })

  it('says where it came from', async () => {
    const one: Relocation = {
      id: 'r', household: 'h', from_area: HERE, to_area: NEXT, group_name: '3组', moved_on: '2015-11-01', reason: '易地扶贫搬迁', person_name: '杨胜兰', at: Date.UTC(2015, 10, 2, 1, 14),
    }
    const html = await renderToString(createSSRApp(RelocationList as Component, { relocations: [one] }))
    for (const words of ['照耀村 3组 → 寨子村', '易地扶贫搬迁', '杨胜兰登记于', '2015-11-01']) expect(html).toContain(words)
    expect(await renderToString(createSSRApp(RelocationList as Component, { relocations: [] }))).not.toContain('timeline')
  })

  it('has every word in both languages', () => {
    const keys = (words: object): string[] => Object.keys(words).filter((key) => key.startsWith('relocation.'))
    expect(keys(en)).toEqual(keys(zh))
  })
})
