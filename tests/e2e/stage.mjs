// The real binary on a database that the `stage` program fills, and browsers in front of it.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
// Playwright is a package of the web workspace.
const { chromium } = createRequire(join(root, 'server/web/package.json'))('playwright-core')
const binaries = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug')

// The browser must not look for the outside world; the rest is what a container without GPU needs.
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]
const CHROMIUM = '/usr/bin/chromium'

export class Stage {
  #folder = mkdtempSync(join(tmpdir(), 'bidao-e2e-'))
  #server = null
  #browsers = []

  /** `papers`: one more household, with its five documents. */
  static async open(...more) {
    const stage = new Stage()
    stage.database = `sqlite://${join(stage.#folder, 'bidao.db')}`
    Object.assign(stage, JSON.parse(execFileSync(join(binaries, 'stage'), [stage.database, ...more], { encoding: 'utf8' })))
    await stage.start('127.0.0.1:0')
    return stage
  }

  /** Starts the server, again at the same address if it has had one. */
  async start(listen = this.address) {
    const child = spawn(join(binaries, 'bidao'), ['serve', '--listen', listen], {
      env: { ...process.env, BIDAO_DATABASE_URL: this.database, BIDAO_LOG: 'warn' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#server = child
    for await (const line of createInterface({ input: child.stdout })) {
      this.address = JSON.parse(line).address
      this.url = `http://${this.address}`
      return
    }
    throw new Error('the server ended before it listened')
  }

  /** What an operator types on the server. */
  command(...words) {
    return execFileSync(join(binaries, 'bidao'), words, { env: { ...process.env, BIDAO_DATABASE_URL: this.database }, encoding: 'utf8' })
  }

  /** kill -9. */
  async stop() {
    const child = this.#server
    if (!child) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    this.#server = null
  }

  person(account) {
    return this.people.find((person) => person.account === account)
  }

  /** A browser with a folder of its own that survives its death. */
  async browser(name, options) {
    const folder = join(this.#folder, name)
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: CHROMIUM, headless: true, args: ARGUMENTS, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options,
    })
    context.setDefaultTimeout(30_000)
    const browser = { context, folder, page: context.pages()[0] ?? (await context.newPage()) }
    browser.page.on('pageerror', (error) => console.error(`${name}: ${error.stack ?? error}`))
    this.#browsers.push(browser)
    return browser
  }

  async close() {
    await Promise.all(this.#browsers.map(({ context }) => context.close().catch(() => {})))
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** kill -9 of a browser: every process that was started with its folder. */
export async function killBrowser({ context, folder }) {
  const closed = new Promise((resolve) => context.once('close', resolve))
  const ours = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${folder}`)
    } catch {
      return false
    }
  })
  for (const pid of ours) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // Its parent took it along.
    }
  }
  await closed
}
