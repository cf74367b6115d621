// The phone against a server by script: what receipts and answers of every kind do to it.
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../src/bytes'
import * as D from '../src/document/document'
import type { Command, Edit } from '../src/protocol/message'
import { verifySeal } from '../src/protocol/seal'
import { enrolled, entry, held, json, VILLAGE, type Phone } from './phone'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const sendNow = async (here: Phone) => {
  here.line.down = false
  return here.engine.syncNow()
}

describe('syncing', () => {
  it('sends sealed batches that verify under the enrolled key and hang together', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'address', 'A')
    await sendNow(here)
    const sealed = here.line.requests.flatMap((request) => request.push)
    const key = fromHex(Buffer.from(here.line.publicKey, 'base64url').toString('hex'))
    expect(sealed.length).toBeGreaterThan(1)
    for (const batch of sealed) expect(await verifySeal(key, batch)).toBe(true)
    const manifests = here.line.pushed()
    expect(manifests.map((one) => one.number)).toEqual(manifests.map((_, at) => at + 1))
    expect(manifests[0]?.prev).toBeNull()
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', sealed[0]![0]))
    expect(manifests[1]?.prev).toEqual(digest)
    expect(D.answersOf(held(here))['address']).toBe('A')
    await here.engine.lock()
  })

  it('offers a batch again, byte for byte, until its receipt came', async () => {
    const here = await enrolled()
    const before = here.line.requests.length
    await here.engine.put(here.household, 'address', 'A')
    here.line.replies = [json(503, { code: 'unavailable' })]
    expect((await sendNow(here)).lastError).toBe('unavailable')
    expect((await here.engine.record(here.household)).card.send).toBe('waiting')
    await here.engine.lock()
    await here.engine.unlock('246810')
    await sendNow(here)
    expect((await here.engine.record(here.household)).card.send).toBe('sent')
    expect(here.line.requests.slice(before).flatMap((one) => one.push)).toHaveLength(1)
    await here.engine.lock()
  })

  it('shows a refusal with its reason and keeps the words', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'address', 'A')
    here.line.fate = () => ({ status: 'refused', code: 'area_mismatch', detail: 'another village' })
    const { problems, waiting } = await sendNow(here)
    expect(problems).toMatchObject([{ record: here.household, status: 'refused', code: 'area_mismatch', title: '李秀英' }])
    expect(waiting).toEqual([])
    expect((await here.engine.record(here.household)).card.send).toBe('problem')
    expect((await here.engine.record(here.household)).answers['address']).toBe('A')
    await here.engine.dismissProblem(here.household)
    expect((await here.engine.syncState()).problems).toEqual([])
    await here.engine.lock()
  })

  it('forgets that an edit was held once it comes back in the feed', async () => {
    const here = await enrolled()
    await here.engine.put(here.household, 'address', 'A')
    here.line.fate = () => ({ status: 'held', code: 'missing_dependencies' })
    expect((await sendNow(here)).problems).toHaveLength(1)
    here.line.entries = [entry(here.household, 'document', D.saveDocument(held(here)))]
    expect((await here.engine.syncNow()).problems).toEqual([])
    await here.engine.lock()
  })

  it('writes unsent edits again as a new incarnation when a number was used before', async () => {
    const here = await enrolled()
    const visit = await here.engine.startVisit(here.household)
    await here.engine.put(visit, 'met', 'head')
    await here.engine.put(here.household, 'address', 'A')
    await here.engine.submit(visit)
    const old = toHex(here.line.pushed().at(-1)!.actor)
    // A copy of this phone sent the visit's beginning, and went on with it and with the household.
    const detail = new Map([[visit, 'sequence 2'], [here.household, 'sequence 3']])
    here.line.fate = (manifest, at) => {
      const item = manifest.items[at]
      const reused = toHex(manifest.actor) === old && item && detail.get(toHex(item.record))
      if (item?.t === 'command') return reused ? { status: 'refused', code: 'unknown_heads' } : { status: 'done' }
      return reused ? { status: 'refused', code: 'sequence_reused', detail: reused } : { status: 'stored' }
    }
    const { problems, waiting } = await sendNow(here)
    expect([problems, waiting]).toEqual([[], []])
    const last = here.line.pushed().at(-1)!
    expect(toHex(last.actor).slice(0, 16)).toBe(old.slice(0, 16))
    expect(toHex(last.actor)).not.toBe(old)
    expect(last).toMatchObject({ number: 1, prev: null })
    // The trip was taken as it was; of the visit and the household only what comes after the copy's words is made again.
    expect(last.items.map((item) => item.t).sort()).toEqual(['command', 'edit', 'edit'])
    expect(last.items.flatMap((item) => (item.t === 'edit' ? item.changes : []))).toHaveLength(2)
    expect(D.rootActor(held(here, visit))).toBe(old)
    const command = last.items.find((item): item is Command => item.t === 'command' && toHex(item.record) === visit)
    expect(command?.expected.map(toHex)).toEqual(here.line.pushed().at(-1)!.items.filter((item): item is Edit => item.t === 'edit' && toHex(item.record) === visit).map((item) => toHex(item.changes.at(-1)!)))
    expect((await here.engine.record(visit)).answers).toMatchObject({ met: 'head', household: here.household })
    expect((await here.engine.record(here.household)).answers['address']).toBe('A')
    await here.engine.lock()
  })

  it('notices a copy of itself in the feed and still loses nothing', async () => {
    const here = await enrolled()
    const twin = D.openDocument(D.saveDocument(held(here)), toHex(here.line.pushed().at(-1)!.actor))
    const theirs = D.putAll(twin, [{ path: 'phone', value: '13800000000' }], MORNING)
    await here.engine.put(here.household, 'address', 'A')
    here.line.fate = () => ({ status: 'held' })
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs))]
    await sendNow(here)
    here.line.fate = () => ({ status: 'stored' })
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs))]
    await here.engine.syncNow()
    expect((await here.engine.record(here.household)).answers).toMatchObject({ address: 'A', phone: '13800000000' })
    await here.engine.lock()
  })

  it('shows both values of an ask field and settles them with one tap', async () => {
    const here = await enrolled()
    const other = D.putAll(held(here), [{ path: 'severity', value: 'severe' }], MORNING + 5000)
    await here.engine.put(here.household, 'severity', 'light')
    here.line.entries = [entry(here.household, 'document', D.saveDocument(other))]
    await sendNow(here)
    const [conflict] = await here.engine.conflicts()
    expect(conflict).toMatchObject({ record: here.household, path: 'severity', title: '李秀英', left: false })
    expect(conflict?.values.map((one) => [one.value, one.mine]).sort()).toEqual([['light', true], ['severe', false]])
    expect(conflict?.values.find((one) => !one.mine)?.person).toBe('冉某')
    expect((await here.engine.households())[0]?.conflicts).toBe(1)
    await here.engine.leaveConflict(here.household, 'severity')
    expect((await here.engine.households())[0]?.conflicts).toBe(0)
    await here.engine.resolve(here.household, 'severity', 'severe')
    expect(await here.engine.conflicts()).toEqual([])
    await here.engine.syncNow()
    expect(D.concurrentAt(held(here, here.household, other), 'severity')).toEqual([])
    await here.engine.lock()
  })

  it('learns names even where one record of several is out of reach', async () => {
    const here = await enrolled()
    const second = await here.engine.addHousehold(VILLAGE, { address: '小南村9组' })
    await sendNow(here)
    for (const [seq, record] of [here.household, second].entries()) {
      const other = D.putAll(held(here, record), [{ path: 'severity', value: 'severe' }], MORNING + 5000)
      await here.engine.put(record, 'severity', 'light')
      here.line.entries.push(entry(record, 'document', D.saveDocument(other), seq + 1))
    }
    here.line.unknown = here.household
    await here.engine.syncNow()
    const conflicts = await here.engine.conflicts()
    expect(conflicts).toHaveLength(2)
    expect(conflicts.map((one) => one.values.find((value) => !value.mine)?.person)).toEqual(['冉某', '冉某'])
    const asked = here.line.headers.length
    await here.engine.syncNow()
    expect(here.line.headers.slice(asked).filter((one) => one['path']?.endsWith('/history'))).toEqual([])
    await here.engine.lock()
  })

  it('offers everything it kept to a server that lost its tail', async () => {
    const here = await enrolled()
    const first = here.line.requests.flatMap((one) => one.push).length
    here.line.extra = { rewound: [`a:${VILLAGE}`] }
    const before = here.line.requests.length
    await sendNow(here)
    expect(here.line.requests.slice(before).flatMap((one) => one.push)).toHaveLength(first)
    expect((await here.engine.syncState()).waiting).toEqual([])
    await here.engine.lock()
  })

  it('deletes what a grant covered when it ends, but sends unsent work first', async () => {
    const here = await enrolled()
    here.line.entries = [entry(here.household, 'document', D.saveDocument(held(here)))]
    await sendNow(here)
    here.line.down = true
    const visit = await here.engine.startVisit(here.household)
    here.line.extra = { revoked: [`a:${VILLAGE}`], cursors: {} }
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    await sendNow(here)
    expect(await here.engine.households()).toEqual([])
    expect((await here.engine.record(visit)).card.send).toBe('waiting')
    here.line.fate = () => ({ status: 'stored' })
    await here.engine.syncNow()
    expect((await here.engine.syncState()).waiting).toEqual([])
    await here.engine.lock()
  })

  it('renews the session with a proof of possession and says when it has ended', async () => {
    const here = await enrolled()
    here.context.time += 3_600_000
    await sendNow(here)
    const renewal = here.line.headers.find((one) => one['path'] === '/api/v1/sessions/refresh')
    const [head, claims] = (renewal?.['dpop'] ?? '').split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>)
    expect(head).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' } })
    expect(claims).toMatchObject({ htm: 'POST', htu: 'https://bidao.test/api/v1/sessions/refresh' })
    here.line.sessionReplies = [json(401, { code: 'token_reused' })]
    here.context.time += 3_600_000
    expect((await here.engine.syncNow()).lastError).toBe('session_ended')
    await here.engine.signIn('secret')
    expect((await here.engine.syncNow()).lastError).toBeNull()
    await here.engine.lock()
  })

  it('proves possession by the server clock when its own is wrong', async () => {
    const here = await enrolled()
    here.context.time += 5 * 86_400_000
    here.line.sessionReplies = [{ ...json(401, { code: 'bad_proof' }), date: MORNING }]
    expect((await sendNow(here)).lastError).toBeNull()
    const proofs = here.line.headers.filter((one) => one['path'] === '/api/v1/sessions/refresh').map((one) => one['dpop'] ?? '')
    const times = proofs.map((one) => (JSON.parse(Buffer.from(one.split('.')[1] ?? '', 'base64url').toString()) as { iat: number }).iat)
    expect(times.at(-1)).toBe(MORNING / 1000)
    await here.engine.lock()
  })
})
