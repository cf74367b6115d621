// `sync/vectors/attestation.json`, made by Rust: the same changes have the same content, digest, code and
// signatures here, the same rules refuse the same fields, and the same changes ask for a new signature.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex } from '../src/bytes'
import { canonical, contentDigest, contentOf, shortCode, type Content, type Difference } from '../src/document/content'
import * as D from '../src/document/document'
import type { AttestRequest } from '../src/phone/api'
import { checkAttestation } from '../src/phone/attest_rules'
import { isMaterial, signedOf, signingView } from '../src/phone/attest_view'
import type { Form } from '../src/schema'
import { drawing } from './family'
import { withAutomerge } from './support'

interface Attested { element: string; digest: string; role: string; stance: string; signer_name: string; signed_at: number; current: boolean; follows: string[] }
interface Case {
  name: string; record: string; form: string; changes: string[]; heads: string[]; content: Content; canonical: string; digest: string; code: string
  parties: { name: string; roles: string[] }[]; state: string; attestations: Attested[]
  earlier: { digest: string; signed_at: number; differences: Difference[] } | null
}
interface Vectors {
  json: { json: string; canonical: string }[]
  codes: { digest: string; code: string }[]
  documents: Case[]
  fields: { name: string; fault: string | null; fields: { [field: string]: string | number | null } }[]
  materiality: { name: string; immaterial: string[]; percent: number; differences: Difference[]; material: boolean }[]
}
const vectors = JSON.parse(readFileSync(new URL('../../../../sync/vectors/attestation.json', import.meta.url), 'utf8')) as Vectors
const READER = 'fe'.repeat(16)

beforeAll(withAutomerge)

/** A form of these parties, with a list of sums. */
const formOf = (parties: Case['parties'], immaterial: string[] = []): Form => ({
  name: 'household', version: 1, title: { zh: '', en: '' }, attestation: { parties: parties.map((one) => ({ ...one, label: { zh: '', en: '' } })), immaterial },
  sections: [{ name: 'all', title: { zh: '', en: '' }, fields: [{ name: 'lines', type: 'repeat', fields: [{ name: 'amount', type: 'money' }] }] }],
}) as unknown as Form

describe('canonical texts', () => {
  it.each(vectors.json)('$json', ({ json, canonical: text }) => expect(canonical(JSON.parse(json))).toBe(text))
  it.each(vectors.codes)('$code', ({ digest, code }) => expect(shortCode(digest)).toBe(code))
})

describe('content and signatures', () => {
  it.each(vectors.documents)('$name', async (one) => {
    const document = one.changes.reduce<D.Document | null>((before, hex) => D.absorb(before, fromHex(hex), READER), null)!
    expect(D.headsOf(document)).toEqual([...one.heads].sort())
    const content = contentOf(document)
    expect(content).toEqual(one.content)
    expect(canonical({ content, form: one.form, record: one.record, v: 1 })).toBe(one.canonical)
    expect(await contentDigest(content, one.form, one.record)).toBe(one.digest)
    const signed = await signedOf(document, formOf(one.parties), one.form, one.record)
    expect(signed.seen.map(({ view, follows }) => ({
      element: view.element, digest: view.digest, role: view.role, stance: view.stance, signer_name: view.signerName, signed_at: view.signedAt, current: view.current, follows: [...follows].sort(),
    }))).toEqual(one.attestations.map(({ element, digest, role, stance, signer_name, signed_at, current, follows }) => ({ element, digest, role, stance, signer_name, signed_at, current, follows: [...follows].sort() })))
    const view = signingView(signed, formOf(one.parties), { any: false, percent: 5 })
    expect(view).toMatchObject({ state: one.state, code: one.code })
    if (!one.earlier) return void expect(view.changedSince).toBeNull()
    expect(view.changedSince).toMatchObject({ code: shortCode(one.earlier.digest), signedAt: one.earlier.signed_at, differences: one.earlier.differences })
  })
})

describe('the rules', () => {
  // What a request cannot say: lengths are the form's, names of files and times are made by the engine.
  const ours = vectors.fields.filter(({ name }) => !/characters|lower-case|a time is/.test(name))
  it.each(ours)('$name', ({ fault, fields }) => {
    const text = (name: string): string | null => (typeof fields[name] === 'string' && fields[name] !== '' ? fields[name] : null)
    const finger = fields['method'] === 'finger_on_screen'
    const request: AttestRequest = {
      role: text('role') ?? '', signerMember: text('signer_member'), signerName: text('signer_name') ?? '', signerPerson: text('signer_person'), proxyReason: text('proxy_reason'),
      method: text('method'), literacyAid: text('literacy_aid'), readBy: text('read_by'), readByPerson: text('read_by_person'), witness: text('witness'), stance: text('stance') ?? '', remark: text('remark'),
      strokes: finger && text('strokes') ? drawing() : null, paper: !finger && text('paper') ? { bytes: new Uint8Array(1), width: 1, height: 1, mime: 'jpeg' } : null, digest: '',
    }
    const judge = (): void => checkAttestation(request, { members: null, me: { id: 'me', name: 'me' } })
    if (fault === null) judge()
    else expect(judge).toThrow(expect.objectContaining({ code: 'bad_attestation', field: fault.split(':')[0] }))
  })
})

describe('what asks for a new signature', () => {
  it.each(vectors.materiality)('$name', ({ immaterial, percent, differences, material }) => {
    expect(differences.some((one) => isMaterial(formOf([], immaterial), { any: false, percent }, one))).toBe(material)
  })
})
