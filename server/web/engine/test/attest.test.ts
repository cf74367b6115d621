// Signing on the phone: one change, exactly the version that was shown, and what a later edit, another
// phone or a new incarnation leaves of it.
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../src/bytes'
import { readChanges } from '../src/document/chunk'
import * as D from '../src/document/document'
import { effectOf } from '../src/document/history'
import { encode } from '../src/protocol/cbor'
import { drawing, withFamily } from './family'
import { entry, held, ME, type Phone } from './phone'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

/** The attestation's change as it waits for the server. */
async function lastChange(here: Phone) {
  here.line.down = false
  await here.engine.syncNow()
  here.line.down = true
  const document = held(here)
  const last = (await readChanges(D.changesSince(document, []))).at(-1)!
  return { document, effect: effectOf(document, last.bytes) }
}

describe('an attestation', () => {
  it('is one change that makes one element and stands on what was shown', async () => {
    const here = await withFamily()
    const before = (await here.engine.signingPreview(here.household)).digest
    const view = await here.attest()
    expect(view).toMatchObject({ role: 'household_head', signerName: '李秀英', stance: 'agree', digest: before, current: true, signedAt: MORNING })
    expect(view.code).toBe(`${before.slice(0, 4)}-${before.slice(4, 6)}`.toUpperCase())
    const { document, effect } = await lastChange(here)
    expect(effect.made).toEqual([{ place: 'attestations/', key: view.element }])
    expect(effect.puts.every((put) => put.path.startsWith(`attestations/${view.element}/`))).toBe(true)
    const stored = (D.answersOf(document)['attestations'] as Record<string, Record<string, string>>)[view.element]
    expect(stored).toMatchObject({ form: 'household/1', content_digest: before, signer_member: here.head })
    expect(await here.engine.photoBytes(stored?.['strokes'] ?? '')).toEqual(drawing())
    await here.engine.lock()
  })

  it('lists the head first and no child among those who may sign', async () => {
    const here = await withFamily()
    expect(here.signers).toEqual([
      { member: here.head, name: '李秀英', relation: '02', isHead: true },
      { member: here.wife, name: '田某某', relation: '10', isHead: false },
    ])
    await here.engine.lock()
  })

  it('is refused when the record moved on since it was shown, and when values still stand side by side', async () => {
    const here = await withFamily()
    const { digest } = await here.engine.signingPreview(here.household)
    await here.engine.put(here.household, 'severity', 'light')
    await expect(here.attest({ digest })).rejects.toMatchObject({ code: 'moved_on' })
    here.line.down = false
    await here.engine.syncNow()
    const theirs = D.putAll(held(here), [{ path: 'severity', value: 'severe' }], MORNING)
    await here.engine.put(here.household, 'severity', 'moderate')
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs))]
    await here.engine.syncNow()
    expect(await here.engine.signingPreview(here.household)).toMatchObject({ conflicts: 1 })
    await expect(here.attest()).rejects.toMatchObject({ code: 'conflict' })
    await here.engine.lock()
  })

  it('has no place in a record that is older than signatures', async () => {
    const here = await withFamily()
    const old = '77'.repeat(16)
    here.line.down = false
    here.line.entries = [entry(old, 'document', D.saveDocument(D.createDocument('0f'.repeat(16), ['members'], [{ path: 'address', value: '旧' }], MORNING)))]
    await here.engine.syncNow()
    const { digest } = await here.engine.signingPreview(old)
    const request = { role: 'resident_team', signerMember: null, signerName: '田某', signerPerson: ME, literacyAid: null, digest }
    await expect(here.engine.attest(old, await here.agree(request))).rejects.toMatchObject({ code: 'not_signable' })
    await here.engine.lock()
  })

  it('cannot be written, changed or taken back by any other way', async () => {
    const here = await withFamily()
    const { element } = await here.attest()
    const readOnly = { code: 'read_only' }
    await expect(here.engine.put(here.household, `attestations/${element}/stance`, 'disagree')).rejects.toMatchObject(readOnly)
    await expect(here.engine.removeElement(here.household, 'attestations', element)).rejects.toMatchObject(readOnly)
    await expect(here.engine.addElement(here.household, 'attestations', { stance: 'agree' })).rejects.toMatchObject(readOnly)
    await expect(here.engine.undo(here.household)).rejects.toMatchObject({ code: 'nothing_to_undo' })
    await here.engine.lock()
  })
})

