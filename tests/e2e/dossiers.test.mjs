// Files of households and the registers at the desk, counted by the real server from what phones wrote.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { Stage } from './stage.mjs'

let stage
let desk
before(async () => {
  stage = await Stage.open('papers')
  desk = await Desk.login(stage, 'li')
})
after(() => stage?.close())

const flat = (text) => text.replace(/\s+/g, ' ')

test('the list counts complete files by village, and narrows to households with as many', async () => {
  await desk.at('nav-dossiers').click()
  await desk.at('dossier-row').first().waitFor()
  await desk.shot('dossiers')
  const village = desk.page.locator(`[data-testid=dossier-area][data-area="${stage.village}"]`)
  const counts = await village.getByTestId('dossier-count').allInnerTexts()
  // Six households: one has five documents, the others a registration at most.
  assert.equal(counts.map(Number).reduce((sum, one) => sum + one, 0), 6)
  assert.equal(Number(counts[0]), 1)
  const rows = await desk.at('dossier-row').count()
  assert.equal(rows, 6)
  for (const identity of await desk.at('identity').all()) assert.equal(await identity.getAttribute('data-holds'), 'true', await identity.innerText())

  await desk.at('dossier-complete').selectOption('5')
  await desk.at('dossier-row').filter({ hasText: stage.papers.head }).waitFor()
  await desk.page.waitForFunction(() => document.querySelectorAll('[data-testid=dossier-row]').length === 1)
  const standings = await desk.at('dossier-cell').locator('[data-standing]').evaluateAll((all) => all.map((one) => one.dataset.standing))
  assert.deepEqual(standings, ['complete', 'signed', 'complete', 'complete', 'complete'])
  await desk.page.reload()
  await desk.at('dossier-row').filter({ hasText: stage.papers.head }).waitFor()
  assert.equal(await desk.at('dossier-row').count(), 1, 'the address says what the list is narrowed to')
  await desk.at('dossier-row').getByRole('link').click()
  await desk.at('dossier-file').waitFor()
})

test('the file of the household says what is missing, adds up its income and leads to every page', async () => {
  const household = stage.papers.registration
  await desk.page.goto(`${stage.url}/desk/#/dossiers/${household}?month=${stage.papers.month}`)
  await desk.at('dossier-document').nth(4).waitFor()
  await desk.shot('file')
  const standing = async (kind) => desk.page.locator(`[data-testid=dossier-document][data-kind=${kind}] [data-standing]`).getAttribute('data-standing')
  assert.deepEqual([await standing('income'), await standing('ledger'), await standing('card')], ['signed', 'complete', 'complete'])
  // 2,400 + 3,600 + 1,100 + 1,140 − 600, against 3 × 2,952.
  const comparison = desk.at('dossier-comparison')
  assert.equal(await comparison.getAttribute('data-comparison'), 'below')
  assert.match(await comparison.innerText(), /纯收入 7,640\.00 元，小于所需的 8,856\.00 元，差 1,216\.00 元/)
  assert.equal(await desk.page.locator('[data-testid=dossier-line][data-estimate=true]').count(), 1)
  assert.match(await desk.at('dossier-project').innerText(), /60%/)
  assert.equal(await desk.at('dossier-measure').count(), 2)
  assert.equal(await desk.at('dossier-difficulty').count(), 1)
  for (const name of ['registration', 'income', 'ledger', 'agreement', 'card']) {
    assert.equal(await desk.page.locator(`[data-testid=dossier-document][data-kind=${name}] a[href="#/print/${stage.papers[name]}"]`).count(), 1, name)
  }
})

test('the registers count projects, batches and income, and say that they add up', async () => {
  const row = async (testid) => flat(await desk.page.locator(`[data-testid=${testid}][data-area="${stage.village}"]`).innerText())
  await desk.at('nav-registers').click()
  await desk.at('register-projects').first().waitFor()
  await desk.shot('register-projects')
  // Five without a project, one with one; nobody with two or more; none outside.
  assert.match(await row('register-projects'), /中元村 5 1 0 0 6 1 0$/)
  await desk.page.locator('[data-testid=register-tab][data-tab=measures]').click()
  await desk.at('register-measures').first().waitFor()
  await desk.shot('register-measures')
  assert.match(await row('register-measures'), /中元村 1 0 0 0 0 0 0 0 0 0 0 0 5 0 6$/)
  await desk.page.locator('[data-testid=register-tab][data-tab=income]').click()
  await desk.at('register-income').first().waitFor()
  await desk.shot('register-income')
  assert.match(await row('register-income'), /中元村 5 0 0 1 0 0 6 1\/6 1\/1 12\.4% 1,100\.00 \/ 8,840\.00 元$/)
  const held = await desk.at('identity').evaluateAll((all) => all.map((one) => [one.dataset.id, one.dataset.holds]))
  assert.deepEqual(held.sort(), [['E1', 'true'], ['E2', 'true'], ['E3', 'true'], ['E4', 'true']])
})
