// Photos on the phone: kept with the change that names them or not at all, and only those a household allows.
import { createHash } from 'node:crypto'
import { openDB } from 'idb'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import * as D from '../src/document/document'
import type { Edit } from '../src/protocol/message'
import { Database } from '../src/store/database'
import { enrolled, entry, held, phone, PIN, toHex, VILLAGE } from './phone'
import { intent, onVisit, picture, size, states, take, until, wants } from './photos'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const TABLES_BEFORE = ['clear', 'state', 'documents', 'rows', 'outbox', 'batches', 'carried', 'problems']

describe('a photo', () => {
  it('is kept encrypted together with the element that names it', async () => {
    const { engine, visit, name, server } = await onVisit()
    const bytes = picture(1)
    await take(engine, visit, bytes, { subject: 'crop' })
    const [view] = await engine.photos(visit)
    expect(view).toMatchObject({ subject: 'crop', state: 'waiting', bytes: bytes.length, width: 1600, here: true, capturedAt: MORNING })
    expect(await engine.photoBytes(view!.sha256)).toEqual(bytes)
    const raw = await openDB(name)
    const sealed = (await raw.get('bytes', view!.sha256)) as Uint8Array
    expect(Buffer.from(sealed).includes(Buffer.from(bytes.subarray(0, 64)))).toBe(false)
    raw.close()
    await engine.lock()
    server.close()
  })

  it('that cannot be stored leaves no element behind, and is still wished for', async () => {
    const { engine, visit, database, server } = await onVisit()
    await engine.photoBegin(intent(visit))
    vi.spyOn(database, 'commit').mockRejectedValueOnce(new Error('QuotaExceededError'))
    await expect(engine.photoAdd(visit, picture(1), size)).rejects.toMatchObject({ code: 'storage' })
    expect(await engine.photos(visit)).toEqual([])
    expect(await engine.photoPending(visit)).toEqual(intent(visit))
    await engine.photoAdd(visit, picture(1), size)
    expect(await states(engine, visit)).toEqual(['waiting'])
    await engine.lock()
    server.close()
  })

  it('that was about to be taken is remembered by a killed phone, until it is taken or given up', async () => {
    const { engine, visit, again, server } = await onVisit()
    await engine.photoBegin(intent(visit, { subject: 'road' }))
    const later = (await again()).engine
    await later.unlock(PIN)
    expect(await later.photoPending(visit)).toMatchObject({ subject: 'road' })
    await later.photoAdd(visit, picture(1), size)
    expect(await later.photoPending(visit)).toBeNull()
    await expect(later.photoAdd(visit, picture(2), size)).rejects.toMatchObject({ code: 'no_photo_intent' })
    await later.photoBegin(intent(visit))
    await later.photoCancel(visit)
    expect(await later.photoPending(visit)).toBeNull()
    await later.lock()
    await engine.lock()
    server.close()
  })

  it('must be a picture of at most 400 kB', async () => {
    const { engine, visit, server } = await onVisit()
    await engine.photoBegin(intent(visit))
    await expect(engine.photoAdd(visit, picture(1, 400_001), size)).rejects.toMatchObject({ code: 'photo_too_large' })
    await expect(engine.photoAdd(visit, picture(1).fill(0), size)).rejects.toMatchObject({ code: 'bad_picture' })
    await engine.photoAdd(visit, picture(1, 400_000), size)
    expect(await states(engine, visit)).toHaveLength(1)
    await engine.lock()
    server.close()
  })

  it('can be taken off and brought back', async () => {
    const { engine, visit, server } = await onVisit()
    await take(engine, visit, picture(1))
    const [view] = await engine.photos(visit)
    expect((await engine.photoRemove(visit, view!.element)).undo).not.toBeNull()
    expect(await engine.photos(visit)).toEqual([])
    await engine.undo(visit)
    const [back] = await engine.photos(visit)
    expect(back).toMatchObject({ sha256: view!.sha256, subject: view!.subject, here: true })
    expect(back!.element).not.toBe(view!.element)
    await engine.lock()
    server.close()
  })

  it('goes with the record it belongs to, but not before the server has it', async () => {
    const here = await onVisit()
    const { engine, visit, line, server } = here
    await take(engine, visit, picture(1))
    const [view] = await engine.photos(visit)
    line.down = false
    wants(here, [view!])
    server.refusals = Array.from({ length: 3 }, () => ({ status: 503, code: 'unavailable' }))
    await engine.syncNow()
    line.entries = [entry(visit, 'document', D.saveDocument(held(here, visit)), 1, 'visit')]
    await engine.syncNow()
    line.extra = { revoked: [`a:${VILLAGE}`], cursors: {} }
    await engine.syncNow()
    expect(await states(engine, visit)).toHaveLength(1)
    await until(engine, () => server.refusals.length === 0)
    await engine.syncNow()
    await until(engine, ({ files }) => files.total === 0)
    await engine.syncNow()
    expect(server.stored.has(view!.sha256)).toBe(true)
    await expect(engine.record(visit)).rejects.toMatchObject({ code: 'not_found' })
    expect(await engine.photoBytes(view!.sha256)).toBeNull()
    await engine.lock()
    server.close()
  })

  it('survives a new incarnation', async () => {
    const here = await onVisit()
    const { engine, visit, line, server } = here
    await take(engine, visit, picture(1))
    line.down = false
    const old = await until(engine, () => true).then(() => here.database.get<{ incarnation: string }>('state', 'identity'))
    line.fate = (manifest) => (toHex(manifest.actor).endsWith(old!.incarnation) ? { status: 'refused', code: 'sequence_reused' } : { status: 'stored' })
    wants(here, await engine.photos(visit))
    await engine.syncNow()
    await until(engine, ({ files }) => files.done === files.total)
    expect(await states(engine, visit)).toEqual(['stored'])
    const last = line.pushed().at(-1)!
    expect(last.items.some((item): item is Edit => item.t === 'edit' && toHex(item.record) === visit)).toBe(true)
    expect(Object.values(D.answersOf(held(here, visit))['photos'] as object)).toMatchObject([{ subject: 'exterior', bytes: 30_000 }])
    await engine.lock()
    server.close()
  })
})

