// Review comes back to the phone: returned with a sentence, fixed, submitted again, one history.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

test('a visit is returned with a remark, fixed on the phone and submitted again', async () => {
  const phone = await PhoneInHand.enrol(stage, 'gong')
  await phone.household('冉光福')
  await phone.fillVisit({ said: '面积三亩' })
  await phone.at('step-next').tap()
  await phone.at('step-next').tap()
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.at('visit-home').tap()
  await phone.sync()

  const desk = await Desk.login(stage, 'ran')
  const row = desk.at('review-row').filter({ hasText: '冉光福' }).first()
  await row.click()
  await desk.at('review-return').click()
  await desk.at('review-remark').fill('面积与上月差一亩，请核实')
  await desk.at('review-return-send').click()
  await row.waitFor({ state: 'detached' })

  await phone.sync()
  await phone.tab('tasks')
  const returned = phone.at('returned-card').first()
  await returned.filter({ hasText: '请核实' }).waitFor()
  await phone.shot('returned')
  await returned.tap()
  await phone.sees('面积与上月差一亩，请核实')
  await phone.page.getByTestId('step-situation').tap()
  await phone.at('input-what_household_said').fill('面积四亩，上月少记一亩')
  await phone.at('input-what_household_said').blur()
  await phone.page.getByTestId('step-check').tap()
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.at('visit-home').tap()
  await phone.sync()

  // The desk hears of it by itself and shows one history.
  const again = desk.at('review-row').filter({ hasText: '冉光福' }).first()
  await again.click()
  await desk.at('review-difference').filter({ hasText: '面积四亩' }).waitFor()
  assert.ok((await desk.at('review-pane').innerText()).includes('请核实'), 'the timeline tells of the return')
  await desk.shot('review-again')
})

test('a register that others began comes back to the phone it was submitted from', async () => {
  const phone = await PhoneInHand.enrol(stage, 'xiang')
  await phone.household('李秀英')
  await phone.at('edit-household').tap()
  await phone.at('section-poverty').tap()
  await phone.at('option-severity-severe').tap()
  await phone.at('back').first().tap()
  await phone.at('submit-record').tap()
  await phone.at('record-submitted').waitFor()
  await phone.sync()

  const desk = await Desk.login(stage, 'li')
  await desk.at('review-row').filter({ hasText: '李秀英' }).first().click()
  await desk.at('review-return').click()
  await desk.at('review-remark').fill('重度的依据请写明')
  await desk.at('review-return-send').click()

  await phone.sync()
  await phone.tab('tasks')
  await phone.at('returned-card').filter({ hasText: '重度的依据请写明' }).tap()
  await phone.at('submit-record').waitFor()
  await phone.sees('重度的依据请写明')
})
