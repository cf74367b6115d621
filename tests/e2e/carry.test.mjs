// A phone without a line hands its work to a colleague's phone, which brings it and cannot read it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

const SAID = '今年花椒收了两亩'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

/** Saves what the phone exports; where it lies. */
async function exported(phone, name) {
  const [download] = await Promise.all([phone.page.waitForEvent('download'), phone.at('export-unsent').tap()])
  const path = join(phone.browser.folder, name)
  await download.saveAs(path)
  return path
}

test('a visit and its photo reach the desk by a colleague\'s phone, and their author hears of it', async () => {
  const author = await PhoneInHand.enrol(stage, 'gong')
  await author.readyForOffline()
  await author.offline()
  await author.household('冉光福')
  await author.fillVisit({ said: SAID })
  const { id: visit } = (await author.engine('drafts')).find((one) => one.kind === 'visit')
  await author.seedPhoto(visit, 7)
  await author.at('step-next').tap()
  await author.at('step-next').tap()
  await author.at('submit-visit').tap()
  await author.at('visit-submitted').waitFor()
  await author.at('visit-home').tap()
  await author.tab('sync')
  await author.at('export-unsent').scrollIntoViewIfNeeded()
  const path = await exported(author, 'carried.cbor')
  await author.at('carry-said').filter({ hasText: '已封好' }).waitFor()
  await author.at('carry-said').scrollIntoViewIfNeeded()
  await author.shot('carry-exported')

  // The file names nobody and says nothing; the same search finds the words in the author's own memory.
  const file = readFileSync(path)
  const device = stage.person('gong').person
  for (const planted of [SAID, '冉光福', 'visit', 'what_household_said', visit, device, 'gong']) {
    assert.equal(file.includes(Buffer.from(planted)), false, `the file says ${planted}`)
  }
  assert.equal((await author.engine('record', visit)).answers.what_household_said, SAID)

  const carrier = await PhoneInHand.enrol(stage, 'xiang')
  await carrier.readyForOffline()
  await carrier.tab('sync')
  await carrier.offline()
  await carrier.at('import-carried').setInputFiles(path)
  await carrier.at('carry-said').filter({ hasText: '已接下' }).waitFor()
  await carrier.at('carriage').filter({ hasText: '还在替同事捎带' }).waitFor()
  await carrier.at('carriage').scrollIntoViewIfNeeded()
  await carrier.shot('carry-taken')
  await carrier.offline(false)
  await carrier.sync()
  await carrier.at('carriage').filter({ hasText: '已替同事送到' }).waitFor()
  assert.equal(await carrier.at('carriage').filter({ hasText: '还在替同事捎带' }).count(), 0)
  await carrier.at('carriage').scrollIntoViewIfNeeded()
  await carrier.shot('carry-delivered')

  const desk = await Desk.login(stage, 'ran')
  await desk.at('nav-reviews').click()
  await desk.at('review-row').filter({ hasText: '冉光福' }).first().click()
  await desk.at('review-difference').filter({ hasText: SAID }).waitFor()

  // A file somebody spoilt on the way: the carrier is told, and nothing is lost.
  const spoilt = Buffer.from(file)
  spoilt[spoilt.length - 3] ^= 1
  const bad = join(carrier.browser.folder, 'spoilt.cbor')
  writeFileSync(bad, spoilt)
  await carrier.at('import-carried').setInputFiles(bad)
  await carrier.at('carry-said').filter({ hasText: '已接下' }).waitFor()
  await carrier.sync()
  await carrier.at('carriage').filter({ hasText: '已损坏' }).waitFor()
  await carrier.at('carriage').scrollIntoViewIfNeeded()
  await carrier.shot('carry-damaged')

  await author.offline(false)
  await author.sync()
  const state = await author.engine('syncState')
  assert.deepEqual([state.waiting, state.problems, state.files.total], [[], [], 0])
  const [photo] = await author.engine('photos', visit)
  assert.equal(photo.state, 'stored')
})
