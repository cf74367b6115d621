// Signatures of the phone in memory: the engine's own content, rules and views over plain answers.
import { ATTESTATIONS, contentDigest, shortCode, type Content } from '@engine/document/content'
import { sentences, slipLines, type Telling } from '@engine/phone/attest_aloud'
import { checkAttestation, isHousehold } from '@engine/phone/attest_rules'
import { partiesOf, signersOf, signingView, type Seen, type Signed } from '@engine/phone/attest_view'
import type { Answers, AttestRequest, ConflictView, SigningApi, Value } from '@engine/phone/api'
import type { Form, Reference } from '@engine/schema'
import { isoDay } from '@ui/format'
import { element } from './people'

interface Held { id: string; kind: string; answers: Answers; conflicts: ConflictView[]; savedAt: number; waiting: boolean }
interface Store { get(id: string): Held; touched(id: string): void; name(of: Held): string }

const blank = (value: unknown): boolean => value === undefined || value === null || value === ''

function contentOf(answers: Answers): Content {
  const entries = Object.entries(answers).filter(([name]) => name !== ATTESTATIONS).map(([name, value]) => {
    if (typeof value !== 'object' || value === null) return [name, value] as const
    const elements = Object.entries(value).map(([id, fields]) => [id, Object.fromEntries(Object.entries(fields).filter(([, one]) => !blank(one)))] as const)
    return [name, elements.length === 0 ? null : Object.fromEntries(elements)] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => !blank(value))) as Content
}

/** What `SigningApi` needs, over the records in memory. */
export function fakeSigning(store: Store, reference: Reference): SigningApi {
  const seen = new Map<string, { one: Seen; answers: Answers }[]>()
  const kept = new Map<string, string>()
  let count = 0x3000
  const formOf = (held: Held): Form => reference.forms.find((one) => one.name === held.kind) as Form
  const home = (held: Held): Held => store.get(String(held.answers['household'] ?? held.id))
  const nameOf = (held: Held) => (id: string): string | null => reference.people.find((one) => one.id === id)?.name
    ?? signersOf(home(held).answers, isoDay(Date.now())).find((one) => one.member === id)?.name ?? reference.areas.find((one) => one.code === id)?.name ?? null
  const telling = (held: Held, content: Content, answers: Answers): Telling => ({ form: formOf(held), content, answers, today: isoDay(Date.now()), nameOf: nameOf(held) })
  async function signed(held: Held): Promise<Signed> {
    const content = contentOf(held.answers)
    const digest = await contentDigest(content, `${held.kind}/1`, held.id)
    const own = (seen.get(held.id) ?? []).map(({ one }) => ({ ...one, view: { ...one.view, current: one.view.digest === digest } })).sort((a, b) => a.view.signedAt - b.view.signedAt)
    return { digest, content, parties: partiesOf(formOf(held), own, digest), seen: own }
  }
  async function add(held: Held, request: AttestRequest, signedAt: number) {
    const { digest, content } = await signed(held)
    const id = element(count++)
    const view = { element: id, role: request.role, signerName: request.signerName, stance: request.stance, method: request.method, remark: request.remark, signedAt, digest, code: shortCode(digest), current: true }
    seen.set(held.id, [...(seen.get(held.id) ?? []), { one: { view, member: request.signerMember, person: request.signerPerson, follows: new Set((seen.get(held.id) ?? []).map((kept) => kept.one.view.element)), counts: true, content }, answers: held.answers }])
    const stored: Record<string, Value> = {
      form: `${held.kind}/1`, content_digest: digest, role: request.role, signer_name: request.signerName, signer_member: request.signerMember, signer_person: request.signerPerson,
      proxy_reason: request.proxyReason, stance: request.stance, method: request.method, literacy_aid: request.literacyAid, read_by: request.readBy, read_by_person: request.readByPerson,
      witness: request.witness, remark: request.remark, strokes: request.strokes && digest, paper: request.paper && digest, signed_at: signedAt,
    }
    held.answers = { ...held.answers, [ATTESTATIONS]: { ...((held.answers[ATTESTATIONS] as object) ?? {}), [id]: stored } }
    return view
  }
  return {
    signingPreview: async (id) => {
      const held = store.get(id)
      const { digest, content, parties } = await signed(held)
      const signers = signersOf(home(held).answers, isoDay(Date.now())).filter((one) => one.isHead || (one.years ?? 18) >= 18)
      return {
        digest, code: shortCode(digest), conflicts: held.conflicts.length, parties, readAloud: sentences(telling(held, content, held.answers)).join('\n'),
        signers: signers.map((one) => ({ member: one.member, name: one.name, relation: one.relation, isHead: one.isHead })),
      }
    },
    keepSigning: async (id, chosen) => void (chosen === null ? kept.delete(id) : kept.set(id, chosen)),
    keptSigning: async (id) => kept.get(id) ?? null,
    signing: async (id) => {
      const held = store.get(id)
      return signingView(await signed(held), formOf(held), { any: false, percent: 5 })
    },
    attest: async (id, request) => {
      const held = store.get(id)
      if ((await signed(held)).digest !== request.digest) throw Object.assign(new Error(), { code: 'moved_on' })
      checkAttestation(request, { members: isHousehold(request.role) ? signersOf(home(held).answers, isoDay(Date.now())) : null, me: { id: reference.me.id, name: reference.me.name } })
      const view = await add(held, request, Date.now())
      Object.assign(held, { savedAt: Date.now(), waiting: true })
      store.touched(id)
      return view
    },
    slip: async (id, of) => {
      const held = store.get(id)
      const { seen: all } = await signed(held)
      const kept = seen.get(id)?.find(({ one }) => one.view.element === of)
      const one = all.find((other) => other.view.element === of)
      if (!kept || !one) throw Object.assign(new Error(), { code: 'not_found' })
      return {
        code: one.view.code, signedAt: one.view.signedAt, form: formOf(held).title, household: store.name(held), place: `青山村 ${String(home(held).answers['group_name'] ?? '')}`,
        lines: slipLines(telling(held, one.content, kept.answers)), current: one.view.current,
        attestations: all.filter((other) => other.view.digest === one.view.digest).map((other) => other.view),
      }
    },
  }
}
