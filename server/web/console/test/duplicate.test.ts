// Households that two phones may have added: what is said of a pair, which rows differ, what is sent.
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { addWords } from '@ui/i18n'
import householdForm from '../../../../mobile-schema/generated/forms/household.1.json'
import * as api from '../src/api'
import { memberRows, rows, type Side } from '../src/duplicates/comparison'
import { confirmation, doneWords, findPair, keyOf, nextOpen, present, reasons, request, verdictLine, within } from '../src/duplicates/pair'
import { useSettling } from '../src/duplicates/settling'
import en from '../src/i18n/en.json'
import zh from '../src/i18n/zh-CN.json'
import { parseRoute, href } from '../src/path'
import { made } from '../src/problem'
import { loadReference } from '../src/reference'
import type { Answers, DuplicatePair, Form, MaskedNumber, Reference } from '../src/schema'
import { screensOf } from '../src/screens'
import { ids } from '../src/testids'

vi.mock('../src/session/session', () => ({ accessToken: async () => 'token', distrust: () => undefined, me: { value: null } }))
addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })

const form = householdForm as unknown as Form
const [TOWN, VILLAGE, NEXT] = ['500114105000', '500114105201', '500114105202']
const reference = {
  tag: '1', forms: [form], people: [{ id: 'p', name: '杨胜兰' }],
  areas: [{ code: TOWN, name: '冯家镇', level: 'township', parent: null }, { code: VILLAGE, name: '照耀村', level: 'village', parent: TOWN }, { code: NEXT, name: '寨子村', level: 'village', parent: TOWN }],
} as unknown as Reference
const sent: { method: string; path: string; body: unknown }[] = []
let answer: { status: number; body: unknown } = { status: 200, body: reference }
beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    sent.push({ method: init.method ?? 'GET', path, body: init.body ? JSON.parse(String(init.body)) : null })
    return new Response(JSON.stringify(answer.body), { status: answer.status })
  })
})
beforeAll(async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(reference)))
  await loadReference()
})

const summary = (id: string, title: string, author: string, area: string = VILLAGE): DuplicatePair['one'] =>
  ({ id, kind: 'household', area, household: id, title, author: 'x', author_name: author, review: 'submitted', conflicts: 0, findings: 0, disputes: 0, updated_at: 1 })
const pair = (one = 'a', other = 'b', more: Partial<DuplicatePair> = {}): DuplicatePair => ({
  one: summary(one, '冉光荣', '张启明'), other: summary(other, '然光荣', '周小娟'),
  likeness: ['id_number'], verdict: null, kept: null, settled_by: null, settled_at: null, ...more,
})
const settled = (more: Partial<DuplicatePair> = {}): DuplicatePair =>
  pair('a', 'b', { verdict: 'same', kept: 'b', settled_by: 'p', settled_at: Date.UTC(2015, 9, 12, 1, 14), ...more })

const person = (name: string, relation: string, birth_date: string, more: Answers = {}): Answers => ({ name, relation, birth_date, ...more })
const side = (id: string, answers: Answers, made_at = Date.UTC(2015, 9, 12, 1, 14)): Side => ({
  summary: summary(id, '', '张启明'), answers, numbers: [], changes: [{ path: 'x', old: null, new: 1, person_name: '', device: '', made_at, received_at: 0, change: '' }],
})

describe('a pair', () => {
  it('says in words why it is asked about', () => {
    const all = pair('a', 'b', { likeness: ['id_number', 'head_and_member', 'members'] })
    expect(reasons(all)).toEqual(['身份证号相同', '户主读音相同且成员相同', '两名以上成员读音和出生日期相同'])
    expect(reasons(settled({ likeness: [] }))).toEqual(['登记改过以后，已看不出相同之处'])
  })
  it('is found by its own name, or by a record of it', () => {
    const list = { open: [pair('c', 'd')], settled: [settled()] }
    expect(findPair(list, parseRoute(href('duplicates', keyOf(settled()))).id)).toBe(list.settled[0])
    expect(findPair(list, 'd')).toBe(list.open[0])
    expect(findPair(list, 'nobody')).toBeNull()
  })
  it('gives way to the next open one when it is settled', () => {
    const open = [pair('a', 'b'), pair('c', 'd'), pair('e', 'f')]
    expect(nextOpen(open, 'c-d')).toBe(open[2])
    expect(nextOpen(open, 'e-f')).toBe(open[1])
    expect(nextOpen([pair()], 'a-b')).toBeNull()
  })
  it('belongs to the areas of both records and to those above', () => {
    const pairs = [pair(), pair('c', 'd', { other: summary('d', '', '', NEXT) })]
    expect([TOWN, VILLAGE, NEXT, ''].map((area) => within(pairs, area).length)).toEqual([2, 2, 1, 2])
  })
  it('that was settled says what was said, by whom and when', () => {
    expect(verdictLine(settled())).toBe('是同一户，保留右边（然光荣） · 杨胜兰 2015-10-12 09:14')
    expect(verdictLine(settled({ verdict: 'distinct', kept: null }))).toBe('不是同一户 · 杨胜兰 2015-10-12 09:14')
    expect([pair(), settled(), settled({ kept: 'a' }), settled({ verdict: 'distinct', kept: null })].map(present)).toEqual([null, 'right', 'left', 'distinct'])
  })
  it('is for those who review', () => {
    for (const role of ['team_leader', 'town_office', 'alleviation_office'] as const) expect(screensOf([role])).toContain('duplicates')
    for (const role of ['team_member', 'dept_head', 'sys_admin'] as const) expect(screensOf([role])).not.toContain('duplicates')
  })
  it('has its words in both languages', () => {
    const own = (table: Record<string, string>) => Object.keys(table).filter((key) => key.startsWith('duplicate.')).sort()
    expect(own(en)).toEqual(own(zh))
  })
})

