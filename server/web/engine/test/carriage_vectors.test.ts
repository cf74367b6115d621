// Envelopes of both languages: Rust's are opened here, those made here (`UPDATE_VECTORS=1 npm test`) by Rust.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromBase64Url, fromHex, toHex } from '../src/bytes'
import { keyId, sealer, type Content, type Envelope } from '../src/phone/envelope'
import { decode, encode } from '../src/protocol/cbor'
import { CARRIAGE_KEY, opened } from './carriage'

const file = (name: string): URL => new URL(`../../../../sync/vectors/${name}`, import.meta.url)
const read = <T>(name: string): T => JSON.parse(readFileSync(file(name), 'utf8')) as T

interface Pair { content: string; envelope: string }
const key = fromBase64Url(CARRIAGE_KEY)

describe('envelopes', () => {
  it('of Rust are opened by the same key, and not when one bit is another', async () => {
    const { public_key, key_id, cases } = read<{ public_key: string; key_id: string; cases: Pair[] }>('carriage.json')
    expect([public_key, key_id]).toEqual([toHex(key), toHex(await keyId(key))])
    expect(cases.map((one) => Object.keys(decode(fromHex(one.content)) as Content)[0])).toEqual(['batch', 'piece'])
    for (const { content, envelope } of cases) {
      const found = await opened(fromHex(envelope))
      expect(found).toEqual(decode(fromHex(content)))
      // What this engine would have put into it is the same, byte for byte.
      expect(toHex(encode(found))).toBe(content)
      const spoilt = fromHex(envelope)
      spoilt[spoilt.length - 1]! ^= 1
      expect(await opened(spoilt)).toBeNull()
    }
  })

  it('made here hold what was put into them', async () => {
    const path = file('js_carriage.json')
    if (process.env['UPDATE_VECTORS'] || !existsSync(path)) {
      const seal = await sealer(key)
      const made: Pair[] = []
      for (const { content } of read<{ cases: Pair[] }>('carriage.json').cases) made.push({ content, envelope: toHex(await seal(decode(fromHex(content)) as Content)) })
      writeFileSync(path, JSON.stringify(made, null, 2) + '\n')
    }
    for (const { content, envelope } of read<Pair[]>('js_carriage.json')) {
      expect(await opened(fromHex(envelope))).toEqual(decode(fromHex(content)))
      const [id, enc] = decode(fromHex(envelope)) as Envelope
      expect([toHex(id), enc.length]).toEqual([toHex(await keyId(key)), 65])
    }
  })
})
