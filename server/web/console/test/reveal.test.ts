// What the server masks: who is offered it, what is asked and sent, what is shown of it and when that ends.
import { createSSRApp, defineComponent, h, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { addWords } from '@ui/i18n'
import * as api from '../src/api'
import en from '../src/i18n/en.json'
import zh from '../src/i18n/zh-CN.json'
import ValueText from '../src/pieces/ValueText.vue'
import { ids } from '../src/reveal/ids'
import { agrees, find, fits, isMasked, mayReveal, PURPOSES, question, SCOPE, type Scope, type Spot } from '../src/reveal/reveal'
import RevealDialog from '../src/reveal/RevealDialog.vue'
import RevealList from '../src/reveal/RevealList.vue'
import RevealScope from '../src/reveal/RevealScope.vue'
import type { Field, Person, RevealedValue, RevealEntry, Role, Version } from '../src/schema'
import { ids as deskIds } from '../src/testids'
import { check, digestOf } from '../src/versions/checksum'

const session = vi.hoisted(() => {
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  return { me: { value: null as Person | null } }
})
vi.mock('../src/session/session', () => ({ accessToken: async () => 'token', distrust: () => undefined, me: session.me }))
addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })

const NUMBER = '999999196001020018'
const PATH = 'members/m/id_no'
const HERE = '500114105201'
const number: Field = { name: 'id_no', type: 'id_number', label: { zh: '公民身份号码', en: 'ID number' }, privacy: 'P3' }
const person = (role: Role, area = HERE): Person => ({ id: 'p', name: '杨胜兰', roles: [role], areas: [area] })
const now: Spot = { path: PATH, as: 'now' }
const told = (value: unknown, more: Partial<RevealedValue> = {}): RevealedValue => ({ path: PATH, shown_as: 'now', change: null, value, ...more })
const render = (component: Component, props: Record<string, unknown> = {}): Promise<string> => renderToString(createSSRApp(component, props))
beforeEach(() => {
  session.me.value = person('team_leader')
})

describe('who is told', () => {
  it('is who reviews the village, and nobody else', () => {
    for (const role of ['team_leader', 'town_office', 'alleviation_office'] as const) expect(mayReveal(person(role), HERE), role).toBe(true)
    for (const role of ['team_member', 'district_leader', 'dept_head', 'org_department', 'sys_admin'] as const) expect(mayReveal(person(role), HERE), role).toBe(false)
    expect(mayReveal(person('town_office', '500114105000'), HERE)).toBe(true)
    expect(mayReveal(person('town_office', '500114106000'), HERE)).toBe(false)
    expect(mayReveal(null, HERE)).toBe(false)
  })
})

describe('a masked value', () => {
  it('is known by its dots, also among several', () => {
    expect(['••••0018', '证••••0018号', ['a', '••••'], '0018', 18, null].map(isMasked)).toEqual([true, true, true, false, false, false])
  })
  it('fits the whole one it can be the mask of', () => {
    expect(['••••0018', '••••', '999••••18', NUMBER].map((shown) => fits(shown, NUMBER))).toEqual([true, true, true, true])
    expect(['••••0019', '0018••••', '999999196001020018••••0018', '甲'].map((shown) => fits(shown, NUMBER))).toEqual([false, false, false, false])
    expect(fits('甲••••1，乙••••2', '甲11111，乙22222')).toBe(true)
    expect(fits('甲••••1，丙••••2', '甲11111，乙22222')).toBe(false)
    expect(fits(['••••0018', 'a'], [NUMBER, 'a'])).toBe(true)
    expect(fits(['••••0018'], [NUMBER, 'a'])).toBe(false)
  })
  it('is shown whole when that spot was told, and no longer once something else stands there', () => {
    expect(find([told(NUMBER)], now, '••••0018')).toBe(NUMBER)
    expect(find([told(NUMBER)], now, '••••0022')).toBeUndefined()
    expect(find([told(NUMBER, { shown_as: 'written', change: 'c' })], now, '••••0018')).toBeUndefined()
    expect(find([told(NUMBER, { shown_as: 'written', change: 'c' })], { path: PATH, as: 'written', change: 'c' }, '••••0018')).toBe(NUMBER)
  })
})

