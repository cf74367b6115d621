// A copy of this phone goes on under its name: nothing is lost, nothing is made twice, nothing counts as made later.
// The cases of `sync/tests/copies.rs`.
import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../src/bytes'
import * as D from '../src/document/document'
import { madeTwice } from '../src/document/history'
import { edits, enrolled, entry, held, reads, VILLAGE, type Phone } from './phone'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const reused = (sequence: number) => ({ status: 'refused', code: 'sequence_reused', detail: `sequence ${sequence}` }) as const

/** What the copy wrote: it knows what this phone had sent, and writes under this phone's name. */
const written = (here: Phone, path: string, value: string): D.Document =>
  D.putAll(D.openDocument(D.saveDocument(held(here)), toHex(here.line.pushed().at(-1)!.actor)), [{ path, value }], MORNING)

describe('a phone that was copied', () => {
  it('makes again only what comes after the number that was used, on the same past', async () => {
    const here = await enrolled()
    await reads(here, 4)
    const theirs = written(here, 'phone', '13800000000')
    await here.engine.put(here.household, 'address', 'A')
    await here.engine.put(here.household, 'group_name', '3组')
    const before = here.line.pushed().length
    let asked = 0
    here.line.fate = () => (asked++ === 0 ? reused(3) : { status: 'stored' })
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs), 5)]
    here.line.down = false
    expect((await here.engine.syncNow()).problems).toEqual([])
    const [first, again] = here.line.pushed().slice(before)
    expect(first?.items).toHaveLength(1)
    expect(edits(again ? [again] : [], here.household).flatMap((one) => one.changes)).toHaveLength(2)
    expect(toHex(again!.actor)).not.toBe(toHex(first!.actor))
    // The grant is read from the start, because what came with the refusal clashed.
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs), 6)]
    await here.engine.syncNow()
    expect((await here.engine.record(here.household)).answers).toMatchObject({ address: 'A', group_name: '3组', phone: '13800000000' })
    // The root and the member were made once, and the new words do not claim to have seen the copy's.
    const taken = here.line.requests.flatMap((one) => one.push).at(-1)![2][0]!
    const whole = D.absorb(D.openDocument(D.saveDocument(theirs), '0f'.repeat(16)), taken, '0f'.repeat(16))
    expect(D.namesOf(whole).filter((one) => one.root)).toHaveLength(1)
    expect(D.answersOf(whole)).toMatchObject({ address: 'A', phone: '13800000000' })
    expect(here.line.requests.at(-1)?.push ?? []).toEqual([])
    await here.engine.lock()
  })

  it('writes over nobody\'s value unseen', async () => {
    const here = await enrolled()
    await reads(here, 4)
    const theirs = written(here, 'severity', 'severe')
    await here.engine.put(here.household, 'severity', 'light')
    let asked = 0
    here.line.fate = () => (asked++ === 0 ? reused(3) : { status: 'stored' })
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs), 5)]
    here.line.down = false
    await here.engine.syncNow()
    // What the copy wrote came with the refusal; the word made again stands beside it.
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs), 6)]
    await here.engine.syncNow()
    expect((await here.engine.conflicts())[0]?.values.map((one) => one.value).sort()).toEqual(['light', 'severe'])
    await here.engine.lock()
  })

  it('says that what it makes again was made no later', async () => {
    const here = await enrolled()
    await reads(here, 4)
    await here.engine.put(here.household, 'address', 'A')
    await here.engine.syncNow()
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    await reads(here, 9)
    const sealed = here.line.pushed().at(-1)!
    let asked = 0
    here.line.fate = () => (asked++ === 0 ? reused(3) : { status: 'stored' })
    here.line.down = false
    await here.engine.syncNow()
    const again = here.line.pushed().at(-1)!
    expect(toHex(again.actor)).not.toBe(toHex(sealed.actor))
    expect([sealed.seen, again.seen]).toEqual([{ [VILLAGE]: 4 }, { [VILLAGE]: 4 }])
    await here.engine.lock()
  })

  it('says that what it wrote before the first answer had read nothing', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'group_name', '3组')
    let meanwhile: Promise<unknown> | null = null
    here.line.fate = () => {
      meanwhile ??= here.engine.put(here.household, 'address', 'A')
      return { status: 'stored' }
    }
    await reads(here, 4)
    await meanwhile
    await here.engine.addHousehold(VILLAGE, { address: '小南村9组' })
    here.line.down = false
    await here.engine.syncNow()
    expect(here.line.pushed().at(-1)!.items).toHaveLength(2)
    expect(here.line.pushed().at(-1)!.seen).toEqual({ [VILLAGE]: 0 })
    await here.engine.lock()
  })

  it('leaves unsent work on other records as it is, under its author', async () => {
    const here = await enrolled()
    await reads(here, 4)
    await here.engine.put(here.household, 'address', 'A')
    const second = await here.engine.addHousehold(VILLAGE, { address: '小南村9组' })
    const first = D.namesOf(held(here)).at(-1)!.actor
    here.line.fate = (manifest, at) => {
      const item = manifest.items[at]
      if (toHex(item!.record) === second) return { status: 'refused', code: 'try_again' }
      return toHex(manifest.actor) === first ? reused(3) : { status: 'stored' }
    }
    here.line.down = false
    await here.engine.syncNow()
    here.line.fate = () => ({ status: 'stored' })
    await here.engine.syncNow()
    const roots = edits(here.line.pushed(), second).flatMap((one) => one.changes.map(toHex))
    expect(new Set(roots).size).toBe(1)
    expect(D.rootActor(held(here, second))).toBe(first)
    expect((await here.engine.syncState()).waiting).toEqual([])
    await here.engine.lock()
  })

  it('seals the same items again where only the number of the batch was used', async () => {
    const here = await enrolled()
    await reads(here, 4)
    await here.engine.put(here.household, 'address', 'A')
    const visit = await here.engine.startVisit(here.household)
    await here.engine.submit(visit)
    const before = here.line.pushed().length
    const copied = toHex(here.line.pushed().at(-1)!.actor)
    here.line.fate = (manifest, at) => {
      if (toHex(manifest.actor) === copied && manifest.number < 1000) return { status: 'refused', code: 'batch_number_reused' }
      return { status: manifest.items[at]?.t === 'command' ? 'done' : 'stored' }
    }
    here.line.down = false
    expect((await here.engine.syncNow()).problems).toEqual([])
    const [first, again] = here.line.pushed().slice(before)
    expect(again?.items).toEqual(first?.items)
    expect(toHex(again!.actor)).toBe(toHex(first!.actor))
    expect((again!.number - first!.number - 1) % 1000).toBe(0)
    expect(again!.number - first!.number).toBeGreaterThan(1000)
    expect(again!.prev).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', here.line.requests.flatMap((one) => one.push)[before]![0])))
    await here.engine.put(here.household, 'address', 'B')
    await here.engine.syncNow()
    const next = here.line.pushed().at(-1)!
    expect([toHex(next.actor) === toHex(first!.actor), next.number]).toEqual([false, 1])
    expect((await here.engine.syncState()).waiting).toEqual([])
    await here.engine.lock()
  })
})

