// Two phones edit one household offline; both values reach the leader, who settles; both phones agree.
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

/** Opens the register of a household at a field and chooses a value. */
async function write(phone, head, field, value) {
  await phone.household(head)
  await phone.at('edit-household').tap()
  await phone.at('section-poverty').tap()
  await phone.at(`option-${field}-${value}`).waitFor()
  await phone.shot('register')
  await phone.at(`option-${field}-${value}`).tap()
}

test('two phones disagree, the leader sees both values, settles, and both phones agree', async () => {
  const first = await PhoneInHand.enrol(stage, 'xiang')
  const second = await PhoneInHand.enrol(stage, 'gong')
  for (const phone of [first, second]) await phone.offline()
  await write(first, '李秀英', 'severity', 'severe')
  await write(second, '李秀英', 'severity', 'light')
  for (const phone of [first, second]) {
    await phone.offline(false)
    await phone.sync()
  }
  await first.sync()
  await first.tab('tasks')
  await first.at('conflict-card').first().tap()
  await first.at('conflict-option').nth(1).waitFor()
  await first.at('conflict-option').filter({ hasText: '龚勇' }).filter({ hasText: '轻度' }).waitFor()
  await first.shot('conflict')

  const desk = await Desk.login(stage, 'ran')
  await desk.at('nav-conflicts').click()
  await desk.at('conflict-row').filter({ hasText: '李秀英' }).first().click()
  const choice = (text) => desk.page.locator('label', { has: desk.at('conflict-choice') }).filter({ hasText: text })
  await choice('重度').waitFor()
  await choice('轻度').waitFor()
  await desk.shot('conflict')
  await choice('重度').click()
  await desk.at('conflict-reason').fill('与户主当面核实')
  await desk.at('conflict-settle').click()
  await desk.at('conflict-row').filter({ hasText: '李秀英' }).first().waitFor({ state: 'detached' })

  for (const phone of [first, second]) {
    await phone.sync()
    await phone.tab('home')
    await phone.at('chip-all').tap()
    await phone.at('household-card').filter({ hasText: '李秀英' }).filter({ hasText: '重度' }).waitFor()
    await phone.tab('tasks')
    await phone.sees('没有两个值的')
  }
})