describe('what is asked', () => {
  it('is sent with its purpose and its reason', async () => {
    const sent: unknown[] = []
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      sent.push([init.method, path, JSON.parse(String(init.body))])
      return new Response(JSON.stringify({ id: 'r', values: [told(NUMBER)], canonical: null }))
    })
    const answer = await api.reveal(question({ what: 'record', id: 'a', area: HERE }, [PATH], 'identity', ' 上门核对 '))
    expect(answer.values[0]?.value).toBe(NUMBER)
    expect(sent).toEqual([['POST', '/api/v1/reveals', { what: 'record', id: 'a', digest: null, paths: [PATH], purpose: 'identity', note: '上门核对' }]])
  })
  it('has its purposes to choose from, and says that it is written down', async () => {
    const html = await render(RevealDialog, { source: { what: 'record', id: 'a', area: HERE }, asked: { paths: [PATH], title: '显示完整的公民身份号码' } })
    for (const one of PURPOSES) expect(html).toContain(zh[`reveal.purpose.${one}` as keyof typeof zh])
    for (const words of [zh['reveal.written'], '显示完整的公民身份号码', ids.note, ids.all]) expect(html).toContain(words)
    expect(html).toMatch(new RegExp(`disabled[^>]*data-testid="${ids.go}"`))
  })
  it('has every word in both languages', () => {
    const keys = (words: object): string[] => Object.keys(words).filter((key) => key.startsWith('reveal.') || key.startsWith('version.'))
    expect(keys(en)).toEqual(keys(zh))
  })
  it('is found by names that nothing else on the desk has', () => {
    const all = [...Object.values(ids), ...Object.values(deskIds)]
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('on the screen', () => {
  const shown = (scope: Partial<Scope> | null, value: unknown = '••••0018', spot: Spot | null = now): Promise<string> => {
    const around = defineComponent({
      provide: scope ? { [SCOPE as symbol]: { may: () => true, ask: () => undefined, told: () => undefined, ...scope } } : {},
      render: () => h(ValueText as Component, { field: number, value, label: '公民身份号码', ...(spot && { spot }) }),
    })
    return render(around)
  }
  it('a masked value has a button for who may ask, and for nobody else', async () => {
    expect(await shown({})).toContain('aria-label="显示完整的公民身份号码"')
    for (const html of [await shown(null), await shown({ may: () => false }), await shown({}, '甲'), await shown({}, '••••0018', null)]) expect(html).not.toContain(ids.show)
  })
  it('one that was told is whole on the screen and masked on paper', async () => {
    const html = await shown({ told: () => NUMBER })
    expect(html).toMatch(new RegExp(`data-testid="${ids.value}"[^>]*>${NUMBER}<`))
    expect(html).toMatch(/paper-only[^>]*>•••• 0018</)
    expect(html).not.toContain(ids.show)
  })
  it('a pane offers what its person may ask, and nothing was told when it opens', async () => {
    const pane = defineComponent({
      render: () => h(RevealScope as Component, { source: { what: 'record', id: 'a', area: HERE } }, { default: () => h(ValueText as Component, { field: number, value: '••••0018', spot: now }) }),
    })
    expect(await render(pane)).toContain(ids.show)
    session.me.value = person('team_member')
    const html = await render(pane)
    expect(html).toContain('•••• 0018')
    expect(html).not.toContain(ids.show)
  })
  it('who was told what is listed with purpose and reason', async () => {
    const entry: RevealEntry = { id: 'r', at: Date.UTC(2015, 10, 2, 1, 14), person_name: '杨胜兰', what: 'conflict', object: 'c', record: 'a', area: HERE, paths: [PATH], purpose: 'telling', note: '两个号码不同' }
    const html = await render(RevealList, { list: { reveals: [entry, { ...entry, id: 's', what: 'record', paths: [] }], total: 2 }, form: undefined, answers: {} })
    for (const words of ['完整号码被查看 2 次', '2015-11-02 09:14', '杨胜兰', zh['reveal.purpose.telling'], '两个号码不同', zh['reveal.of.conflict'], zh['reveal.everything']]) expect(html).toContain(words)
  })
})

describe('a version', () => {
  const whole = { members: { m: { id_no: NUMBER, name: '田' } }, address: '三组' }
  const canonical = JSON.stringify({ content: whole, form: 'household/1', record: 'a', v: 1 })
  const version = async (answers: unknown, text: string | null): Promise<Version> => ({ digest: await digestOf(canonical), answers, canonical: text }) as Version
  const masked = { members: { m: { id_no: '••••0018', name: '田' } }, address: '三组' }
  it('that is masked was computed by the server, until its text is here', async () => {
    const shown = await version(masked, null)
    expect(await check(shown, null, shown.digest)).toBe('server')
    expect(await check(shown, canonical, shown.digest)).toBe('here')
    expect(await check(shown, `${canonical} `, shown.digest)).toBe('wrong')
    expect(await check(shown, null, '0'.repeat(64))).toBe('wrong')
  })
  it('that shows something else than was hashed is wrong', async () => {
    for (const answers of [{ ...masked, address: '四组' }, { ...masked, more: 1 }, { address: '三组' }, { ...masked, members: { m: { id_no: '••••0022', name: '田' } } }]) {
      const shown = await version(answers, null)
      expect(await check(shown, canonical, shown.digest)).toBe('wrong')
      expect(agrees(answers, whole)).toBe(false)
    }
    const open = await version(whole, canonical)
    expect(await check(open, open.canonical, open.digest)).toBe('here')
  })
})