describe('three telephones with one identity', () => {
  it('make a member again each for itself, and there is one', async () => {
    const here = await enrolled()
    await reads(here, 4)
    const known = D.saveDocument(held(here))
    const other = written(here, 'phone', '13800000000')
    const member = await here.engine.addElement(here.household, 'members', { name: '田某某', relation: '10' })
    await here.engine.put(here.household, `members/${member}/health`, 'chronic')
    // One copy wrote under the number first, another has made the member again under a new name.
    const path = `members/${member}`
    const second = D.putAll(D.openDocument(known, here.line.device + '77'.repeat(8)), [{ path: `${path}/name`, value: '田某某' }, { path: `${path}/relation`, value: '10' }], MORNING)
    let asked = 0
    here.line.fate = () => (asked++ === 0 ? reused(3) : asked === 2 ? { status: 'refused', code: 'element_not_allowed' } : { status: 'held' })
    here.line.entries = [entry(here.household, 'document', D.saveDocument(other), 5)]
    here.line.down = false
    await here.engine.syncNow()
    expect((await here.engine.syncState()).problems).not.toEqual([])
    here.line.fate = () => ({ status: 'stored' })
    here.line.entries = [entry(here.household, 'document', D.saveDocument(D.absorb(second, D.saveDocument(other), '0f'.repeat(16))), 6)]
    await here.engine.syncNow()
    expect((await here.engine.syncState()).problems).toEqual([])
    expect((await here.engine.record(here.household)).answers['members']).toMatchObject({ [member]: { name: '田某某', relation: '10', health: 'chronic' } })
    // What the server has of it and what is sent now make one whole record.
    const sent = here.line.requests.flatMap((one) => one.push).at(-1)![2][0]!
    const whole = D.absorb(D.absorb(D.openDocument(D.saveDocument(second), '0e'.repeat(16)), D.saveDocument(other), '0e'.repeat(16)), sent, '0e'.repeat(16))
    expect(madeTwice(whole)).toEqual([])
    expect(D.answersOf(whole)).toMatchObject({ members: { [member]: { name: '田某某', relation: '10', health: 'chronic' } } })
    await here.engine.lock()
  })
})
