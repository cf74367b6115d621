// Disputes on the phone's screens: what a household reads of its own words and of the answer.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Component, createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { DisputeStanding, RecordCard, RecordView } from '@engine/phone/api'
import form from '../../../../mobile-schema/generated/forms/household.1.json'

const draw = async (part: Component, props: object): Promise<string> => (await renderToString(createSSRApp(part, { ...props }))).replace(/<!--.*?-->/g, '')
const standing = (more: Partial<DisputeStanding>): DisputeStanding => ({ state: 'investigating', dueOn: null, handler: null, finding: null, toldOn: null, satisfied: null, ...more })
const card = (told: DisputeStanding | null, more: Partial<RecordCard> = {}): RecordCard => ({
  id: 'd', kind: 'dispute', area: '999999201003', household: 'h', title: '田大爷', date: '2016-09-05', note: null, review: 'submitted', send: 'sent', submitting: false, remark: null,
  conflicts: 0, mine: true, createdAt: 1, savedAt: 1, dispute: { subject: 'income_line', statement: '只有一亩', standing: told, open: told?.state !== 'closed' }, ...more,
})

describe('a dispute', () => {
  beforeAll(async () => {
    vi.stubGlobal('location', { hash: '', origin: 'https://bidao.test' })
    vi.stubGlobal('addEventListener', () => undefined)
    vi.useFakeTimers({ now: Date.parse('2016-09-08T09:14:00+08:00') })
    const { addWords } = await import('@ui/i18n')
    addWords({ 'zh-CN': (await import('../src/i18n/zh-CN.json')).default, en: () => import('../src/i18n/en.json') })
  })
  afterAll(() => { vi.useRealTimers(); vi.unstubAllGlobals() })

  it('says on the household how many are open and how far the newest is', async () => {
    const { openWords } = await import('../src/disputes/standing')
    expect(openWords([card(standing({})), card(standing({ state: 'closed' })), card(standing({ state: 'told' }))])).toBe('异议 2件 · 调查中')
    expect(openWords([card(null)])).toBe('异议 1件 · 等待上传')
    expect(openWords([card(standing({ state: 'closed' }))])).toBeNull()
  })

  it('has one badge: overdue before the state, and what only this phone has as any record', async () => {
    const { recordBadge } = await import('../src/badges')
    expect(recordBadge(card(standing({ state: 'raised', dueOn: '2016-09-07' })))).toEqual({ text: '已超期', tone: 'warn' })
    expect(recordBadge(card(standing({ state: 'raised', dueOn: '2016-09-08' })))).toEqual({ text: '已提出', tone: 'brand' })
    expect(recordBadge(card(standing({ state: 'rejected', finding: '不实' })))).toEqual({ text: '不成立', tone: 'brand' })
    expect(recordBadge(card(null, { send: 'waiting' })).text).toBe('等待上传')
    expect(recordBadge(card(null)).text).toBe('已提出')
  })

  it('tells deadline, handler, finding and whether the household was told', async () => {
    const { default: HouseholdDisputes } = await import('../src/disputes/HouseholdDisputes.vue')
    const drawn = await draw(HouseholdDisputes, { household: 'h', disputes: [
      card(standing({ dueOn: '2016-09-30', handler: '谭干事' })),
      card(standing({ state: 'upheld', finding: '丈量为1.1亩' })),
      card(standing({ state: 'told', finding: '不实', toldOn: '2016-09-06', satisfied: 'no' })),
    ] })
    for (const words of ['“只有一亩”', '9月30日前要有结果', '经办人：谭干事', '结果：丈量为1.1亩', '还没有告知农户', '9月6日已告知农户，不满意', 'data-testid="add-dispute"']) expect(drawn).toContain(words)
  })

  it('can be taken back only while it waits, and always names the hotline', async () => {
    const { default: DisputeBox } = await import('../src/disputes/DisputeBox.vue')
    const waiting = await draw(DisputeBox, { card: card(null, { send: 'waiting', submitting: true }), digest: '7f3a91'.padEnd(64, '0') })
    for (const words of ['已存本机', 'data-testid="withdraw"', '对版本 7F3A-91 提出', '12317']) expect(waiting).toContain(words)
    const late = await draw(DisputeBox, { card: card(standing({ state: 'raised', dueOn: '2016-09-01' })) })
    expect(late).toContain('9月1日就该有答复，已超期')
    expect(late).not.toContain('withdraw')
    expect(await draw(DisputeBox, { card: card(null, { review: 'draft' }) })).not.toContain('dispute-state')
  })

  it('points at members of a register, and at nothing where there are no lines', async () => {
    const { isAboutRecord, linesOf } = await import('../src/disputes/standing')
    const members = { a: { name: '田大爷', relation: '02', sex: '1' }, b: { name: '已迁出', deleted_at: '2016-01-01' } }
    const view = { answers: { members } } as unknown as RecordView
    expect(linesOf('member', form as never, view)).toEqual([{ id: 'a', text: '田大爷 · 户主 · 男' }])
    expect(linesOf('severity', form as never, view)).toEqual([])
    expect([isAboutRecord('severity'), isAboutRecord('conduct')]).toEqual([true, false])
  })
})