describe('rows', () => {
  const one = { group_name: '3组', address: '上坝12号', in_system: 'in', head_member_id: 'm', members: { m: person('冉光荣', '02', '1968-03-02') } }
  const other = { group_name: ' 3组', address: '上坝', in_system: 'in', severity: 'light', members: { n: person('然光荣', '02', '1968-03-02') } }
  it('differ by what is written, not by the ids of members or by who added them', () => {
    const all = rows(form, side('a', one), side('b', other, Date.UTC(2015, 9, 13)))
    expect(all.map((row) => row.name)).toEqual(['head', 'village', 'group_name', 'address', 'phone', 'in_system', 'severity', 'main_cause', 'added'])
    expect(all.filter((row) => row.differs).map((row) => row.label)).toEqual(['户主', '家庭住址', '贫困程度'])
    expect([all[0]?.left, all[0]?.right, all[8]?.left]).toEqual(['冉光荣', '然光荣', '张启明 · 2015-10-12 09:14'])
  })
  const members = (left: Answers, right: Answers, numbers: MaskedNumber[][] = [[], []]) =>
    memberRows(form, { answers: { members: left }, numbers: numbers[0] ?? [] }, { answers: { members: right }, numbers: numbers[1] ?? [] }).map((row) => [row.left?.name ?? '-', row.right?.name ?? '-', row.differing.join(), row.hidden])
  it('put members beside each other who are one person, and say what differs', () => {
    const left = { a: person('冉小军', '20', '1996-01-20'), b: person('冉光荣', '02', '1968-03-02'), c: person('李翠花', '10', '1970-07-15') }
    const right = { x: person('李翠花', '10', '1970-07-15'), y: person('然光荣', '02', '1968-03-02'), z: person('冉欣怡', '42', '2019-06-01'), gone: person('冉小军', '20', '1996-01-20', { deleted_at: '2015-10-01' }) }
    expect(members(left, right)).toEqual([
      ['冉光荣', '然光荣', 'name', false], ['李翠花', '李翠花', '', false], ['冉小军', '-', '', false], ['-', '冉欣怡', '', false],
    ])
  })
  it('know one number under two names, and two numbers with the same last four', () => {
    const number = (id_no: string): Answers => ({ name: '甲', relation: '02', id_no })
    const said = (of: string, born_on: string, same_as: string): MaskedNumber[] => [{ path: `members/${of}/id_no`, born_on, same_as }]
    const same = [said('a', '1900-01-01', 'x'), said('b', '1900-01-01', 'x')]
    expect(members({ a: number('••••001x') }, { b: { ...number('••••001X'), name: '乙丙' } }, same)).toEqual([['甲', '乙丙', 'name', false]])
    const others = [said('a', '1900-01-01', 'x'), said('b', '1900-01-01', 'y')]
    expect(members({ a: number('••••0015') }, { b: number('••••0015') }, others)).toEqual([['甲', '甲', 'id_no', true]])
    expect(members({ a: number('••••0015') }, { b: number('••••0015') }, [said('a', '1900-01-01', 'x'), said('b', '1901-01-01', 'y')])[0]?.[2]).toBe('born,id_no')
  })
})

