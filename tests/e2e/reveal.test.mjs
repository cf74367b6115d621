// An identity number at the desk: its last four until a leader says what the rest is for; then it is there until the pane
// is closed, and everybody who may know can see who looked.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { Stage } from './stage.mjs'

const NUMBER = '999999194403120012'
let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

test('a leader is shown one number for a purpose, and it goes with the pane', async () => {
  const desk = await Desk.login(stage, 'ran')
  const answers = []
  desk.page.on('response', async (answer) => {
    if (answer.url().includes('/api/v1/')) answers.push([answer.request().method() + ' ' + new URL(answer.url()).pathname, await answer.text().catch(() => '')])
  })
  await desk.at('nav-records').click()
  await desk.page.locator(`[data-testid=record-row][data-id="${stage.households[0].id}"]`).click()
  const line = desk.page.locator('[data-testid=record-field][data-path$="/id_no"]')
  await line.getByText('•••• 0012').waitFor()
  await line.scrollIntoViewIfNeeded()
  await desk.shot('reveal-masked')

  await line.getByTestId('reveal-show').first().click()
  await desk.page.locator('[data-testid=reveal-purpose][data-purpose=identity]').check()
  assert.ok(await desk.at('reveal-go').isDisabled(), 'not without a reason')
  await desk.at('reveal-note').fill('11月20日上门，核对户主身份证')
  await desk.shot('reveal-dialog')
  await desk.at('reveal-go').click()
  await line.getByTestId('reveal-value').first().waitFor()
  assert.equal(await line.getByTestId('reveal-value').first().innerText(), NUMBER)
  await desk.at('reveal-entry').getByText('11月20日上门，核对户主身份证').waitFor()
  await desk.shot('reveal-shown')

  await desk.page.locator(`[data-testid=record-row][data-id="${stage.households[1].id}"]`).click()
  await desk.page.locator(`[data-testid=record-row][data-id="${stage.households[0].id}"]`).click()
  await line.getByText('•••• 0012').waitFor()
  assert.equal(await desk.at('reveal-value').count(), 0)
  await desk.at('reveal-entry').scrollIntoViewIfNeeded()
  await desk.shot('reveal-list')
  const told = answers.filter(([, body]) => body.includes(NUMBER)).map(([asked]) => asked)
  assert.deepEqual(told, ['POST /api/v1/reveals'])
  assert.ok(answers.length > 5)
  const kept = await desk.page.evaluate(() => JSON.stringify([localStorage, sessionStorage, location.href]))
  assert.ok(!kept.includes(NUMBER))
})
