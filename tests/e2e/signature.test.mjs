// A signature belongs to one version: taken by a finger on an offline phone, seen at the desk under the same
// code, outlived by a later edit that both say, and left behind on a slip that names nobody's number.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

/** Of the household in `stage`; made up. */
const ID_NUMBER = '999999194403120012'
const line = (y) => Array.from({ length: 24 }, (_, at) => [0.15 + at * 0.03, y + 0.06 * Math.sin(at)])
const SIGNATURE = [line(0.4), line(0.55), [[0.3, 0.3], [0.32, 0.5], [0.35, 0.75]]]

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

async function sign(phone) {
  await phone.at('sign').tap()
  await phone.at('signer').first().tap()
  await phone.shot('sign-who')
  await phone.at('sign-next').tap()
  await phone.at('method-finger_on_screen').tap()
  await phone.at('sign-next').tap()
  await phone.at('aloud-text').filter({ hasText: '孙子学费有困难' }).waitFor()
  await phone.at('aid-read_by_self').tap()
  await phone.shot('sign-aloud')
  const code = await phone.at('version-code').innerText()
  await phone.at('sign-next').tap()
  await phone.at('stance-agree').tap()
  await phone.shot('sign-stance')
  await phone.at('sign-next').tap()
  await phone.at('pad-done').tap()
  await phone.at('pad-wrong').filter({ hasText: '还没有签' }).waitFor()
  await phone.draw(SIGNATURE)
  await phone.shot('sign-pad')
  await phone.at('pad-done').tap()
  await phone.at('signed').filter({ hasText: '离线已存' }).waitFor()
  await phone.shot('signed')
  assert.equal(await phone.at('signed-code').innerText(), code)
  return code
}

async function review(desk) {
  await desk.page.reload()
  await desk.at('review-row').filter({ hasText: '田大山' }).filter({ hasText: '走访' }).first().click()
}

test('a finger signs a version offline; the desk has it, a later edit is said to have come after, the slip has no number', async () => {
  const phone = await PhoneInHand.enrol(stage, 'xiang')
  await phone.readyForOffline()
  await phone.offline()
  await stage.stop()
  await phone.household('田大山')
  await phone.fillVisit({ said: '孙子学费有困难' })
  await phone.at('step-check').tap()
  const code = await sign(phone)

  await phone.at('open-slip').tap()
  await phone.at('slip').waitFor()
  await phone.shot('slip')
  for (const size of ['receipt', 'a6', 'a4']) {
    const text = await phone.printedSlip(size)
    for (const words of [code, '田大山', '同意', '投诉电话', '12317']) assert.ok(text.includes(words), `${size} lacks ${words}: ${text}`)
    assert.ok(!/\d{15}/.test(text) && !text.includes(ID_NUMBER.slice(-6)), `a number on ${size}: ${text}`)
    // Nothing sensitive: what the household said in confidence stays in the record.
    assert.ok(!text.includes('孙子学费'), `${size}: ${text}`)
  }
  await phone.at('back').tap()
  await phone.at('signing-state').filter({ hasText: code }).waitFor()
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await stage.start()
  await phone.offline(false)
  await phone.at('visit-home').tap()
  await phone.sync()

  const desk = await Desk.login(stage, 'ran')
  await review(desk)
  const signature = desk.at('attestation').filter({ hasText: '田大山' })
  await signature.filter({ hasText: code }).waitFor()
  assert.deepEqual([await signature.getAttribute('data-stance'), await signature.getAttribute('data-current')], ['agree', 'true'])
  await desk.at('signing-state').and(desk.page.locator('[data-state=signed]')).first().waitFor()
  await signature.getByTestId('picture').waitFor()
  await desk.shot('signature')

  // The household remembers something; the visit is taken back, changed and handed in again.
  await phone.household('田大山')
  await phone.at('visit-row').or(phone.at('continue-draft')).first().tap()
  await phone.at('withdraw').tap()
  await phone.at('step-situation').tap()
  await phone.at('option-topics-schooling').tap()
  await phone.at('step-check').tap()
  await phone.at('changed-since').filter({ hasText: code }).waitFor()
  await phone.at('signing').filter({ hasText: '需要重签' }).waitFor()
  assert.match(await phone.at('changed-field').innerText(), /谈到的事/)
  await phone.shot('changed-since')
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.at('visit-home').tap()
  await phone.sync()

  await review(desk)
  await desk.at('signing-changed').filter({ hasText: code }).waitFor()
  await desk.at('signing-difference').filter({ hasText: '谈到的事' }).waitFor()
  await desk.at('attestation').and(desk.page.locator('[data-current=false]')).first().waitFor()
  await desk.shot('changed-since')
})
