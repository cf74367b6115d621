// A cadre's phone in a real browser: taps what a person would tap.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accessible } from './accessible.mjs'
import { killBrowser, root } from './stage.mjs'

const PIN = '248163'
const SCREEN = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

export class PhoneInHand {
  static async enrol(stage, account) {
    const phone = new PhoneInHand(stage, account)
    // As if the picture on the desk's screen had been scanned.
    await phone.open(`#/enrol/${stage.person(account).code}`)
    for (const [field, value] of [['account', account], ['password', stage.password], ['pin', PIN], ['pin-again', PIN]]) {
      await phone.at(`enrol-${field}`).fill(value)
    }
    await phone.shot('enrol')
    await phone.at('enrol-submit').tap()
    await phone.at('household-card').first().waitFor()
    return phone
  }

  constructor(stage, account) {
    this.stage = stage
    this.account = account
  }

  async open(place = '') {
    this.browser = await this.stage.browser(`phone-${this.account}`, SCREEN)
    this.page = this.browser.page
    await this.page.goto(`${this.stage.url}/${place}`)
  }

  at(testid) {
    return this.page.getByTestId(testid)
  }

  /** Waits until the app can start without a network. */
  async readyForOffline() {
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  }

  async offline(off = true) {
    await this.browser.context.setOffline(off)
  }

  async kill() {
    await killBrowser(this.browser)
  }

  async unlock() {
    await this.at('unlock-pin').fill(PIN)
    await this.at('unlock-submit').tap()
  }

  /** Goes back until the tabs are there, then to one of them. */
  async tab(name) {
    await this.at('back').or(this.at(`tab-${name}`)).first().waitFor()
    while (!(await this.at(`tab-${name}`).isVisible())) await this.at('back').first().tap()
    await this.at(`tab-${name}`).tap()
  }

  async household(head) {
    await this.tab('home')
    await this.at('chip-all').tap()
    await this.at('household-card').filter({ hasText: head }).first().tap()
  }

  /** From the household's page to the last step of a visit, with the answers a visit needs. */
  async fillVisit({ said }) {
    await this.at('start-visit').tap()
    await this.at('option-met-head').tap()
    await this.at('step-next').tap()
    await this.at('option-activity_types-policy').tap()
    await this.at('input-what_household_said').fill(said)
    await this.at('input-what_household_said').blur()
  }

  async sync() {
    await this.tab('sync')
    await this.at('sync-now').tap()
    // The button is off while it runs.
    await this.page.locator('[data-testid="sync-now"]:enabled').waitFor()
    await this.at('sync-state').filter({ hasText: '都传完了' }).waitFor()
  }

  /** A picture of the screen, which everybody must be able to use. */
  async shot(name) {
    const folder = join(root, 'tests/e2e/artifacts')
    mkdirSync(folder, { recursive: true })
    await this.page.screenshot({ path: join(folder, `phone-${name}.png`) })
    await accessible(this.page, `phone-${name}`)
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor()
  }

  async seesNot(text) {
    assert.equal(await this.page.getByText(text).count(), 0, `"${text}" is on the screen`)
  }
}
