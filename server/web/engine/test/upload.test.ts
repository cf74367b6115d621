// Photos on their way: what the server wants, from the byte it has, beside the text and after it.
import { beforeAll, describe, expect, it } from 'vitest'
import type { PhotoView } from '../src/phone/api'
import type { Phone } from './phone'
import { json, PIN } from './phone'
import { onVisit, picture, states, take, until, untilPhotos, wants } from './photos'
import { withAutomerge } from './support'
import type { TusServer } from './tus'

beforeAll(withAutomerge)

type Here = Phone & { visit: string; server: TusServer }
const finished = (here: Here) => until(here.engine, ({ files }) => files.total === 0 && files.current === null)
const patches = ({ server }: Here): string[] => server.requests.filter((one) => one.startsWith('PATCH'))

/** A visit with photos of these sizes that the server wants, the line back. */
async function waiting(...sizes: number[]): Promise<Here & { views: PhotoView[] }> {
  const here = await onVisit()
  for (const [at, length] of sizes.entries()) {
    await take(here.engine, here.visit, picture(at + 1, length))
    here.context.time += 1000
  }
  const views = await here.engine.photos(here.visit)
  wants(here, views)
  here.line.down = false
  return { ...here, views }
}

async function end(here: Here): Promise<void> {
  await here.engine.lock()
  here.server.close()
}

