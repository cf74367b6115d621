// The month's income of one household, entered on two phones without a line between them: one record with all
// lines, a line corrected otherwise on both is settled by a person, questions are answered, three sign, the desk has it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

const HEAD = '田大山'
const line = (y) => Array.from({ length: 24 }, (_, at) => [0.15 + at * 0.03, y + 0.06 * Math.sin(at)])
const SIGNATURE = [line(0.4), line(0.55), [[0.3, 0.3], [0.32, 0.5], [0.35, 0.75]]]

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

/** From anywhere to this month's sheet of the household; answers its record. */
async function month(phone) {
  await phone.household(HEAD)
  await phone.at('document-income').tap()
  await phone.at('totals').waitFor()
  return (await phone.page.evaluate(() => location.hash)).split('/').at(-1)
}

/** A line of income by taps. `fields`: what is typed into which input. */
async function add(phone, category, item, fields) {
  await phone.at('add-line').tap()
  await phone.at(`category-${category}`).tap()
  await phone.at(`item-${item}`).tap()
  if (category === 'wage') await phone.at('field-member').getByText(HEAD).tap()
  for (const [field, value] of Object.entries(fields)) {
    await phone.at(`input-${field}`).fill(value)
    await phone.at(`input-${field}`).blur()
  }
  await phone.shot(`income-line-${item}`)
  await phone.at('save-line').tap()
  await phone.at('totals').waitFor()
}

/** Corrects the pepper to another quantity; the amount follows. */
async function correct(phone, quantity, amount) {
  await phone.at('line-row').filter({ hasText: '辣椒' }).tap()
  await phone.at('correct-line').tap()
  await phone.at('input-quantity').fill(quantity)
  await phone.at('input-quantity').blur()
  await phone.at('input-amount').fill(amount)
  await phone.at('input-amount').blur()
  await phone.at('save-line').tap()
  await phone.at('line-row').filter({ hasText: '更正过' }).waitFor()
}

async function together(...phones) {
  for (const phone of phones) {
    await phone.offline(false)
    await phone.sync()
  }
}

/** The rest of a signature, after who signs was chosen; answers the code of the version. */
async function sign(phone, isHousehold) {
  await phone.at('sign-next').tap()
  await phone.at('method-finger_on_screen').tap()
  await phone.at('sign-next').tap()
  await phone.at('aloud-text').filter({ hasText: '辣椒' }).filter({ hasText: HEAD }).waitFor()
  const said = await phone.at('aloud-text').innerText()
  // What the writer was asked is no part of what the household hears.
  assert.ok(!said.includes('unlikely_earner') && !said.includes('核对提示'), said)
  if (isHousehold) await phone.at('aid-read_by_self').tap()
  const code = await phone.at('version-code').innerText()
  await phone.at('sign-next').tap()
  await phone.at('stance-agree').tap()
  await phone.at('sign-next').tap()
  await phone.draw(SIGNATURE)
  await phone.at('pad-done').tap()
  await phone.at('signed').waitFor()
  return code
}

async function signAll(phone) {
  await phone.at('sign').tap()
  await phone.at('signer').first().tap()
  const codes = [await sign(phone, true)]
  await phone.at('sign-more').tap()
  await phone.at('office-village_or_group_cadre').tap()
  await phone.at('signer-name').fill('谭村长')
  codes.push(await sign(phone, false))
  await phone.at('sign-more').tap()
  await phone.at('office-resident_team').tap()
  await phone.at('colleague').filter({ hasText: '向敏' }).tap()
  codes.push(await sign(phone, false))
  await phone.at('sign-leave').tap()
  assert.equal(new Set(codes).size, 1, 'three people signed one version')
  return codes[0]
}

