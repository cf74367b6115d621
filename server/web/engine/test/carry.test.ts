// Unsent work that another phone carries: it brings everything and reads nothing, goes on where it stopped, and gives up
// only what the server will never take.
import { beforeAll, describe, expect, it } from 'vitest'
import { fromBase64Url, fromHex, toHex } from '../src/bytes'
import type { PhoneEvent } from '../src/phone/api'
import { PIECE_BYTES, piecesOf, sealer, type Content } from '../src/phone/envelope'
import { decode, encode } from '../src/protocol/cbor'
import { CARRIAGE_KEY, keysOf, opened } from './carriage'
import { enrolled, json, reference, type Phone } from './phone'
import { withAutomerge } from './support'

beforeAll(withAutomerge)

const PLANTED = '冉隆珍的名字'

/** The file of a phone with one thing unsent, and those things as it would push them. */
const exported = async (here: Phone, address = PLANTED) => {
  await here.engine.put(here.household, 'address', address)
  return here.engine.exportUnsent()
}

const sync = async (carrier: Phone) => {
  carrier.line.down = false
  const state = await carrier.engine.syncNow()
  carrier.line.down = true
  return state
}

describe('a carried file', () => {
  it('says nothing of what is in it, where a file of before said all', async () => {
    const here = await enrolled()
    const told: PhoneEvent[] = []
    here.engine.subscribe((event) => told.push(event))
    const { bytes } = await exported(here)
    expect(told.filter((event) => event.type === 'exporting')).toEqual([{ type: 'exporting', done: 1, of: 1 }])
    const has = (file: Uint8Array, text: string): boolean => Buffer.from(file).includes(Buffer.from(text))
    for (const text of [PLANTED, here.household, 'household', here.line.device, 'address']) expect(has(bytes, text)).toBe(false)
    expect(has(bytes, Buffer.from(fromHex(here.line.device)).toString('latin1'))).toBe(false)
    const parcels = (decode(bytes) as [string, Uint8Array[][]])[1]
    const content = await opened(parcels[0]![0]!)
    // The same batch as files held it before: the search would find it.
    const before = encode(['bidao-carry-v2', [(content as { batch: unknown }).batch], []])
    expect([has(before, PLANTED), has(before, 'address')]).toEqual([true, true])
    await here.engine.lock()
  })

  it('is not made without the server\'s key, and says so', async () => {
    const here = await enrolled()
    const { carriage_key, ...older } = reference
    await here.database.commit([{ table: 'state', key: 'reference', value: older }])
    await here.engine.lock()
    await here.engine.unlock('246810')
    expect(carriage_key).toBe(CARRIAGE_KEY)
    expect((await here.engine.exportUnsent()).batches).toBe(0)
    await expect(exported(here)).rejects.toMatchObject({ code: 'no_carriage_key' })
    await here.engine.lock()
  })

  it('is opened by no other key, and not after a bit of it changed', async () => {
    const seal = await sealer(fromBase64Url(CARRIAGE_KEY))
    const [piece] = await piecesOf(new Uint8Array(10))
    const envelope = await seal(piece!)
    expect(await opened(envelope)).toEqual(piece)
    expect(await opened(envelope, await keysOf(new Uint8Array(32).fill(8)))).toBeNull()
    for (let at = 2; at < envelope.length; at += 7) expect(await opened(envelope.map((byte, index) => (index === at ? byte ^ 1 : byte)))).toBeNull()
    expect(toHex(await seal(piece!))).not.toBe(toHex(envelope))
  })

  it('of before is taken still', async () => {
    const [here, carrier] = [await enrolled(), await enrolled()]
    const { bytes } = await exported(here)
    const { batch } = (await opened((decode(bytes) as [string, Uint8Array[][]])[1][0]![0]!)) as Extract<Content, { batch: unknown }>
    for (const file of [['bidao-carry-v1', [batch]], ['bidao-carry-v2', [batch], []]]) {
      expect(await carrier.engine.importCarried(encode(file))).toBe(1)
      const before = carrier.line.requests.length
      expect((await sync(carrier)).carried).toBe(0)
      expect(carrier.line.requests.slice(before).flatMap((one) => one.push)).toEqual([batch])
    }
    await Promise.all([here.engine.lock(), carrier.engine.lock()])
  })
})