describe('what is signed', () => {
  it('is so only when three different persons agreed to the same content', async () => {
    const here = await withFamily()
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'none', changedSince: null })
    await here.attest()
    await here.official('village_or_group_cadre', '田某', ME)
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'partly' })
    await here.official('resident_team', '田某', ME)
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'partly' })
    here.context.time += 1000
    await here.official('village_or_group_cadre', '冉某', null)
    const view = await here.engine.signing(here.household)
    expect(view).toMatchObject({ state: 'signed', changedSince: null })
    expect(view.parties.map((party) => [party.name, party.current])).toEqual([['household', true], ['village', true], ['team', true]])
    await here.engine.lock()
  })

  it('is an objection of the household when one of it disagrees, until the same person says otherwise', async () => {
    const here = await withFamily()
    await here.attest({ role: 'adult_member_proxy', signerMember: here.wife, signerName: '田某某', proxyReason: 'illness', stance: 'disagree', remark: '地不对' })
    await here.attest()
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'objected' })
    await here.attest({ role: 'adult_member_proxy', signerMember: here.wife, signerName: '田某某', proxyReason: 'illness' })
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'partly' })
    await here.engine.lock()
  })

  it('is an objection while somebody disagrees, and says later what has changed since', async () => {
    const here = await withFamily()
    const { code } = await here.attest({ stance: 'disagree', remark: '地址不对' })
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'objected' })
    here.context.time += 1000
    await here.engine.put(here.household, 'phone', '13900000000')
    expect(await here.engine.signing(here.household)).toMatchObject({
      state: 'changed', changedSince: { code, signedAt: MORNING, material: false, differences: [{ path: 'phone', old: null, new: '13900000000' }] },
    })
    await here.engine.put(here.household, 'address', '小南村9组')
    const { changedSince, parties } = await here.engine.signing(here.household)
    expect(changedSince).toMatchObject({ material: true })
    expect(changedSince?.differences.map((one) => [one.path, one.old, one.new])).toEqual([['address', '小南村3组', '小南村9组'], ['phone', null, '13900000000']])
    expect(parties[0]).toMatchObject({ current: false, attestation: { code, current: false } })
    // Back to the words that were signed: it is that version again.
    await here.engine.put(here.household, 'address', '小南村3组')
    await here.engine.put(here.household, 'phone', null)
    expect(await here.engine.signing(here.household)).toMatchObject({ state: 'objected', changedSince: null })
    await here.engine.lock()
  })

  it('leaves an approval as it is, and a later edit does not', async () => {
    const here = await withFamily()
    here.line.down = false
    await here.engine.syncNow()
    const heads = D.headsOf(held(here)).map(fromHex)
    const review = async () => (await here.engine.record(here.household)).card.review
    await here.attest()
    here.line.entries = [entry(here.household, 'decision', encode({ state: 'approved', by: '冉某', at: 1, heads }), 2)]
    await here.engine.syncNow()
    expect(await review()).toBe('approved')
    await here.official('resident_team', '田某', ME)
    expect(await review()).toBe('approved')
    await here.engine.put(here.household, 'address', '小南村9组')
    expect(await review()).toBe('changed')
    await here.engine.lock()
  })

  it('does not count when its change wrote something else, or names another content', async () => {
    const here = await withFamily()
    const { element } = await here.attest()
    const { document } = await lastChange(here)
    const fields = (D.answersOf(document)['attestations'] as Record<string, Record<string, string | number>>)[element]!
    const [mixed, forged] = ['aa'.repeat(16), 'bb'.repeat(16)]
    const puts = (name: string, more: object) => Object.entries({ ...fields, ...more }).map(([field, value]) => ({ path: `attestations/${name}/${field}`, value }))
    let theirs = D.addElement(document, 'attestations', mixed, [...puts(mixed, { signed_at: MORNING + 5000 }), { path: 'phone', value: '13900000000' }], MORNING)
    theirs = D.addElement(theirs, 'attestations', forged, puts(forged, { content_digest: '00'.repeat(32), signed_at: MORNING + 6000 }), MORNING)
    here.line.down = false
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs))]
    await here.engine.syncNow()
    const view = await here.engine.signing(here.household)
    expect(view.all).toHaveLength(3)
    expect(view).toMatchObject({ state: 'changed', changedSince: { signedAt: MORNING, differences: [{ path: 'phone' }] } })
    expect(view.parties[0]?.attestation?.element).toBe(element)
    await here.engine.lock()
  })

  it('goes on covering the same content after a new incarnation, whatever came between', async () => {
    const here = await withFamily()
    here.line.down = false
    await here.engine.syncNow()
    const theirs = D.putAll(held(here), [{ path: 'phone', value: '13911111111' }], MORNING)
    await here.engine.put(here.household, 'phone', '13922222222')
    here.line.entries = [entry(here.household, 'document', D.saveDocument(theirs))]
    here.line.fate = () => ({ status: 'refused', code: 'try_again' })
    await here.engine.syncNow()
    const first = await here.attest()
    await here.engine.put(here.household, 'address', '小南村5组')
    here.context.time += 1000
    const second = await here.attest({ stance: 'agree_with_remark', remark: '还有猪' })
    await here.engine.put(here.household, 'address', '小南村6组')
    const before = await here.engine.signing(here.household)
    const old = toHex(here.line.pushed().at(-1)!.actor)
    here.line.fate = (manifest) => (toHex(manifest.actor) === old ? { status: 'refused', code: 'sequence_reused' } : { status: 'stored' })
    expect(await here.engine.syncNow()).toMatchObject({ problems: [], waiting: [] })
    expect(toHex(here.line.pushed().at(-1)!.actor)).not.toBe(old)
    const after = await here.engine.signing(here.household)
    expect(after).toEqual(before)
    expect(after.all.map((one) => one.element).sort()).toEqual([first.element, second.element].sort())
    expect(after).toMatchObject({ state: 'changed', changedSince: { code: second.code, differences: [{ path: 'address', old: '小南村5组', new: '小南村6组' }] } })
    await here.engine.lock()
  })
})

