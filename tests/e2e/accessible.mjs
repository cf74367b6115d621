// What a blind or a hurried person meets: axe-core looks at the screen as it is now.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './stage.mjs'

const { source } = createRequire(join(root, 'server/web/package.json'))('axe-core')

/** Fails with every rule the page violates, and where. */
export async function accessible(page, name) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  const violations = await page.evaluate(async () => {
    const found = await globalThis.axe.run(document, { resultTypes: ['violations'], iframes: false })
    return found.violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 3).map(({ html }) => `    ${html.slice(0, 200)}`).join('\n')}`)
  })
  assert.equal(violations.length, 0, `${name} is not accessible:\n${violations.join('\n')}`)
}
