// The first screen of a new phone, drawn as text: what the desk's picture put into the address is filled in.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'

// The service worker comes from the build, not from a file.
vi.mock('../src/engine/offline', () => ({ applyUpdate: () => undefined, offlineFailure: { value: null }, offlineReady: { value: false }, updateReady: { value: false } }))

/** The code's input as it is drawn at an address. */
async function codeInput(hash: string): Promise<string> {
  vi.stubGlobal('location', { hash, origin: 'https://bidao.test' })
  const { default: EnrolScreen } = await import('../src/screens/EnrolScreen.vue')
  const html = await renderToString(createSSRApp(EnrolScreen))
  return /<input[^>]*data-testid="enrol-code"[^>]*>/.exec(html)?.[0] ?? ''
}

describe('enrolling', () => {
  beforeEach(() => {
    vi.resetModules()
    vi.stubGlobal('addEventListener', () => undefined)
    vi.stubGlobal('localStorage', { getItem: () => null })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('has the code that was scanned from the desk', async () => {
    expect(await codeInput('#/enrol/ABCD2345')).toContain('value="ABCD2345"')
  })

  it('has no code at any other address', async () => {
    for (const hash of ['', '#/enrol', '#/household/ABCD2345']) expect(await codeInput(hash), hash).toContain('value=""')
  })
})