describe('what is read out and left behind', () => {
  it('never has the number of a card or an account, and a slip nothing sensitive', async () => {
    const here = await withFamily()
    const number = '999999198002010017'
    await here.engine.put(here.household, `members/${here.wife}/id_no`, number)
    await here.engine.put(here.household, `members/${here.wife}/health`, 'chronic')
    await here.engine.put(here.household, 'phone', '13900000000')
    const [old, account] = ['999999800201001', '6229990001112223334']
    await here.engine.put(here.household, `members/${here.wife}/id_old`, old)
    await here.engine.put(here.household, 'bank_name', '农商行')
    await here.engine.put(here.household, 'bank_account', account)
    const { readAloud } = await here.engine.signingPreview(here.household)
    expect(readAloud).toContain('家庭住址：小南村3组。')
    expect(readAloud).toContain('田某某，配偶')
    expect(readAloud).toContain('长期慢性病')
    expect(readAloud).toContain('开户银行：农商行。')
    for (const hidden of [number, old, account]) expect(readAloud, hidden).not.toContain(hidden)
    const { element, code } = await here.attest()
    await here.engine.put(here.household, 'address', '小南村9组')
    const slip = await here.engine.slip(here.household, element)
    expect(slip).toMatchObject({ code, household: '李秀英', place: '小南村', current: false, attestations: [{ element }] })
    const text = slip.lines.join('')
    expect(text).toContain('家庭住址：小南村3组。')
    expect(text).toMatch(/家庭成员3人：李秀英、田[某小]某、田[某小]某。/)
    for (const hidden of [number, '慢性', '13900000000', '小南村9组']) expect(text, hidden).not.toContain(hidden)
    await here.engine.lock()
  })
})

describe('what was chosen for a signature', () => {
  it('is there after the browser was killed, until it is forgotten', async () => {
    const here = await withFamily()
    await here.engine.keepSigning(here.household, '{"step":"paper"}')
    here.database.close()
    const { engine } = await here.again()
    await engine.unlock('246810')
    expect(await engine.keptSigning(here.household)).toBe('{"step":"paper"}')
    await engine.keepSigning(here.household, null)
    expect(await engine.keptSigning(here.household)).toBeNull()
    await engine.lock()
  })
})
