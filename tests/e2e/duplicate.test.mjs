// One family added by two phones without a line: the desk shows both beside each other, a leader settles it, and what
// either phone still writes counts. Two families that only sound alike are dismissed once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { addFamily, write } from './doorstep.mjs'
import { PhoneInHand } from './phone.mjs'
import { Stage } from './stage.mjs'

/** Made up, as every number that begins so. The second phone heard the wife's name otherwise. */
const head = { name: '陈家旺', relation: '02', sex: '1', id: '999999197206140018' }
const wife = { relation: '10', sex: '2', id: '999999197502030024' }
const FIRST = { group: '二组', address: '中元村二组21号', members: [head, { ...wife, name: '吴桂英' }] }
const SECOND = { group: '二组', address: '水井边第一家', members: [head, { ...wife, name: '伍桂英' }] }
/** Born on one day, in one group, of names that sound alike: two people. */
const ONE = { group: '三组', address: '中元村三组2号', members: [{ name: '李家兴', relation: '02', sex: '1', id: '999999198109050031' }] }
const OTHER = { group: '三组', address: '中元村三组30号', members: [{ name: '李佳星', relation: '02', sex: '1', id: '999999198109050058' }] }

let stage
before(async () => { stage = await Stage.open() })
after(() => stage?.close())

async function add(phone, family) {
  await phone.tab('home')
  await phone.at('chip-all').tap()
  await addFamily(phone, family)
}

async function telephone(phone, household, number) {
  await phone.household(household)
  await phone.at('edit-household').tap()
  await phone.at('section-home').tap()
  await write(phone, 'phone', number)
}

const row = (desk, name) => desk.at('duplicate-row').filter({ hasText: name })
const verdict = (desk, name, said) => desk.page.locator(`[data-testid="duplicate-row"][data-verdict="${said}"]`).filter({ hasText: name })

/** Which side of the screen has an address. */
async function sideOf(desk, address) {
  const cells = await desk.page.locator('[data-testid="duplicate-field"][data-path="address"] td').allInnerTexts()
  const at = cells.findIndex((text) => text.includes(address))
  assert.notEqual(at, -1, `${address} is on neither side: ${cells}`)
  return at === 0 ? 'left' : 'right'
}