describe('what may be photographed', () => {
  it.each([['none', ['document'], 'no_permission'], ['exterior_only', 8, 'exterior_only'], ['interior_ok', 9, null]])('after "%s"', async (permission, allowed, reason) => {
    const { engine, visit, server } = await onVisit(permission as string)
    const policy = await engine.photoPolicy(visit)
    expect(policy.reason).toBe(reason)
    expect(typeof allowed === 'number' ? policy.allowed.length : policy.allowed).toEqual(allowed)
    if (permission !== 'interior_ok') await expect(engine.photoBegin(intent(visit, { subject: 'interior' }))).rejects.toMatchObject({ code: 'photo_not_permitted' })
    await engine.lock()
    server.close()
  })

  it('is the least that two phones wrote side by side', async () => {
    const here = await onVisit('interior_ok')
    const other = D.putAll(D.openDocument(D.saveDocument(held(here)), '0f'.repeat(16)), [{ path: 'photo_permission', value: 'none' }], MORNING)
    here.line.entries = [entry(here.household, 'document', D.saveDocument(other))]
    here.line.down = false
    await here.engine.syncNow()
    expect(await here.engine.photoPolicy(here.visit)).toMatchObject({ allowed: ['document'], reason: 'no_permission' })
    await here.engine.lock()
    here.server.close()
  })

  it('is nothing while nobody has asked, and from the gallery only with a reason', async () => {
    const here = await enrolled()
    const visit = await here.engine.startVisit(here.household)
    expect(await here.engine.photoPolicy(visit)).toMatchObject({ allowed: ['document'], reason: 'no_permission' })
    await expect(here.engine.photoBegin(intent(visit, { subject: 'document', source: 'gallery' }))).rejects.toMatchObject({ field: 'gallery_reason' })
    await here.engine.photoBegin(intent(visit, { subject: 'document', source: 'gallery', galleryReason: '村里发的' }))
    await here.engine.lock()
  })

  it('ends at nine, and begins again when one is taken off', async () => {
    const { engine, visit, server } = await onVisit()
    for (let at = 1; at <= 9; at++) await take(engine, visit, picture(at, 500))
    expect(await engine.photoPolicy(visit)).toEqual({ allowed: [], reason: 'full', left: 0 })
    await expect(engine.photoBegin(intent(visit))).rejects.toMatchObject({ code: 'photos_full' })
    await engine.photoRemove(visit, (await engine.photos(visit))[0]!.element)
    await take(engine, visit, picture(10, 500))
    await engine.lock()
    server.close()
  })
})