describe('settling', () => {
  it('sends the record that is kept, and only with one family', () => {
    const ends = { one: 'a', other: 'b', expected: null }
    expect(request(pair(), 'left')).toEqual({ ...ends, verdict: 'same', kept: 'a' })
    expect(request(pair(), 'right')).toEqual({ ...ends, verdict: 'same', kept: 'b' })
    expect(request(pair(), 'distinct')).toEqual({ ...ends, verdict: 'distinct', kept: null })
  })
  it('sends the verdict that was on the screen, so that nobody overrules one they have not seen', () => {
    const at = Date.UTC(2015, 9, 12, 1, 14)
    expect(request(settled(), 'left').expected).toEqual({ verdict: 'same', kept: 'b', settled_at: at })
    expect(request(settled({ verdict: 'distinct', kept: null }), 'left').expected).toEqual({ verdict: 'distinct', kept: null, settled_at: at })
  })
  it('asks before, and goes to the server once it is confirmed', async () => {
    answer = { status: 200, body: { open: [], settled: [] } }
    const { ask, confirm, asked, leave } = useSettling(() => pair())
    expect(await confirm()).toBe(false)
    ask('right')
    leave()
    expect([asked.value, await confirm()]).toEqual([null, false])
    ask('right')
    expect(sent).toEqual([])
    expect(await confirm()).toBe(true)
    expect(sent).toEqual([{ method: 'POST', path: '/api/v1/duplicates', body: { one: 'a', other: 'b', verdict: 'same', kept: 'b', expected: null } }])
    await api.duplicates()
    expect(sent[1]).toEqual({ method: 'GET', path: '/api/v1/duplicates', body: null })
  })
  it('that the server refuses stays asked, with its problem', async () => {
    answer = { status: 404, body: { type: 't', title: 't', status: 404, code: 'not_found', request_id: 'r' } }
    const { ask, confirm, asked, failed, busy } = useSettling(() => pair())
    ask('left')
    expect(await confirm()).toBe(false)
    expect([asked.value, failed.value?.code, busy.value]).toEqual(['left', 'not_found', false])
  })
  it('says in plain words what will happen and what has', () => {
    const same = confirmation(pair(), 'left')
    expect(same.title).toBe('是同一户，保留左边“冉光荣”？')
    expect(same.sentences).toEqual([
      '不会删除任何内容；走访和登记都算到保留的一户；以后离线手机对任何一份的修改都会保留。',
      '统计时两份只算一户。没有保留的那份（右边，周小娟登记）仍可打开查看。',
      '判错了，可以在“已处理”里改判。',
    ])
    expect(confirmation(settled(), 'distinct').sentences.at(-1)).toContain('取代原来的：是同一户，保留右边（然光荣）')
    expect(doneWords(pair(), 'distinct')).toBe('已判定：“冉光荣”和“然光荣”不是同一户。')
  })
})

describe('the screen', () => {
  const render = (component: Component, props: Record<string, unknown>): Promise<string> => renderToString(createSSRApp(component, props))
  it('marks a row that differs with a word besides its colour, and opens both records', async () => {
    const { default: PairTable } = await import('../src/duplicates/PairTable.vue')
    const html = await render(PairTable, { pair: settled(), rows: rows(form, side('a', { address: '上坝12号' }), side('b', { address: '上坝' })) })
    const row = html.split('<tr').find((one) => one.includes('data-path="address"')) ?? ''
    expect(row).toMatch(/class="differs".*不同.*上坝12号.*上坝</s)
    expect(html.split('<tr').find((one) => one.includes('data-path="village"'))).not.toContain('不同')
    expect(html).toContain('href="#/records/a"')
    expect(html).toContain('href="#/records/b"')
  })
  it('shows members by the last four characters of their numbers only', async () => {
    const { default: MemberTable } = await import('../src/duplicates/MemberTable.vue')
    const of = (same_as: string) => ({
      answers: { members: { a: { name: '甲', relation: '02', id_no: '••••0015' } } }, numbers: [{ path: 'members/a/id_no', born_on: '1900-01-01', same_as }],
    })
    const html = await render(MemberTable, { form, pair: pair(), rows: memberRows(form, of('x'), of('y')) })
    expect(html).toContain('1900-01-01')
    expect(html).toContain('不同：')
    expect(html).toContain('•••• 0015')
    expect(html).toContain('没有显示的几位不同')
    expect(html).not.toMatch(/\d{18}/)
  })
  it('shows what the server had against it in the dialog', async () => {
    const { default: SettleDialog } = await import('../src/duplicates/SettleDialog.vue')
    const html = await render(SettleDialog, { pair: pair(), choice: 'left', busy: false, failed: made('unavailable', 503) })
    expect(html).toContain(ids.problem)
    expect(html).toContain(zh['problem.unavailable'])
  })
  it('offers the three answers, and of a settled pair the two not given', async () => {
    const { default: SettleBar } = await import('../src/duplicates/SettleBar.vue')
    const answers = [ids.duplicateKeepLeft, ids.duplicateKeepRight, ids.duplicateDistinct]
    const open = await render(SettleBar, { present: null, disabled: false })
    expect(answers.filter((one) => open.includes(one))).toEqual(answers)
    const anew = await render(SettleBar, { present: 'right', disabled: false })
    expect(answers.filter((one) => anew.includes(one))).toEqual([ids.duplicateKeepLeft, ids.duplicateDistinct])
    expect(anew).toContain('改判')
  })
})
