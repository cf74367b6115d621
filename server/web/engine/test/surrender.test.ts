// A phone that was taken out of use hands in its work and forgets everything, but nothing that only it has.
import { openDB } from 'idb'
import { beforeAll, describe, expect, it } from 'vitest'
import { TABLES } from '../src/store/database'
import { enrolled, json, PIN, type Phone } from './phone'
import { onVisit, picture, take } from './photos'
import { withAutomerge } from './support'

beforeAll(withAutomerge)

const REVOKED = json(403, { code: 'device_revoked' })

/** Switched on again where there is a line. */
async function contact({ line, engine }: Pick<Phone, 'line' | 'engine'>): Promise<void> {
  line.down = false
  line.replies = [REVOKED]
  line.fate = () => ({ status: 'quarantined', code: 'device_revoked' })
  await engine.syncNow().catch(() => undefined)
}

async function rows(name: string): Promise<number> {
  const raw = await openDB(name)
  const counts = await Promise.all(['clear', ...TABLES].map((table) => raw.count(table)))
  raw.close()
  return counts.reduce((sum, one) => sum + one, 0)
}

describe('a phone taken out of use', () => {
  it('hands in what it had not sent, without a token, and erases itself', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'address', 'A')
    const before = here.line.requests.length
    await contact(here)
    const handedIn = here.line.headers.filter((one) => one['path'] === '/api/v1/surrenders')
    expect(handedIn).toHaveLength(1)
    expect(handedIn[0]).not.toHaveProperty('authorization')
    expect(here.line.requests.slice(before).flatMap((one) => one.push)).toHaveLength(1)
    expect(await here.engine.status()).toMatchObject({ state: 'new', device: null, person: null, forgotten: true })
    expect(await rows(here.name)).toBe(0)
    await expect(here.engine.unlock(PIN)).rejects.toMatchObject({ code: 'not_enrolled' })
  })

  it('keeps everything while the line breaks, and ends at the next contact', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'address', 'A')
    const { send } = here.line
    here.line.send = async (...args) => {
      if (args[1] === '/api/v1/surrenders') throw new TypeError('no line')
      return send.apply(here.line, args)
    }
    await contact(here)
    expect(await here.engine.status()).toMatchObject({ state: 'open', forgotten: false })
    expect((await here.engine.record(here.household)).answers['address']).toBe('A')
    here.line.send = send
    await contact(here)
    expect(await here.engine.status()).toMatchObject({ state: 'new', forgotten: true })
  })

  it('keeps photos that only another phone can bring in, with the words already handed in', async () => {
    const here = await onVisit()
    await take(here.engine, here.visit, picture(1), { subject: 'crop' })
    await contact(here)
    expect(await here.engine.status()).toMatchObject({ state: 'open', forgotten: false })
    expect((await here.engine.syncState()).lastError).toBe('device_revoked')
    expect((await here.engine.exportUnsent()).batches).toBe(1)
    await here.engine.lock()
    here.server.close()
  })

  it('may be enrolled again afterwards', async () => {
    const here = await enrolled()
    await contact(here)
    here.line.fate = () => ({ status: 'stored' })
    await here.engine.enrol({ code: 'ABCD2345', account: 'tian', password: 'secret', pin: PIN, name: '手机' })
    expect(await here.engine.status()).toMatchObject({ state: 'open', forgotten: false })
    await here.engine.lock()
  })
})
