// Paper: what a page says of its signatures, the pages of cards and ledgers, and that no number of a document is on it.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import { parseRoute, printHref } from '../src/path'
import { partiesOf, stateText } from '../src/print/paper'
import { ids } from '../src/testids'
import type { Attestation, RecordDetail, Signing } from '../src/schema'
import { detail, FAMILY, HEAD, ID_NUMBER, month } from './dossier_world'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })
vi.mock('../src/api', async () => {
  const { forms, areas, person } = await import('./dossier_world')
  const reference = { tag: '1', me: person, areas, people: [], forms, poverty_lines: [{ year: 2015, fen: 285_500 }], catalogues: [] }
  return { reference: async () => reference, record: async () => ({ summary: { title: '' } }), picture: async () => new Blob() }
})
beforeAll(async () => {
  vi.stubGlobal('location', { hash: '' })
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('history', { replaceState: () => undefined })
  await (await import('../src/reference')).loadReference()
})
afterAll(() => vi.unstubAllGlobals())

const draw = (component: Component, props: Record<string, unknown> = {}): Promise<string> => renderToString(createSSRApp(component, props))
const text = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const count = (html: string, testid: string): number => html.split(`data-testid="${testid}"`).length - 1

const attestation = (more: Partial<Attestation> = {}): Attestation => ({
  id: 'e1', role: 'household_head', party: 'household', signer_name: '田大山', proxy_reason: null, stance: 'agree', method: 'paper_scan', literacy_aid: null, read_by: null,
  witness: null, remark: null, strokes: null, paper: null, signed_at: Date.UTC(2015, 10, 20), received_at: 2, taken_by: '向敏', digest: 'd', code: '1111-11', covers: [], current: true, doubt: null, ...more,
})
const signed = (state: Signing['state'], by: Attestation[], more: Partial<Signing> = {}): RecordDetail => {
  const base = detail('agreement', { industry: '养猪' })
  const parties = base.signing.parties.map((party) => ({ ...party, attestation: by.find((one) => one.party === party.name)?.id ?? null }))
  return { ...base, signing: { ...base.signing, state, parties, attestations: by, ...more } }
}
const sheet = async (paper: RecordDetail, home: RecordDetail = detail('household', FAMILY), incomes: RecordDetail[] = []): Promise<string> => {
  const { default: PaperSheet } = await import('../src/print/PaperSheet.vue')
  return draw(PaperSheet, { paper: { detail: paper, home, incomes }, title: '表', household: '田大山', printedOn: '2015-11-24' })
}

describe('the address of paper', () => {
  it('is a place of its own under the records', () => {
    expect(printHref('ab', { back: 'x' })).toBe('#/print/ab?back=x')
    expect(parseRoute('#/print/ab')).toEqual({ screen: 'records', id: 'ab', version: null, printed: true, query: {} })
    expect(parseRoute('#/print').screen).toBe('reviews')
    expect(parseRoute('#/records/ab').printed).toBe(false)
  })
})