test('two phones write one month, a person settles what they corrected otherwise, three sign, the desk shows it signed', async () => {
  const first = await PhoneInHand.enrol(stage, 'xiang')
  const second = await PhoneInHand.enrol(stage, 'gong')
  for (const phone of [first, second]) await phone.offline()
  const records = [await month(first), await month(second)]
  assert.equal(records[0], records[1], 'both began the same record')
  await add(first, 'wage', 'wage_local', { amount: '2400' })
  await add(second, 'business', 'business_pepper', { quantity: '5', unit: '亩', unit_price: '1000' })
  await second.at('lines-business').filter({ hasText: '5,000.00' }).waitFor()
  await together(first, second, first)

  for (const phone of [first, second]) {
    await month(phone)
    await phone.at('lines-wage').filter({ hasText: '2,400.00' }).waitFor()
    await phone.at('lines-business').filter({ hasText: '5,000.00' }).waitFor()
    await phone.page.locator('[data-testid=totals][data-net="740000"]').waitFor()
    await phone.offline()
  }
  await correct(first, '1.1', '1100')
  await correct(second, '2', '2000')
  await together(first, second, first)

  await month(first)
  await first.at('dispute-option').nth(1).waitFor()
  // Until somebody chose, neither counts.
  await first.page.locator('[data-testid=totals][data-net="240000"]').waitFor()
  await first.shot('income-dispute')
  await first.at('dispute-option').filter({ hasText: '1,100.00' }).tap()
  await first.at('dispute-settle').tap()
  await first.page.locator('[data-testid=totals][data-net="350000"]').waitFor()

  const prompt = first.page.locator('[data-testid=prompt][data-rule=unlikely_earner]')
  await prompt.filter({ hasText: HEAD }).waitFor()
  await first.shot('income-prompts')
  await prompt.getByTestId('answer-household_confirms').tap()
  await prompt.waitFor({ state: 'detached' })
  await first.shot('income')
  const code = await signAll(first)
  await first.at('signing-state').filter({ hasText: '都签了' }).filter({ hasText: code }).waitFor()
  await first.at('submit-record').tap()
  await first.at('record-submitted').waitFor()
  await together(first, second)

  await second.household(HEAD)
  await second.page.locator('[data-testid=document-income][data-signing=signed]').filter({ hasText: '已签' }).waitFor()
  await second.shot('household-file')

  const desk = await Desk.login(stage, 'ran')
  await desk.page.goto(`${stage.url}/desk/#/records/${records[0]}`)
  await desk.at('signing-state').and(desk.page.locator('[data-state=signed]')).first().waitFor()
  for (const [name, party] of [[HEAD, 'household'], ['谭村长', 'village'], ['向敏', 'team']]) {
    const card = desk.page.locator(`[data-testid=signing-party][data-party=${party}]`).getByTestId('attestation')
    await card.filter({ hasText: name }).filter({ hasText: code }).waitFor()
    assert.deepEqual([await card.getAttribute('data-stance'), await card.getAttribute('data-current')], ['agree', 'true'])
  }
  // What was asked stands beside it with its answer, and with who answered.
  const { household } = (await first.engine('record', records[0])).card
  await desk.page.goto(`${stage.url}/desk/#/dossiers/${household}`)
  await desk.page.locator('[data-testid=income-prompt][data-rule=unlikely_earner][data-answered=true]').filter({ hasText: '农户确认' }).filter({ hasText: '向敏' }).waitFor()
  await desk.shot('income-asked')
  await desk.shot('income-signed')
})

test('the plan is written offline, progress only goes down with a reason, and the card says when the file says otherwise', async () => {
  const phone = await PhoneInHand.enrol(stage, 'scribe')
  await phone.offline()
  await phone.household('李秀英')
  await phone.at('open-dossier').tap()
  await phone.at('add-measure').tap()
  await phone.at('begin-industry').tap()
  await phone.at('option-is_primary-true').tap()
  await phone.at('input-content').fill('种辣椒2亩')
  await phone.at('input-content').blur()
  await phone.at('back').tap()
  await phone.at('measure-row').filter({ hasText: '种辣椒2亩' }).waitFor()

  await phone.at('add-project').tap()
  await phone.page.locator('[data-testid^=begin-]').filter({ hasText: '种辣椒2亩' }).tap()
  // The measure is chosen already, by its name.
  await phone.at('field-measure').locator('.chosen').filter({ hasText: '种辣椒2亩' }).waitFor()
  await phone.at('input-project_name').fill('辣椒种植')
  await phone.at('input-project_name').blur()
  await phone.at('open-project_class').tap()
  await phone.at('option-project_class-industry').tap()
  await progress(phone, { percent: '60', said: '苗已栽' })
  await phone.at('add-progress').tap()
  for (const [field, value] of [['percent', '40'], ['said', '水毁补栽']]) await phone.at(`input-${field}`).fill(value)
  await phone.at('save-line').tap()
  await phone.at('field-lower_reason').filter({ hasText: '请写原因' }).waitFor()
  await phone.shot('progress-lower')
  await phone.at('input-lower_reason').fill('大雨冲毁')
  await phone.at('save-line').tap()
  await phone.at('element-progress').filter({ hasText: '40' }).waitFor()
  await phone.shot('project')
  await phone.at('back').tap()
  await phone.at('document-card').waitFor()
  await phone.shot('dossier')

  await phone.at('document-card').tap()
  await phone.at('sheet').filter({ hasText: '种辣椒2亩，计划中' }).filter({ hasText: '12317' }).waitFor()
  await phone.at('issue-sheet').tap()
  await phone.page.locator('[data-testid=sheet][data-written=true]').waitFor()
  assert.ok(!/\d{12}/.test(await phone.at('sheet').innerText()), 'no long number on a card')
  await phone.shot('card')
  await phone.at('back').tap()
  await phone.at('measure-row').tap()
  await phone.at('option-outcome-under_way').tap()
  await phone.at('saved-at').waitFor()
  await phone.at('back').tap()
  await phone.at('document-card').tap()
  await phone.at('sheet-difference').filter({ hasText: '种辣椒2亩，计划中' }).filter({ hasText: '种辣椒2亩，实施中' }).waitFor()
  await phone.shot('card-differs')
  await phone.at('issue-sheet').tap()
  await phone.at('sheet-difference').waitFor({ state: 'detached' })

  await phone.at('sign').tap()
  await phone.at('signer').first().tap()
  await phone.at('sign-next').tap()
  await phone.at('method-finger_on_screen').tap()
  await phone.at('sign-next').tap()
  await phone.at('aloud-text').filter({ hasText: '监督电话：12317' }).filter({ hasText: '种辣椒2亩，实施中' }).waitFor()
  await phone.offline(false)
  await phone.sync()
})

async function progress(phone, fields) {
  await phone.at('add-progress').tap()
  for (const [field, value] of Object.entries(fields)) {
    await phone.at(`input-${field}`).fill(value)
    await phone.at(`input-${field}`).blur()
  }
  await phone.at('save-line').tap()
  await phone.at('element-progress').filter({ hasText: fields.said }).waitFor()
}
