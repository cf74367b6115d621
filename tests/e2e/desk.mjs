// A leader's browser.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { accessible } from './accessible.mjs'
import { root } from './stage.mjs'

export class Desk {
  static async login(stage, account) {
    const desk = new Desk()
    desk.browser = await stage.browser(`desk-${account}`, { viewport: { width: 1280, height: 800 } })
    desk.page = desk.browser.page
    await desk.page.goto(`${stage.url}/desk/`)
    await desk.at('desk-account').waitFor()
    await desk.shot('login')
    await desk.at('desk-account').fill(account)
    await desk.at('desk-password').fill(stage.password)
    await desk.at('desk-login').click()
    await desk.at('nav-reviews').waitFor()
    return desk
  }

  at(testid) {
    return this.page.getByTestId(testid)
  }

  /** A picture of the screen, which everybody must be able to use. */
  async shot(name) {
    const folder = join(root, 'tests/e2e/artifacts')
    mkdirSync(folder, { recursive: true })
    await this.page.screenshot({ path: join(folder, `desk-${name}.png`) })
    await accessible(this.page, `desk-${name}`)
  }
}
