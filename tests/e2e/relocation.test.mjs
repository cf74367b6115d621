// A household moves to another village at the desk: the phone of the old one sends what it wrote and lets go.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

test('a household is moved at the desk, and nothing its old phone wrote is lost', async () => {
  const phone = await PhoneInHand.enrol(stage, 'xiang')
  await phone.offline()
  await phone.household('李秀英')
  await phone.at('edit-household').tap()
  await phone.at('section-home').tap()
  await phone.at('input-phone').fill('19900000077')
  await phone.at('input-phone').blur()
  await phone.at('back').first().tap()
  await phone.at('back').first().tap()

  const desk = await Desk.login(stage, 'town')
  await desk.at('nav-records').click()
  const row = desk.at('record-row').filter({ hasText: '李秀英' })
  await row.click()
  await desk.at('relocate-open').click()
  await desk.shot('relocate-empty')
  assert.ok(await desk.at('relocate-go').isDisabled(), 'a village and a reason are needed')
  await desk.at('relocate-area').selectOption({ label: '石会镇 · 武陵村' })
  await desk.at('relocate-reason').fill('易地扶贫搬迁，安置点在武陵村')
  await desk.shot('relocate')
  await desk.at('relocate-go').click()
  await desk.at('relocation').waitFor()
  await desk.shot('relocated')
  assert.ok((await desk.at('relocation').innerText()).includes('中元村'), 'it says where it came from')
  await row.filter({ hasText: '武陵村' }).waitFor()

  assert.equal(await desk.page.getByText('19900000077').count(), 0, 'the phone has not sent it yet')
  await phone.offline(false)
  await phone.sync()
  await phone.tab('home')
  await phone.page.getByText('李秀英').waitFor({ state: 'detached' })
  await phone.shot('household-moved-away')

  // What was written offline is in the household's history, in its new village.
  await desk.page.getByText('19900000077').waitFor()
})