describe('the store', () => {
  it('of the version before files opens with everything in it', async () => {
    const here = await enrolled()
    await here.engine.lock()
    const raw = await openDB(here.name)
    const old = await openDB(`${here.name}-old`, 1, { upgrade: (base) => TABLES_BEFORE.forEach((table) => void base.createObjectStore(table)) })
    for (const table of TABLES_BEFORE) for (const key of await raw.getAllKeys(table)) await old.put(table, await raw.get(table, key), key)
    old.close()
    raw.close()
    const { engine } = await phone(here.line, `${here.name}-old`)
    await engine.unlock(PIN)
    expect((await engine.households()).map((card) => card.name)).toEqual(['李秀英'])
    await engine.put(here.household, 'photo_permission', 'interior_ok')
    await take(engine, await engine.startVisit(here.household), picture(1))
    await engine.lock()
  })

  it('says when an older window keeps it from being opened', async () => {
    const older = await openDB('blocked', 1, { upgrade: (base) => void base.createObjectStore('clear') })
    const blocked = await new Promise<boolean>((done) => {
      void Database.open('blocked', { now: () => MORNING, random: (count) => new Uint8Array(count) }, () => done(true)).then((base) => base.close())
    })
    older.close()
    expect(blocked).toBe(true)
  })

  it('that is full gives up the oldest photo the server has, and keeps the new one', async () => {
    const here = await onVisit()
    const { engine, visit, server, line, database, context } = here
    for (let at = 1; at <= 3; at++) {
      context.time = MORNING + at
      await take(engine, visit, picture(at, 300_000))
    }
    wants(here, (await engine.photos(visit)).slice(0, 2))
    line.down = false
    await engine.syncNow()
    await until(engine, () => server.stored.size === 2)
    line.down = true
    await engine.photoBegin(intent(visit))
    vi.spyOn(database, 'commit').mockRejectedValueOnce(new Error('QuotaExceededError'))
    await engine.photoAdd(visit, picture(4), size)
    expect((await engine.photos(visit)).map((view) => [view.state, view.here])).toEqual([['stored', false], ['stored', false], ['waiting', true], ['waiting', true]])
    await engine.lock()
    server.close()
  })
})

describe('photos carried by another phone', () => {
  it('reach the server after the words they belong to, and leave nothing behind', async () => {
    const here = await onVisit()
    await take(here.engine, here.visit, picture(1))
    const { bytes } = await here.engine.exportUnsent()
    const carrier = await enrolled()
    expect(await carrier.engine.importCarried(bytes)).toBeGreaterThan(1)
    carrier.line.down = false
    await carrier.engine.syncNow()
    await until(carrier.engine, ({ files, carried }) => carried === 0 && files.total === 0)
    const [view] = await here.engine.photos(here.visit)
    const kinds = carrier.line.carried.map((one) => ('batch' in one ? 'batch' : 'piece'))
    expect(kinds.lastIndexOf('batch')).toBeLessThan(kinds.indexOf('piece'))
    const pieces = carrier.line.carried.flatMap((one) => ('piece' in one ? [one.piece] : []))
    const photo = Buffer.concat(pieces.map((one) => one.bytes))
    expect(pieces.map((one) => [toHex(one.sha256), one.total])).toEqual(pieces.map(() => [view!.sha256, 30_000]))
    expect(createHash('sha256').update(photo).digest('hex')).toBe(view!.sha256)
    expect(await carrier.engine.photoBytes(view!.sha256)).toBeNull()
    here.server.stored.set(view!.sha256, photo)
    here.server.received = 0
    here.line.down = false
    await here.engine.syncNow()
    await until(here.engine, ({ files }) => files.total === 0)
    expect(await states(here.engine, here.visit)).toEqual(['stored'])
    await carrier.engine.lock()
    await here.engine.lock()
    here.server.close()
  })
})
