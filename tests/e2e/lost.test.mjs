// A phone is lost and found again: what it had sealed waits for the leader, the phone itself keeps nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

test('a lost phone comes back: it hands in its visit and erases itself; the leader looks at each item and accepts', async () => {
  const phone = await PhoneInHand.enrol(stage, 'gong')
  await phone.readyForOffline()
  await phone.offline()
  await phone.household('冉光福')
  await phone.fillVisit({ said: '面积三亩' })
  await phone.at('step-next').tap()
  await phone.at('step-next').tap()
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.at('visit-home').tap()

  const desk = await Desk.login(stage, 'ran')
  await desk.at('nav-devices').click()
  await desk.at('device-revoke').first().click()
  await desk.at('device-revoke-confirm').click()
  await desk.page.locator('[data-testid=device-row][data-state=revoked]').waitFor()

  await phone.offline(false)
  await phone.tab('sync')
  await phone.at('sync-now').tap()
  await phone.at('enrol-forgotten').filter({ hasText: '资料已全部清除' }).waitFor()
  await phone.shot('forgotten')
  await phone.page.reload()
  await phone.at('enrol-account').waitFor()
  const left = await phone.page.evaluate(async () => {
    const stores = await indexedDB.databases()
    const counts = await Promise.all(stores.map(({ name }) => new Promise((done) => {
      const open = indexedDB.open(name)
      open.onsuccess = () => {
        const names = [...open.result.objectStoreNames]
        if (names.length === 0) return done(0)
        const work = open.result.transaction(names)
        let sum = 0
        for (const one of names) work.objectStore(one).count().onsuccess = (event) => { sum += event.target.result }
        work.oncomplete = () => done(sum)
      }
    })))
    return counts.reduce((sum, one) => sum + one, 0)
  })
  assert.equal(left, 0, 'rows left on the phone')

  await desk.page.reload()
  await desk.at('quarantine-row').first().waitFor()
  await desk.shot('quarantine')
  const before = await desk.at('quarantine-row').count()
  assert.ok(before >= 2, `a visit and its submission, ${before} items`)
  // In the order they were written; what cannot be decided yet says why, and the next one is taken.
  for (let left = before, at = 0; left > 0;) {
    await desk.at('quarantine-open').nth(at).click()
    await desk.at('quarantine-reason').fill('手机找到了，内容已同本人核对')
    if (await desk.at('quarantine-obstacle').count() > 0) {
      await desk.page.keyboard.press('Escape')
      at += 1
      continue
    }
    if (left === before) await desk.shot('quarantine-item')
    await desk.at('quarantine-release').click()
    left -= 1
    at = 0
    await desk.page.waitForFunction((left) => document.querySelectorAll('[data-testid=quarantine-row]').length === left, left)
  }
  await desk.at('nav-reviews').click()
  await desk.at('review-row').filter({ hasText: '冉光福' }).first().click()
  await desk.at('review-difference').filter({ hasText: '面积三亩' }).waitFor()
})
