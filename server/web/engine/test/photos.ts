// What the tests of photos share: pictures that are none, a visit to put them on, and waiting for the lane.
import { expect } from 'vitest'
import { fromHex, own, type Bytes } from '../src/bytes'
import type { PhotoIntent, PhotoView, SyncState } from '../src/phone/api'
import type { Engine } from '../src/phone/engine'
import { enrolled, type Phone } from './phone'
import { TusServer } from './tus'

/** Bytes that begin like a JPEG; different for every seed. */
export function picture(seed: number, length = 30_000): Bytes {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  bytes.set([0xff, 0xd8, 0xff, 0xe0])
  return own(bytes)
}

export const intent = (record: string, more: Partial<PhotoIntent> = {}): PhotoIntent =>
  ({ record, source: 'in_app_camera', subject: 'exterior', people: 'none', galleryReason: null, ...more })
export const size = { width: 1600, height: 1200, mime: 'jpeg' as const }

export async function take(engine: Engine, record: string, bytes: Bytes, more: Partial<PhotoIntent> = {}): Promise<void> {
  await engine.photoBegin(intent(record, more))
  await engine.photoAdd(record, bytes, size)
}

/** A phone with a draft visit whose household agreed to photos, and a server for the files. */
export async function onVisit(permission = 'interior_ok'): Promise<Phone & { visit: string; server: TusServer }> {
  const server = await TusServer.open()
  const here = await enrolled()
  here.line.files = server.line()
  await here.engine.put(here.household, 'photo_permission', permission)
  const visit = await here.engine.startVisit(here.household)
  return { ...here, visit, server }
}

/** The server asks for these files with what it has of them, in every answer from now on. */
export function wants(here: { line: Phone['line']; server: TusServer }, views: readonly PhotoView[]): void {
  const names = views.map((view) => view.sha256)
  here.line.want = () => names.filter((name) => !here.server.stored.has(name)).map((name) => [fromHex(name), here.server.have(name)])
}

/** Looks now and after every event until it is as wished; nothing that happens meanwhile is missed. */
async function watch<T>(engine: Engine, look: () => Promise<T>, satisfied: (seen: T) => boolean): Promise<T> {
  let wake = (): void => undefined
  let news = true
  const end = engine.subscribe(() => {
    news = true
    wake()
  })
  for (;;) {
    if (!news) await new Promise<void>((done) => (wake = done))
    news = false
    const seen = await look()
    if (!satisfied(seen)) continue
    end()
    return seen
  }
}

/** Resolves with the sync state that satisfies. */
export function until(engine: Engine, satisfied: (sync: SyncState) => boolean): Promise<SyncState> {
  return watch(engine, () => engine.syncState(), satisfied)
}

/** Resolves when the photos of a record are as wished. */
export function untilPhotos(engine: Engine, record: string, satisfied: (views: PhotoView[]) => boolean): Promise<PhotoView[]> {
  return watch(engine, () => engine.photos(record), satisfied)
}

export async function states(engine: Engine, record: string): Promise<string[]> {
  const views = await engine.photos(record)
  expect(new Set(views.map((view) => view.element)).size).toBe(views.length)
  return views.map((view) => view.state)
}
