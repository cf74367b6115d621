// A household objects: raised on a phone without a line, decided at the desk by somebody who has no part in it, told, and
// the answer reaches the phone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

const STATEMENT = '我家只有一亩花椒，不是五亩'
const FINDING = '实地丈量1.1亩，登记已更正'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

async function raise(phone) {
  await phone.household('田大山')
  await phone.at('add-dispute').tap()
  await phone.at('dispute-member').waitFor()
  await phone.at('hotline').filter({ hasText: '12317' }).waitFor()
  await phone.shot('dispute-subject')
  await phone.at('dispute-member').tap()
  await phone.at('dispute-line').first().tap()
  await phone.at('input-statement').fill(STATEMENT)
  await phone.at('input-statement').blur()
  await phone.shot('dispute-record')
  await phone.at('submit-record').tap()
  await phone.at('dispute-state').filter({ hasText: '已存本机' }).waitFor()
  await phone.at('back').first().tap()
  await phone.at('in-dispute').filter({ hasText: '异议 1件 · 等待上传' }).waitFor()
}

/** The step's button; then what it needs is filled in by the caller. */
const step = (desk, name) => desk.page.locator(`[data-testid="dispute-step"][data-step="${name}"]`)
const state = (desk, name) => desk.page.locator(`[data-testid="dispute-pane"][data-state="${name}"]`)

test('a dispute goes from the household without a line to its answer', async () => {
  const gong = stage.person('gong').person
  const household = stage.households.find((one) => one.head === '田大山').id
  stage.command('pairing', 'add', '--account', 'gong', '--household', household, '--basis', 'r12', '--primary')
  const phone = await PhoneInHand.enrol(stage, 'xiang')
  await phone.readyForOffline()
  await phone.offline()
  await raise(phone)
  await phone.offline(false)
  await phone.sync()

  const desk = await Desk.login(stage, 'ran')
  await desk.at('nav-disputes').filter({ hasText: '1' }).waitFor()
  await desk.at('nav-disputes').click()
  await desk.at('dispute-statement').filter({ hasText: STATEMENT }).waitFor()
  await desk.shot('dispute-raised')
  await step(desk, 'acknowledge').click()
  await state(desk, 'acknowledged').waitFor()

  // Who has a part in it is named with the reason, and cannot be chosen.
  await step(desk, 'assign').click()
  const barred = (bar) => desk.page.locator(`[data-testid="dispute-barred"][data-bar="${bar}"]`)
  await barred('handler_is_helper').filter({ hasText: '龚勇' }).waitFor()
  await barred('handler_is_author').filter({ hasText: '录入员' }).waitFor()
  await barred('handler_took_it_down').filter({ hasText: '向敏' }).waitFor()
  assert.equal(await desk.page.locator(`[data-testid="dispute-candidate"][data-id="${gong}"]`).count(), 0)
  await desk.shot('dispute-assign')
  await desk.page.locator(`[data-testid="dispute-candidate"][data-id="${stage.person('town').person}"]`).check()
  await desk.at('dispute-send').click()
  await state(desk, 'investigating').waitFor()
  await phone.sync()
  await phone.household('田大山')
  await phone.at('in-dispute').filter({ hasText: '异议 1件 · 调查中' }).waitFor()

  // The register is corrected where it was taken down.
  await phone.engine('put', household, 'address', '中元村三组12号，花椒1.1亩')
  await phone.sync()

  // The handler finds; the leader, who has no part in it either, tells and closes.
  const office = await Desk.login(stage, 'town')
  await office.at('nav-disputes').click()
  await step(office, 'uphold').click()
  await office.at('dispute-finding-input').fill(FINDING)
  await office.at('dispute-corrected').check()
  await office.at('dispute-send').click()
  await state(office, 'upheld').waitFor()
  await state(desk, 'upheld').waitFor()
  await step(desk, 'tell').click()
  await desk.page.locator('[data-testid="dispute-satisfied"][data-value="yes"]').check()
  await desk.at('dispute-send').click()
  await state(desk, 'told').waitFor()
  await desk.shot('dispute-told')
  await step(desk, 'close').click()
  await state(desk, 'closed').waitFor()

  await phone.sync()
  await phone.household('田大山')
  const row = phone.page.locator('[data-testid="dispute-row"][data-state="closed"]')
  await row.filter({ hasText: FINDING }).waitFor()
  await row.scrollIntoViewIfNeeded()
  await phone.shot('dispute-answer')
  assert.equal(await phone.at('in-dispute').count(), 0, 'nothing is in dispute any more')
  await row.tap()
  await phone.at('dispute-told').filter({ hasText: '满意' }).waitFor()
  await phone.shot('dispute-closed')
})