/** Numbers that look like chance and are the same every time. */
function dice(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

describe('a good line', () => {
  it('takes one request a photo, the oldest first, and none before the words', async () => {
    const here = await waiting(300_000, 20_000, 100_000)
    const asked: number[] = []
    here.engine.subscribe(() => asked.push(patches(here).length))
    await here.engine.syncNow()
    expect((await here.engine.syncState()).waiting).toEqual([])
    await finished(here)
    expect(patches(here)).toEqual(here.views.map((view) => `PATCH ${view.sha256.slice(0, 8)}`))
    expect(here.server.requests).toHaveLength(3)
    expect(here.server.received).toBe(420_000)
    expect(await states(here.engine, here.visit)).toEqual(['stored', 'stored', 'stored'])
    await here.engine.syncNow()
    expect(here.server.requests).toHaveLength(3)
    await end(here)
  })

  it('tells how far it has come', async () => {
    const here = await waiting(300_000, 300_000)
    const seen: [number, number, boolean][] = []
    here.engine.subscribe((event) => event.type === 'sync' && seen.push([event.sync.files.done, event.sync.files.total, event.sync.files.sentBytes <= 600_000]))
    expect((await here.engine.syncState()).files).toMatchObject({ total: 2, done: 0, bytes: 600_000, sentBytes: 0, paused: null })
    await here.engine.syncNow()
    await finished(here)
    expect(seen.every(([done, total, fits]) => done <= total && fits)).toBe(true)
    await end(here)
  })

  it('transfers nothing of what the server has, from an answer that was lost or from elsewhere', async () => {
    const here = await waiting(50_000)
    here.server.cuts = ['answer']
    await here.engine.syncNow()
    await finished(here)
    expect(here.server.requests.map((one) => one.slice(0, 5))).toEqual(['PATCH', 'HEAD '])
    expect(here.server.received).toBe(50_000)
    await take(here.engine, here.visit, picture(9, 40_000))
    const [, other] = await here.engine.photos(here.visit)
    here.server.stored.set(other!.sha256, Buffer.from(picture(9, 40_000)))
    await here.engine.syncNow()
    await finished(here)
    expect(here.server.received).toBe(50_000)
    expect(here.server.requests).toHaveLength(3)
    await end(here)
  })

  it('is not asked again about a file whose record the server does not know', async () => {
    const here = await waiting(50_000)
    here.line.want = () => []
    await here.engine.syncNow()
    await until(here.engine, () => here.server.requests.length === 1)
    await here.engine.syncNow()
    await here.engine.syncNow()
    expect(here.server.requests).toEqual([`HEAD ${here.views[0]!.sha256.slice(0, 8)}`])
    expect(await states(here.engine, here.visit)).toEqual(['waiting'])
    expect((await here.engine.syncState()).files.total).toBe(0)
    wants(here, here.views)
    await here.engine.syncNow()
    await untilPhotos(here.engine, here.visit, (views) => views[0]?.state === 'stored')
    await end(here)
  })
})

describe('a bad line', () => {
  it.each([1, 2, 3, 4, 5, 6])('cut at any byte loses nothing and sends nothing twice (run %i)', async (seed) => {
    const chance = dice(seed * 7919)
    const sizes = Array.from({ length: 5 }, () => 1_000 + Math.floor(chance() * 150_000))
    const here = await waiting(...sizes)
    const total = sizes.reduce((sum, one) => sum + one, 0)
    here.server.cuts = Array.from({ length: 30 }, () => (chance() < 0.3 ? null : chance() < 0.1 ? 'answer' : Math.floor(chance() * 100_000)))
    await here.engine.syncNow()
    const nudge = here.engine.subscribe((event) => { if (event.type === 'sync' && event.sync.files.paused === 'offline') void here.engine.uploadNow() })
    await finished(here)
    nudge()
    expect(here.server.received).toBeLessThanOrEqual(1.05 * total)
    expect(here.server.received).toBe(total)
    for (const [at, view] of here.views.entries()) expect(here.server.stored.get(view.sha256)?.equals(picture(at + 1, sizes[at]))).toBe(true)
    await end(here)
  })

  it('goes on at the byte after the phone was killed', async () => {
    const here = await waiting(200_000)
    here.server.cuts = [80_000]
    here.line.files = { ...here.server.line(), send: () => Promise.reject(new TypeError('no line')) }
    await here.engine.syncNow()
    await until(here.engine, ({ files }) => files.paused === 'offline')
    const { engine } = await here.again()
    here.line.files = here.server.line()
    await here.engine.lock()
    await engine.unlock(PIN)
    await engine.syncNow()
    await until(engine, ({ files }) => files.total === 0)
    expect(here.server.received).toBe(200_000)
    expect(patches(here)).toHaveLength(2)
    await engine.lock()
    here.server.close()
  })

  it('that is dead is not tried until it is back', async () => {
    const here = await waiting(10_000)
    await here.engine.syncNow().finally(() => undefined)
    await finished(here)
    here.line.down = true
    await take(here.engine, here.visit, picture(7))
    wants(here, await here.engine.photos(here.visit))
    expect((await here.engine.syncState()).files).toMatchObject({ total: 1, done: 0, paused: 'offline' })
    expect(here.server.requests).toHaveLength(1)
    here.line.down = false
    await here.engine.syncNow()
    await finished(here)
    expect(await states(here.engine, here.visit)).toEqual(['stored', 'stored'])
    await end(here)
  })
})

describe('a line that costs money', () => {
  it('is left alone when the person said "Wi-Fi only", and used once when told to', async () => {
    const here = await waiting(10_000)
    await here.engine.setWifiOnly(true)
    expect(await here.engine.wifiOnly()).toBe(true)
    for (const kind of [false, null]) {
      here.line.onWifi = kind
      await here.engine.syncNow()
      expect((await here.engine.syncState()).files.paused).toBe('wifi')
    }
    expect(here.server.requests).toEqual([])
    await here.engine.uploadNow()
    await finished(here)
    await take(here.engine, here.visit, picture(5))
    wants(here, await here.engine.photos(here.visit))
    await here.engine.syncNow()
    expect((await here.engine.syncState()).files.paused).toBe('wifi')
    here.line.onWifi = true
    here.engine.lineChanged()
    await finished(here)
    expect(await states(here.engine, here.visit)).toEqual(['stored', 'stored'])
    await end(here)
  })
})

describe('a server that says no', () => {
  it('because the line spoilt the bytes, gets them once more', async () => {
    const here = await waiting(30_000)
    here.server.spoil = 1
    await here.engine.syncNow()
    await finished(here)
    expect(patches(here)).toHaveLength(2)
    expect(await states(here.engine, here.visit)).toEqual(['stored'])
    await end(here)
  })

  it.each([[413, 'too_large'], [415, 'wrong_type']])('with %i for good is shown on the photo, and the next one goes on', async (status, problem) => {
    const here = await waiting(30_000, 20_000)
    here.server.refusals = [{ status, code: 'whatever' }]
    await here.engine.syncNow()
    await finished(here)
    expect((await here.engine.photos(here.visit)).map((view) => [view.state, view.problem])).toEqual([['refused', problem], ['stored', null]])
    await end(here)
  })

  it.each([409, 410, 423])('with %i is asked where to go on, and goes on there', async (status) => {
    const here = await waiting(30_000)
    here.server.refusals = [{ status, code: 'whatever' }]
    await here.engine.syncNow()
    await finished(here)
    expect(here.server.requests.map((one) => one.slice(0, 4))).toEqual(['PATC', 'HEAD', 'PATC'])
    expect(here.server.received).toBe(30_000)
    await end(here)
  })

  it('to bytes that are not what they were is shown, and not sent for ever', async () => {
    const here = await waiting(30_000)
    const [view] = here.views
    await here.database.commit([{ table: 'bytes', key: view!.sha256, value: picture(99) }])
    await here.engine.syncNow()
    await finished(here)
    expect(await here.engine.photos(here.visit)).toMatchObject([{ state: 'refused', problem: 'digest_mismatch' }])
    expect(patches(here)).toHaveLength(1)
    await end(here)
  })

  it.each([[507, 'no_space'], [429, 'quota_exceeded']])('with %i for want of room is told so on every photo, and they go on waiting', async (status, code) => {
    const here = await waiting(30_000, 20_000)
    here.server.refusals = [{ status, code }]
    await here.engine.syncNow()
    await untilPhotos(here.engine, here.visit, (views) => views.every((view) => view.problem === code && view.state === 'waiting'))
    await here.engine.uploadNow()
    await finished(here)
    expect((await here.engine.photos(here.visit)).map((view) => [view.state, view.problem])).toEqual([['stored', null], ['stored', null]])
    await end(here)
  })
})

describe('the session', () => {
  it('is renewed once for text and photos together', async () => {
    const here = await waiting(30_000, 20_000)
    await here.engine.syncNow()
    await finished(here)
    await take(here.engine, here.visit, picture(8))
    wants(here, await here.engine.photos(here.visit))
    await here.engine.syncNow()
    here.server.refusals = [{ status: 401, code: 'token_expired' }]
    here.line.replies = [json(401, { code: 'token_expired' })]
    const before = here.line.headers.filter((one) => one['path'] === '/api/v1/sessions/refresh').length
    await Promise.all([here.engine.syncNow(), here.engine.uploadNow()])
    await finished(here)
    expect(here.line.headers.filter((one) => one['path'] === '/api/v1/sessions/refresh').length - before).toBeLessThanOrEqual(2)
    expect(here.line.headers.every((one) => one['path'] !== '/api/v1/sessions')).toBe(true)
    await end(here)
  })
})