describe('signatures on paper', () => {
  it('name those who are missing, and leave them a line to sign on', async () => {
    const paper = signed('partly', [attestation()])
    expect(stateText(paper.signing)).toBe('部分已签 · 还缺：提供方、见证方(驻村工作队)')
    const html = await sheet(paper)
    expect([count(html, ids.printParty), html.split('签字(手印)：').length - 1]).toEqual([3, 2])
    expect(text(html)).toContain('田大山 (户主) 同意')
    expect(text(html)).toContain('2015-11-20')
  })
  it('of an earlier version are not on this page: it says so and asks anew', async () => {
    const change = { digest: '11'.repeat(32), code: '1111-11', signed_at: 1, differences: [], material: true }
    const paper = signed('changed', [attestation({ current: false })], { changed_since: change })
    expect(stateText(paper.signing)).toContain('签后有改动 · 签的是版本 1111-11，不是本页内容')
    expect(stateText(paper.signing)).toContain('需要重签')
    expect(stateText({ ...paper.signing, changed_since: { ...change, material: false } })).toContain('不是本页内容，改动小，不需重签')
    expect(partiesOf(paper.signing)[0]).toMatchObject({ attestation: null, earlier: { id: 'e1' } })
    const html = await sheet(paper)
    expect(html).toContain('document-loud')
    expect(html.split('签字(手印)：').length - 1).toBe(3)
    expect(text(html)).toContain('田大山 2015-11-20 签的是版本 1111-11，不是本页')
  })
  it('by everybody, by nobody, and where nobody is asked, are each said', async () => {
    const all = ['household', 'provider', 'witness'].map((party, n) => attestation({ id: `e${n}`, party }))
    expect(stateText(signed('signed', all).signing)).toBe('已签齐 · 3 方签的就是本页内容')
    expect(stateText(signed('none', []).signing)).toContain('未签 · 还缺：农户、提供方')
    expect(stateText(signed('partly', all).signing)).toContain('各方须由不同的人签')
    const measure = detail('measure', { content: '养猪' })
    expect(stateText(measure.signing)).toBe('本表不需要签字')
    expect(count(await sheet(measure), ids.printParty)).toBe(0)
  })
})

describe('a page', () => {
  it('of the registration carries the last four digits of numbers only, and nobody who was removed', async () => {
    const home = detail('household', { ...FAMILY, severity_reason: `证号${ID_NUMBER}` })
    const html = await sheet(home, home)
    expect(html).not.toContain(ID_NUMBER.slice(0, -4))
    expect(html).not.toContain(ID_NUMBER.slice(-6))
    expect(text(html)).toContain('•••• 0012')
    expect(text(html)).toContain('证号••••')
    expect(text(html)).not.toContain('走了的')
  })
  it('of a month has stars with their meaning, and sums by the months that arrived', async () => {
    const november = month('2015-11', [{ item: 'business_pepper', amount: 500_000, source: 'cadre_estimate' }, { item: 'wage_local', amount: 100_000, member: HEAD }])
    const html = await sheet(november, detail('household', FAMILY), [month('2015-10', [{ item: 'wage_local', amount: 7 }]), november])
    expect(html.match(/data-estimate="true"/g)).toHaveLength(1)
    expect(text(html)).toMatch(/辣椒 5,000\.00 ★/)
    expect(text(html)).toContain('★ 含干部估计或按标准比例推算的金额。')
    expect(text(html)).toContain('计入人口 2 人：田大山、李秀英')
    expect(text(html)).toContain('本年纯收入 6,000.07 元，大于所需的 5,710.00 元，多 290.07 元。')
  })
  it('of a card is what was signed, or says that there is nothing', async () => {
    const good = JSON.stringify({ kind: 'card', sections: [{ lines: [['干部', `向敏 ${ID_NUMBER}`]], title: '帮扶人' }], year: '2015' })
    expect(text(await sheet(detail('card', { year: '2015', issued_on: '2015-11-01', sheet: good })))).toMatch(/填发日期 2015-11-01.*帮扶人 干部 向敏 ••••/)
    expect(text(await sheet(detail('card', { year: '2015', sheet: good })))).not.toContain('★')
    expect(text(await sheet(detail('card', { year: '2015', sheet: good.replace('干部', '纯收入★') })))).toContain('★ 含干部估计')
    for (const bad of ['', '{', '[]', good.replace('"card"', '1')]) expect(text(await sheet(detail('card', { year: '2015', sheet: bad }))), bad).toContain('这份文件还没有内容')
    expect(text(await sheet(detail('ledger', { year: '2015' })))).toContain('这份文件还没有内容')
  })
  it('has the code of its content and the whole digest', async () => {
    const html = text(await sheet(detail('agreement', { industry: '养猪', provider_gives: '仔猪' })))
    for (const words of ['7F3A-91', '7f3a91'.padEnd(64, '0'), '田大山', '石会镇 · 中元村 三组', '打印于 2015-11-24', '提供方提供']) expect(html).toContain(words)
  })
})
