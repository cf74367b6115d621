// Disputes at the desk: what stands in the list, who is offered, what a step asks of the server.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSSRApp, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import type { DisputeDetail, DisputeRow } from '../src/schema'
import { screensOf } from '../src/screens'
import { ids } from '../src/testids'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })
vi.mock('../src/api', async () => {
  const world = await import('./survey_world')
  const forms = [(await import('../../../../mobile-schema/generated/forms/dispute.1.json')).default]
  return { reference: async () => ({ tag: '1', me: world.cadre, areas: world.areas, people: world.people, forms }) }
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

const row = (more: Partial<DisputeRow> = {}): DisputeRow => ({
  id: 'd'.repeat(32), version: 3, household: 'h'.repeat(32), household_title: '田大山', village: '990114105201', subject: 'income_line', statement: '只有一亩',
  raised_on: '2015-12-01', raised_at: 0, author: { id: 'x', name: '向敏' }, state: 'investigating', due_on: '2015-12-29', overdue: false, handler: null, told_on: null, satisfied: null, ...more,
})
const detail = (more: Partial<DisputeDetail> = {}): DisputeDetail => ({
  dispute: row(), raised_by: 'household', channel: 'on_visit', claimed_fen: null, helpers: [], edited_since: false, finding: null, resulting: null, resulting_digest: null, events: [],
  document: { id: 'r'.repeat(32), kind: 'household', title: '田大山', digest: null, line_ids: [], authors: [] }, steps: [], candidates: [], ...more,
})

describe('the list', () => {
  it('says overdue in a word and a border, and until when', async () => {
    const { default: DisputeTable } = await import('../src/disputes/DisputeTable.vue')
    const html = await draw(DisputeTable, { rows: [row({ overdue: true }), row({ id: 'e'.repeat(32), state: 'told', due_on: null, told_on: '2015-12-05', satisfied: 'yes' })], chosen: null })
    expect(text(html)).toContain('田大山')
    expect(text(html)).toContain('收入(某一笔) 只有一亩 超期 调查中 应于 2015-12-29 前办理，已超期 未定')
    expect(text(html)).toContain('已告知 2015-12-05 告知，满意')
    expect(html.match(/class="late"/g)).toHaveLength(1)
    expect(html).toContain(`data-testid="${ids.disputeRow}"`)
  })
  it('is there for everybody who reads records', () => {
    expect(screensOf(['team_member'])).toContain('disputes')
    expect(screensOf(['dept_head'])).toContain('disputes')
    expect(screensOf(['org_department', 'sys_admin'])).not.toContain('disputes')
  })
})

describe('a step', () => {
  it('offers whoever may, and says of the others why not', async () => {
    const { default: StepForm } = await import('../src/disputes/StepForm.vue')
    const { barWords } = await import('../src/disputes/standing')
    const html = await draw(StepForm, { detail: detail({ steps: ['assign', 'uphold'] }) })
    expect([...html.matchAll(/data-step="([a-z_]+)"/g)].map((one) => one[1])).toEqual(['assign', 'uphold'])
    const told = await draw(StepForm, { detail: detail({ dispute: row({ state: 'told' }), steps: ['tell', 'close'] }) })
    expect(text(told)).toMatch(/办结 再次告知/)
    const bars = ['handler_is_helper', 'handler_is_author', 'handler_took_it_down', 'handler_out_of_reach'] as const
    const said = bars.map((bar) => barWords({ id: 'x', name: '某', bar }))
    expect(new Set(said).size).toBe(bars.length)
    expect(said[0]).toBe('帮扶人不能办理本户的异议。')
    expect(barWords({ id: 'x', name: '某', bar: null })).toBe('')
  })
  it('is complete only with what the server asks for', async () => {
    const { emptyDraft, isComplete } = await import('../src/disputes/standing')
    const draft = emptyDraft('2015-12-05')
    expect([isComplete('acknowledge', draft), isComplete('close', draft)]).toEqual([true, true])
    expect([isComplete('assign', draft), isComplete('assign', { ...draft, handler: 'x' })]).toEqual([false, true])
    for (const step of ['uphold', 'uphold_partly', 'reject', 'withdraw'] as const) {
      expect([isComplete(step, { ...draft, finding: ' ' }), isComplete(step, { ...draft, finding: '属实' })], step).toEqual([false, true])
    }
    expect([isComplete('tell', draft), isComplete('tell', { ...draft, satisfied: 'no' }), isComplete('tell', { ...draft, satisfied: 'no', toldOn: '' })]).toEqual([false, true, false])
  })
  it('sends its own parts alone, and the version that was shown', async () => {
    const { emptyDraft, request } = await import('../src/disputes/standing')
    const draft = { ...emptyDraft('2015-12-05'), handler: 'x', finding: ' 属实 ', corrected: true, satisfied: 'yes' as const }
    const nothing = { handler: null, finding: null, resulting: null, told_on: null, satisfied: null }
    expect(request(detail(), 'assign', draft)).toEqual({ ...nothing, expected: 3, step: 'assign', handler: 'x' })
    expect(request(detail(), 'uphold', draft)).toEqual({ ...nothing, expected: 3, step: 'uphold', finding: '属实', resulting: 'r'.repeat(32) })
    expect(request(detail(), 'reject', draft)).toEqual({ ...nothing, expected: 3, step: 'reject', finding: '属实' })
    expect(request(detail({ document: null }), 'uphold', draft)).toMatchObject({ resulting: null })
    expect(request(detail(), 'tell', draft)).toEqual({ ...nothing, expected: 3, step: 'tell', told_on: '2015-12-05', satisfied: 'yes' })
  })
  it('that was refused names the person in words', async () => {
    const { sentence } = await import('../src/problem')
    const refused = { type: '', title: '', status: 422, code: 'handler_is_author', request_id: '', field: 'handler' } as const
    expect(sentence(refused)).toBe('填写这份资料的人不能办理对它的异议。（经办人）')
    expect(sentence({ ...refused, field: 'step' })).toContain('（您本人）')
  })
})
