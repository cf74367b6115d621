// Every rule of domain §6.11 on the phone: what breaks one is refused before anything is written, and every
// legitimate way passes, the form's own check too.
import { beforeAll, describe, expect, it } from 'vitest'
import * as D from '../src/document/document'
import { check } from '../src/form/check'
import type { AttestRequest } from '../src/phone/api'
import { drawing, withFamily } from './family'
import { held, ME } from './phone'
import { forms, withAutomerge } from './support'

beforeAll(withAutomerge)

describe('the rules', () => {
  const paper = { bytes: new Uint8Array([1]), width: 1, height: 1, mime: 'jpeg' as const }
  const thumb = { method: 'thumbprint_on_paper_photo', strokes: null, paper, witness: '冉某' }
  const readOut = { literacyAid: 'read_aloud_by_person', readBy: '田某', readByPerson: ME }
  const refused: [string, string, (here: { wife: string; child: string; me: string }) => Partial<AttestRequest>][] = [
    ['a role nobody has', 'role', () => ({ role: 'helper' })],
    ['no name', 'signer_name', () => ({ signerName: ' ' })],
    ['another name than the member has', 'signer_name', () => ({ signerName: '别人' })],
    ['a member of another household', 'signer_member', () => ({ signerMember: 'ab'.repeat(16) })],
    ['a cadre in the place of the household', 'signer_person', () => ({ signerPerson: ME })],
    ['somebody else as the head', 'role', ({ wife }) => ({ signerMember: wife, signerName: '田某某' })],
    ['the cadre as a member', 'signer_member', ({ me }) => ({ role: 'adult_member_proxy', signerMember: me, signerName: '田某', proxyReason: 'illness' })],
    ['somebody of the team by name alone', 'signer_person', () => ({ role: 'resident_team', signerMember: null, signerName: '田某', literacyAid: null })],
    ['a child', 'signer_member', ({ child }) => ({ role: 'adult_member_proxy', signerMember: child, signerName: '田小某', proxyReason: 'illness' })],
    ['a proxy without a reason', 'proxy_reason', ({ wife }) => ({ role: 'adult_member_proxy', signerMember: wife, signerName: '田某某' })],
    ['a proxy for a reason that is none', 'proxy_reason', ({ wife }) => ({ role: 'adult_member_proxy', signerMember: wife, signerName: '田某某', proxyReason: 'busy' })],
    ['a member who signs for the village', 'signer_member', () => ({ role: 'village_or_group_cadre' })],
    ['a finger without strokes', 'strokes', () => ({ strokes: null })],
    ['a single dot', 'strokes', () => ({ strokes: drawing([[5, 5, 0]]) })],
    ['strokes that are too large', 'strokes', () => ({ strokes: drawing(Array.from({ length: 3000 }, (_, at) => [at, at, at])) })],
    ['strokes that are no strokes', 'strokes', () => ({ strokes: new TextEncoder().encode('{}') })],
    ['a finger of the household without a word on reading', 'literacy_aid', () => ({ literacyAid: null })],
    ['a thumbprint without its picture', 'paper', () => ({ ...thumb, paper: null })],
    ['a thumbprint without a word on reading', 'literacy_aid', () => ({ ...thumb, literacyAid: null })],
    ['a thumbprint without a witness', 'witness', () => ({ ...thumb, witness: null })],
    ['a reader without a name', 'read_by', () => ({ literacyAid: 'read_aloud_by_person' })],
    ['the author reading without a witness', 'witness', () => readOut],
    ['the reader as witness', 'witness', () => ({ ...readOut, witness: '田某' })],
    ['the signer as witness', 'witness', () => ({ ...readOut, witness: '李秀英' })],
    ['a remark that is not there', 'remark', () => ({ stance: 'agree_with_remark' })],
    ['disagreement without a word', 'remark', () => ({ stance: 'disagree' })],
    ['a refusal that was signed without a word', 'remark', () => ({ stance: 'refuse_to_sign' })],
    ['no method', 'method', () => ({ method: null, strokes: null })],
    ['a code by message', 'method', () => ({ method: 'sms_code' })],
    ['a remark longer than the form takes', 'remark', () => ({ stance: 'disagree', remark: '长'.repeat(501) })],
  ]
  it('refuse before anything is written, and say which field is meant', async () => {
    const here = await withFamily()
    const heads = async (): Promise<string[]> => {
      here.line.down = false
      await here.engine.syncNow()
      return D.headsOf(held(here))
    }
    const me = await here.engine.addElement(here.household, 'members', { name: '田某', relation: '20', birth_date: '1980-02-01' })
    const before = await heads()
    for (const [name, field, more] of refused) await expect(here.attest(more({ ...here, me })), name).rejects.toMatchObject({ code: 'bad_attestation', field })
    expect(await heads()).toEqual(before)
    await here.engine.lock()
  })

  it('let pass every legitimate way', async () => {
    const here = await withFamily()
    const fine: Partial<AttestRequest>[] = [
      { ...thumb, literacyAid: 'read_aloud_by_device' },
      { ...thumb, ...readOut },
      { ...readOut, witness: '冉某' },
      { role: 'adult_member_proxy', signerMember: here.wife, signerName: '田某某', proxyReason: 'absent_for_work' },
      { stance: 'agree_with_remark', remark: '辣椒只有一亩' },
      { stance: 'disagree', remark: '收入不对' },
      { stance: 'refuse_to_sign', method: null, strokes: null, literacyAid: null },
      { stance: 'refuse_to_sign', method: null, strokes: null, literacyAid: null, remark: '要和家里商量' },
      { role: 'resident_team', signerMember: null, signerName: '田某', signerPerson: ME, literacyAid: null },
      { role: 'village_or_group_cadre', signerMember: null, signerName: '冉某', literacyAid: null, method: 'paper_scan', strokes: null, paper },
    ]
    for (const more of fine) await here.attest(more)
    const { answers } = await here.engine.record(here.household)
    expect(check(forms[0]!, answers, '2016-01-05').filter((one) => one.path.startsWith('attestations'))).toEqual([])
    expect((await here.engine.signing(here.household)).all).toHaveLength(fine.length)
    await here.engine.lock()
  })
})