describe('a carrier', () => {
  it('goes on where the line broke, over many pieces, also when it brings the file along twice', async () => {
    const carrier = await enrolled()
    const seal = await sealer(fromBase64Url(CARRIAGE_KEY))
    const photo = new Uint8Array(PIECE_BYTES * 2 + 5).map((_, at) => at % 251)
    const parcel: Uint8Array[] = []
    for (const piece of await piecesOf(photo)) parcel.push(await seal(piece))
    expect(await carrier.engine.importCarried(encode(['bidao-carry-v3', [parcel]]))).toBe(1)
    carrier.line.carriageReplies = [json(200, { outcome: 'taken' }), json(503, { code: 'unavailable' })]
    expect(await sync(carrier)).toMatchObject({ carried: 1, lastError: 'unavailable' })
    expect(await carrier.engine.importCarried(encode(['bidao-carry-v3', [parcel]]))).toBe(1)
    expect(await sync(carrier)).toMatchObject({ carried: 0, lastError: null, carriage: { delivered: 1, refused: 0 } })
    expect(carrier.line.carried.map((one) => ('piece' in one ? one.piece.offset : -1))).toEqual([PIECE_BYTES, PIECE_BYTES * 2])
    expect(await carrier.database.all('bytes')).toEqual([])
    await carrier.engine.lock()
  })

  it('lets photos wait for Wi-Fi where that is wanted', async () => {
    const carrier = await enrolled()
    const seal = await sealer(fromBase64Url(CARRIAGE_KEY))
    const parcels: Uint8Array[][] = []
    for (const size of [PIECE_BYTES + 1, 5]) parcels.push(await Promise.all((await piecesOf(new Uint8Array(size))).map(seal)))
    await carrier.engine.importCarried(encode(['bidao-carry-v3', parcels]))
    await carrier.engine.setWifiOnly(true)
    expect(await sync(carrier)).toMatchObject({ carried: 1, carriage: { delivered: 1, problem: 'wifi' } })
    carrier.line.onWifi = true
    expect(await sync(carrier)).toMatchObject({ carried: 0, carriage: { delivered: 2 } })
    await carrier.engine.lock()
  })

  it('begins a file again when the server threw its beginning away', async () => {
    const carrier = await enrolled()
    const seal = await sealer(fromBase64Url(CARRIAGE_KEY))
    const parcel: Uint8Array[] = []
    for (const piece of await piecesOf(new Uint8Array(PIECE_BYTES + 1))) parcel.push(await seal(piece))
    await carrier.engine.importCarried(encode(['bidao-carry-v3', [parcel]]))
    carrier.line.carriageReplies = [json(200, { outcome: 'taken' }), json(409, { code: 'offset_mismatch' })]
    expect(await sync(carrier)).toMatchObject({ carried: 0, carriage: { delivered: 1, problem: null } })
    expect(carrier.line.carried.map((one) => ('piece' in one ? one.piece.offset : -1))).toEqual([0, PIECE_BYTES])
    await carrier.engine.lock()
  })

  it('keeps what is for a key the server does not have, lets go of what is damaged, and brings the rest', async () => {
    const [here, carrier] = [await enrolled(), await enrolled()]
    await exported(here)
    await here.engine.addHousehold('500114101201', { address: '小南村8组' })
    const { bytes, batches } = await here.engine.exportUnsent()
    expect(batches).toBe(2)
    await carrier.engine.importCarried(bytes)
    carrier.line.carriageReplies = [json(422, { code: 'carriage_key_unknown' })]
    expect(await sync(carrier)).toMatchObject({ lastError: null, carried: 1, carriage: { delivered: 1, refused: 0, problem: 'carriage_key_unknown' } })
    carrier.line.carriageReplies = [json(422, { code: 'carriage_damaged' })]
    expect(await sync(carrier)).toMatchObject({ lastError: null, carried: 0, carriage: { delivered: 1, refused: 1, problem: 'carriage_damaged' } })
    // Nothing of it is lost: its author has everything until the server tells it.
    expect((await here.engine.syncState()).waiting.length).toBeGreaterThan(0)
    await expect(carrier.engine.importCarried(encode(['bidao-carry-v3', [[new Uint8Array(9)]]]))).rejects.toMatchObject({ code: 'bad_file' })
    await Promise.all([here.engine.lock(), carrier.engine.lock()])
  })
})
