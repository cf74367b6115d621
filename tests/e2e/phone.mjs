// A cadre's phone in a real browser: taps what a person would tap.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accessible } from './accessible.mjs'
import { killBrowser, root } from './stage.mjs'

const PIN = '248163'
const SCREEN = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

/** Runs in the page before the app: lets a test ask the app's own worker, for more records than fingers could make. */
function engineWithin() {
  const Original = Worker
  let engine
  globalThis.Worker = class extends Original {
    constructor(address, options) {
      super(address, options)
      if (options?.name === 'bidao') engine = this
    }
  }
  // Far above the numbers that the app itself counts.
  let last = 2 ** 40
  globalThis.askEngine = (method, values) => new Promise((done, failed) => {
    const ask = ++last
    engine.addEventListener('message', function listen({ data }) {
      if (data.answer !== ask) return
      engine.removeEventListener('message', listen)
      if (data.failure) failed(new Error(`${method}: ${data.failure.code}`))
      else done(data.value)
    })
    engine.postMessage({ ask, method, values })
  })
}

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
    await this.page.addInitScript(engineWithin)
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

  /** Draws on the pad as a finger does: strokes of points between 0 and 1. */
  async draw(strokes) {
    const box = await this.at('signature-pad').boundingBox()
    const touch = await this.browser.context.newCDPSession(this.page)
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height }))
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points.slice(0, 1) })
      for (const point of points.slice(1)) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] })
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    }
    await touch.detach()
  }

  /** What the slip on the screen says on paper. */
  async printedSlip(size) {
    await this.at(`paper-${size}`).tap()
    const file = join(this.browser.folder, `${size}.pdf`)
    await this.page.pdf({ path: file, preferCSSPageSize: true })
    return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
  }

  async sync() {
    await this.tab('sync')
    await this.at('sync-now').tap()
    // The button is off while it runs.
    await this.page.locator('[data-testid="sync-now"]:enabled').waitFor()
    await this.at('sync-state').filter({ hasText: '都传完了' }).waitFor()
  }

  /** Asks the engine in the app's worker, as a screen would. */
  async engine(method, ...values) {
    return this.page.evaluate(([method, values]) => globalThis.askEngine(method, values), [method, values])
  }

  /** A photo by the engine alone: a small JPEG of noise, another one for every seed. */
  async seedPhoto(record, seed) {
    await this.engine('photoBegin', { record, source: 'in_app_camera', subject: 'exterior', people: 'none', galleryReason: null })
    await this.page.evaluate(async ({ record, seed }) => {
      const [width, height] = [400, 300]
      const canvas = new OffscreenCanvas(width, height)
      const pen = canvas.getContext('2d')
      const noise = pen.createImageData(width, height)
      let state = seed
      for (let at = 0; at < noise.data.length; at++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        noise.data[at] = at % 4 === 3 ? 255 : state >>> 24
      }
      pen.putImageData(noise, 0, 0)
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })).arrayBuffer())
      await globalThis.askEngine('photoAdd', [record, bytes, { width, height, mime: 'jpeg' }])
    }, { record, seed })
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
