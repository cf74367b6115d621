// The main path: a visit made on an offline phone reaches the leader's screen and the duty report.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { onDisk } from './disk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

test('a visit made offline survives a killed browser, is synced, approved, and counted', async () => {
  const phone = await PhoneInHand.enrol(stage, 'xiang')
  await phone.readyForOffline()
  await phone.shot('home')
  await phone.offline()
  await stage.stop()

  await phone.household('田大山')
  await phone.shot('household')
  await phone.fillVisit({ said: '孙子学费有困难' })
  await phone.shot('visit-situation')
  const folder = phone.browser.folder
  await phone.kill()
  // Its storage is there, and says nothing of anybody.
  assert.notDeepEqual(onDisk(`${folder}/Default/IndexedDB`, 'outbox'), [])
  for (const text of ['孙子学费有困难', '孙子学费', '田大山', '中元村三组12号', '999999194403120012']) assert.deepEqual(onDisk(folder, text), [], text)

  // The server is dead and the browser starts again: everything is still there.
  await phone.open()
  await phone.shot('unlock')
  await phone.unlock()
  await phone.sees('已恢复到')
  assert.equal(await phone.at('input-what_household_said').inputValue(), '孙子学费有困难')
  await phone.at('step-next').tap()
  await phone.at('step-next').tap()
  await phone.shot('visit-check')
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.shot('visit-submitted')

  await stage.start()
  await phone.offline(false)
  await phone.at('visit-home').tap()
  await phone.sync()
  await phone.shot('sync')
  await phone.tab('me')
  await phone.shot('me')
  await phone.tab('tasks')
  await phone.at('open-stay').tap()
  await phone.at('stay-save').waitFor()
  await phone.shot('stay')

  const desk = await Desk.login(stage, 'ran')
  const row = desk.at('review-row').filter({ hasText: '田大山' }).first()
  await row.click()
  await desk.at('review-difference').filter({ hasText: '孙子学费有困难' }).waitFor()
  await desk.shot('review')
  await desk.at('review-approve').click()
  await row.waitFor({ state: 'detached' })

  // The trip of the day went along; nobody had to think of it.
  await desk.at('review-row').filter({ hasText: '到村记录' }).filter({ hasText: '向敏' }).waitFor()
  await desk.at('nav-records').click()
  await desk.at('record-row').first().waitFor()
  await desk.shot('records')
  await desk.at('nav-duties').click()
  const duty = desk.at('duty-row').filter({ hasText: '向敏' })
  await duty.waitFor()
  await desk.at('duty-work').filter({ hasText: '中元村' }).first().waitFor()
  await desk.shot('duties')
  await desk.at('nav-devices').click()
  await desk.at('device-row').filter({ hasText: '向敏' }).first().waitFor()
  await desk.shot('devices')

  await phone.sync()
  await phone.household('田大山')
  await phone.at('visit-row').first().tap()
  await phone.sees('队长已通过')
})
