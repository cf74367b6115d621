// A household on a phone, ready to sign: its head, his wife and a child, and what the head would send when he agrees.
import type { AttestRequest } from '../src/phone/api'
import { enrolled } from './phone'

/** A file of strokes. */
export const drawing = (points = [[0, 0, 0], [400, 200, 90]]): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ v: 1, width: 3000, height: 1500, strokes: [points] }))

/** A household with a head, a wife and a child, and what its head would send when he agrees. */
export async function withFamily() {
  const here = await enrolled()
  const { engine, household } = here
  const wife = await engine.addElement(household, 'members', { name: '田某某', relation: '10', birth_date: '1980-02-01' })
  const child = await engine.addElement(household, 'members', { name: '田小某', relation: '20', birth_date: '2010-02-01' })
  const { signers } = await engine.signingPreview(household)
  const head = signers[0]?.member ?? ''
  const agree = async (more: Partial<AttestRequest> = {}): Promise<AttestRequest> => ({
    role: 'household_head', signerMember: head, signerName: '李秀英', signerPerson: null, proxyReason: null, method: 'finger_on_screen',
    literacyAid: 'read_by_self', readBy: null, readByPerson: null, witness: null, stance: 'agree', remark: null, strokes: drawing(), paper: null,
    digest: (await engine.signingPreview(household)).digest, ...more,
  })
  const attest = async (more: Partial<AttestRequest> = {}) => engine.attest(household, await agree(more))
  const official = (role: string, name: string, person: string | null) =>
    attest({ role, signerName: name, signerMember: null, signerPerson: person, literacyAid: null })
  return { ...here, agree, wife, child, head, signers, attest, official }
}