test('two phones add the same family; one leader settles it, a second is told; an offline edit of the alias arrives', async () => {
  const xiang = await PhoneInHand.enrol(stage, 'xiang')
  const gong = await PhoneInHand.enrol(stage, 'gong')
  for (const phone of [xiang, gong]) {
    await phone.readyForOffline()
    await phone.offline()
  }
  await add(xiang, FIRST)
  await add(xiang, ONE)
  await add(gong, SECOND)
  await add(gong, OTHER)
  for (const phone of [xiang, gong]) {
    await phone.offline(false)
    await phone.sync()
  }
  // The second phone goes back into the hills before anybody has looked.
  await gong.offline()

  const leader = await Desk.login(stage, 'ran')
  const town = await Desk.login(stage, 'town')
  for (const desk of [leader, town]) {
    await desk.at('nav-duplicates').filter({ hasText: '2' }).click()
    await verdict(desk, '陈家旺', 'open').click()
    await desk.at('duplicate-why').filter({ hasText: '身份证号相同' }).waitFor()
    await desk.at('duplicate-member').nth(1).waitFor()
  }
  const differing = await leader.page.locator('[data-testid="duplicate-field"][data-differs="true"]').evaluateAll((all) => all.map((one) => one.dataset.path))
  assert.deepEqual(differing, ['address'])
  await leader.at('duplicate-member').filter({ hasText: '吴桂英' }).filter({ hasText: '伍桂英' }).filter({ hasText: '不同：姓名' }).waitFor()
  await leader.shot('duplicate-open')

  // The township's answer is on its way when the leader's arrives.
  let arrived
  const settled = new Promise((resolve) => { arrived = resolve })
  await town.page.route('**/api/v1/duplicates', async (route) => {
    if (route.request().method() === 'POST') await settled
    await route.continue()
  })
  await town.at('duplicate-distinct').click()
  const sent = town.page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/duplicates'))
  await town.at('duplicate-confirm').click()
  await sent

  const kept = await sideOf(leader, FIRST.address)
  await leader.at(`duplicate-keep-${kept}`).click()
  await leader.at('duplicate-confirm').waitFor()
  await leader.shot('duplicate-confirm')
  await leader.at('duplicate-confirm').click()
  await verdict(leader, '陈家旺', 'same').waitFor({ state: 'attached' })
  await leader.shot('duplicate-next')
  arrived()
  await town.page.getByText('刚有人处理了这一对').waitFor()
  await town.at('duplicate-verdict').filter({ hasText: '冉队长' }).waitFor()
  // The stream may have told the pane before the refusal arrived: only then the dialog goes.
  await town.at('duplicate-confirm').waitFor({ state: 'detached' })
  await town.at('nav-duplicates').filter({ hasText: '1' }).waitFor()
  await town.shot('duplicate-stale')
  await town.page.unroute('**/api/v1/duplicates')

  // Two who only sound alike.
  await verdict(leader, '李家兴', 'open').click()
  await leader.at('duplicate-why').filter({ hasText: '户主读音相同且成员相同' }).waitFor()
  await leader.at('duplicate-distinct').click()
  await leader.at('duplicate-confirm').click()
  await verdict(leader, '李家兴', 'distinct').waitFor({ state: 'attached' })

  // In the hills nobody knows: the record that became an alias is changed and visited.
  await telephone(gong, SECOND.address, '19900000077')
  await gong.household(SECOND.address)
  await gong.fillVisit({ said: '孩子上学有困难' })
  await gong.at('step-check').tap()
  await gong.at('submit-visit').tap()
  await gong.at('visit-submitted').waitFor()
  await telephone(gong, OTHER.address, '19900000088')
  await gong.offline(false)
  await gong.sync()
  await gong.sync()
  assert.equal(await gong.at('problem-row').count(), 0)
  await gong.household(SECOND.address)
  await gong.at('household-alias').filter({ hasText: `已并入 陈家旺（二组 ${FIRST.address}）` }).waitFor()
  await gong.shot('alias')
  await gong.at('open-kept').tap()
  await gong.sees(FIRST.address)
  assert.equal(await gong.at('household-alias').count(), 0)
  await gong.at('visit-row').first().waitFor()

  await xiang.sync()
  await xiang.tab('home')
  await xiang.at('chip-all').tap()
  const alias = xiang.at('household-card').filter({ hasText: SECOND.address }).filter({ hasText: '重复户' })
  await alias.getByTestId('alias-of').filter({ hasText: '已并入 陈家旺' }).waitFor()
  await alias.scrollIntoViewIfNeeded()
  await xiang.shot('alias-list')
  const family = xiang.at('household-card').filter({ has: xiang.page.locator('.line', { hasText: FIRST.address }) })
  await family.filter({ hasText: '上次' }).waitFor()

  // The desk has what the alias said; nobody is asked again about the two who are two.
  await leader.page.reload()
  await leader.at('duplicate-settled-list').waitFor()
  await leader.at('nav-duplicates').filter({ hasText: '0' }).waitFor()
  assert.equal(await verdict(leader, '李家兴', 'open').count(), 0)
  await row(leader, '陈家旺').click()
  const phones = leader.page.locator('[data-testid="duplicate-field"][data-path="phone"] td')
  await phones.filter({ hasText: '0077' }).waitFor()
  await leader.shot('duplicate-settled')
  await leader.at(`duplicate-open-${kept === 'left' ? 'right' : 'left'}`).click()
  await leader.page.locator('[data-testid="record-field"][data-path="phone"]').filter({ hasText: '0077' }).waitFor()
  await leader.at('nav-reviews').click()
  await leader.at('review-row').filter({ hasText: '陈家旺' }).filter({ hasText: '走访' }).waitFor()
  // Counted once: five of the stage, one family of the two phones, and two who are two; visited is the family.
  await leader.at('nav-duties').click()
  await leader.at('duty-work').filter({ hasText: '中元村' }).filter({ hasText: '1 / 8' }).waitFor()
  await leader.shot('duplicate-duties')
})
