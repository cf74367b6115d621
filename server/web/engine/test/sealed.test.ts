// What whoever holds the phone's storage can read: nothing that anybody said, wrote, drew or took. All bytes of the
// store are searched for planted values; with the cipher taken out the same search finds every one of them.
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { serialize } from 'node:v8'
import { picture, take } from './photos'
import { drawing, withFamily } from './family'
import { VILLAGE } from './phone'
import { withAutomerge } from './support'

const cipher = vi.hoisted(() => ({ isOut: false }))
vi.mock('../src/store/vault', async (original) => {
  const real = await original<typeof import('../src/store/vault')>()
  return {
    ...real,
    encrypt: (...all: Parameters<typeof real.encrypt>) => (cipher.isOut ? Promise.resolve(Uint8Array.from(all[2])) : real.encrypt(...all)),
    decrypt: (...all: Parameters<typeof real.decrypt>) => (cipher.isOut ? Promise.resolve(Uint8Array.from(all[2])) : real.decrypt(...all)),
  }
})

beforeAll(withAutomerge)

const PLANTED = {
  id_no: '999999196001020018', phone: '19987650123', bank_account: '6229990001112223334', cause_note: '大儿子矽肺病三期住在重庆',
  said: '把钱借给三叔看病了别往外说', place: '小南村', name: '李秀英', me: '田某', village: VILLAGE,
}

/** A phone on which everything sensitive was entered, locked; its store's name with bytes of the photo and the strokes. */
async function planted() {
  const here = await withFamily()
  const { engine, household } = here
  await engine.put(household, `members/${here.head}/id_no`, PLANTED.id_no)
  for (const field of ['phone', 'bank_account', 'cause_note'] as const) await engine.put(household, field, PLANTED[field])
  await engine.put(household, 'photo_permission', 'interior_ok')
  const strokes = drawing([[71, 93, 0], [412, 288, 131], [1733, 645, 402]])
  await here.attest({ strokes })
  const visit = await engine.startVisit(household)
  await engine.put(visit, 'what_household_said', PLANTED.said)
  const photo = picture(7)
  await take(engine, visit, photo)
  const still = await engine.record(visit)
  expect(still.answers['what_household_said']).toBe(PLANTED.said)
  await engine.lock()
  here.database.close()
  return { name: here.name, parts: { strokes: strokes.subarray(20), photo: photo.subarray(2000, 2064) } }
}

describe('the storage of a phone', () => {
  it('shows nothing of what was entered, signed or taken', async () => {
    const { name, parts } = await planted()
    const disk = await dump(name)
    expect(disk.length).toBeGreaterThan(30_000)
    for (const [what, text] of Object.entries(PLANTED)) expect(shows(disk, Buffer.from(text)), what).toEqual([])
    for (const [what, bytes] of Object.entries(parts)) expect(shows(disk, Buffer.from(bytes)), what).toEqual([])
    for (const word of ['household', 'members/', '"kind"', 'what_household_said']) expect(shows(disk, Buffer.from(word)), word).toEqual([])
  })

  it('would show every one of them without the cipher', async () => {
    cipher.isOut = true
    const { name, parts } = await planted()
    cipher.isOut = false
    const disk = await dump(name)
    for (const [what, text] of Object.entries(PLANTED)) expect(shows(disk, Buffer.from(text)), what).not.toEqual([])
    for (const [what, bytes] of Object.entries(parts)) expect(shows(disk, Buffer.from(bytes)), what).not.toEqual([])
  })
})

/** In which writings bytes can be read. */
function shows(disk: Buffer, needle: Buffer): string[] {
  const text = needle.toString('utf8')
  const writings: [string, Buffer][] = [
    ['bytes', needle], ['hex', Buffer.from(needle.toString('hex'))], ['UTF-16', Buffer.from(text, 'utf16le')],
    ...[0, 1, 2].flatMap((before): [string, Buffer][] => {
      const bytes = Buffer.concat([Buffer.alloc(before), needle])
      const [from, to] = [[0, 2, 3][before], Math.floor(bytes.length / 3) * 4]
      return (['base64', 'base64url'] as const).map((writing) => [writing, Buffer.from(bytes.toString(writing).slice(from, to))])
    }),
  ]
  return writings.filter(([, bytes]) => disk.includes(bytes)).map(([writing]) => writing)
}

/** All keys and values of a store, as a browser writes them down. */
async function dump(name: string): Promise<Buffer> {
  const base = await new Promise<IDBDatabase>((done, failed) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const parts: Buffer[] = []
  for (const store of base.objectStoreNames) {
    const read = base.transaction(store).objectStore(store)
    for (const request of [read.getAllKeys(), read.getAll()]) {
      const rows = await new Promise<unknown[]>((done) => {
        request.onsuccess = () => done(request.result)
      })
      for (const row of rows) parts.push(written(row))
    }
  }
  base.close()
  return Buffer.concat(parts)
}

/** A key pair cannot be exported, so it has no bytes to write. */
function written(row: unknown): Buffer {
  if (row instanceof Uint8Array) return Buffer.from(row)
  return Buffer.from(JSON.stringify(row) ?? '').length > 2 && !isKeyPair(row) ? serialize(row) : Buffer.alloc(0)
}

const isKeyPair = (row: unknown): boolean => typeof row === 'object' && row !== null && 'privateKey' in row
