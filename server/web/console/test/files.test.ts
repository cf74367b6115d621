// Pictures as blob URLs, and version codes as people type them.
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LANES, blobStore } from '../src/files/blob'
import { href, parseRoute, versionHref } from '../src/path'
import { codeOf, readCode } from '../src/versions/code'

/** A store whose pictures arrive when the test says so. */
function stage() {
  const asked: { path: string; answer: (blob: Blob) => void; fail: (why: Error) => void; signal: AbortSignal }[] = []
  const revoked: string[] = []
  let made = 0
  const hold = blobStore({
    fetch: (path, signal) => new Promise((answer, fail) => asked.push({ path, answer, fail, signal })),
    make: () => `blob:${++made}`,
    revoke: (url) => revoked.push(url),
  })
  // Everything that was promised has happened once the event loop comes round.
  return { hold, asked, revoked, settled: () => setImmediate() }
}

describe('pictures', () => {
  it('shown twice are fetched once and revoked with their last user', async () => {
    const { hold, asked, revoked, settled } = stage()
    const [one, two] = [hold('a'), hold('a')]
    expect(asked).toHaveLength(1)
    asked[0]?.answer(new Blob())
    expect([await one.url, await two.url]).toEqual(['blob:1', 'blob:1'])
    one.release()
    one.release()
    await settled()
    expect(revoked).toEqual([])
    two.release()
    await settled()
    expect(revoked).toEqual(['blob:1'])
  })
  it('travel a few at a time, and those nobody waits for any more never start', async () => {
    const { hold, asked, settled } = stage()
    const uses = Array.from({ length: LANES + 2 }, (_, index) => hold(`p${index}`))
    uses.forEach((use) => use.url.catch(() => undefined))
    expect(asked.map(({ path }) => path)).toEqual(Array.from({ length: LANES }, (_, index) => `p${index}`))
    uses[LANES]?.release()
    asked[0]?.answer(new Blob())
    await settled()
    expect(asked.map(({ path }) => path).slice(LANES)).toEqual([`p${LANES + 1}`])
  })
  it('that leave the screen while under way are stopped', async () => {
    const { hold, asked, revoked, settled } = stage()
    const use = hold('a')
    use.release()
    expect(asked[0]?.signal.aborted).toBe(true)
    asked[0]?.answer(new Blob())
    await expect(use.url).rejects.toThrow()
    await settled()
    expect(revoked).toEqual([])
  })
  it('that failed are asked for again, and the first asker takes nothing from the next', async () => {
    const { hold, asked, revoked, settled } = stage()
    const first = hold('a')
    asked[0]?.fail(new Error('cut'))
    await expect(first.url).rejects.toThrow('cut')
    const second = hold('a')
    expect(asked).toHaveLength(2)
    first.release()
    asked[1]?.answer(new Blob())
    expect(await second.url).toBe('blob:1')
    await settled()
    expect(revoked).toEqual([])
  })
})

describe('a version code', () => {
  const digest = `7f3a91${'0'.repeat(58)}`
  it('is four digits, a dash and two', () => {
    expect(codeOf(digest)).toBe('7F3A-91')
  })
  it.each(['7F3A-91', '7f3a91', ' 7f 3a 91 ', '７Ｆ３Ａ－９１', '7F3A—91', '版本 7f3a-91', '版本：7F3A−91', '7F3A·91'])('is read from %j', (text) => {
    expect(readCode(text)).toEqual({ digits: '7f3a91' })
  })
  it('takes the letters O, I and L for the digits they look like', () => {
    expect(readCode('O0IL-ab')).toEqual({ digits: '0011ab' })
  })
  it('may be the whole digest', () => {
    expect(readCode(digest)).toEqual({ digits: digest })
  })
  it('that is none says why', () => {
    expect(readCode('  - ')).toEqual({ why: 'empty' })
    expect(readCode('7F3A')).toEqual({ why: 'short', missing: 2 })
    expect(readCode('7F3A-912')).toEqual({ why: 'long' })
    expect(readCode('7G3A-91')).toEqual({ why: 'letter', letter: 'G' })
  })
  it('leads to a place of its own under the record', () => {
    const place = versionHref('ab/c', digest, { print: 'slip' })
    expect(parseRoute(place)).toEqual({ screen: 'records', id: 'ab/c', version: digest, printed: false, query: { print: 'slip' } })
    expect(parseRoute(href('reviews', 'ab')).version).toBeNull()
    expect(parseRoute('#/reviews/ab/versions/cd').version).toBeNull()
  })
})
