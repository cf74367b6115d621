// Who signed which version of a record, whether it is the version that is there now, and what has
// changed since. The server computes the same (`GET /records/{id}/signing`); the phone must know offline.
import { ATTESTATIONS, contentDigest, contentOf, differences, shortCode, type Content, type Difference } from '../document/content'
import * as D from '../document/document'
import { documentAt, makerOf } from '../document/history'
import { fieldAt } from '../form'
import { parseDay, yearsSince } from '../form/calendar'
import type { Form } from '../schema'
import type { Answers, AttestationView, Party, SigningView, Value } from './api'
import type { Signer } from './attest_rules'
import type { Book } from './book'
import { membersOf } from './row'

/** When a change asks for a new signature (domain Q12). */
export interface ResignRule { any: boolean; percent: number }
const RESIGN: ResignRule = { any: false, percent: 5 }

/** The rule the server sent, else the domain's. */
export function resignRule(book: Book): ResignRule {
  const sent = book.state.reference?.signing
  return sent ? { any: sent.resign === 'any', percent: sent.resign_percent } : RESIGN
}

/** One attestation of a document. `counts`: it stands alone in its change and names the content before it. */
export interface Seen { view: AttestationView; who: string; counts: boolean; content: Content }

/** What is signed of a record. */
export interface Signed { digest: string; content: Content; parties: Party[]; seen: Seen[] }

export async function signedOf(document: D.Document, form: Form, formName: string, record: string): Promise<Signed> {
  const content = contentOf(document)
  const digest = await contentDigest(content, formName, record)
  const elements = D.answersOf(document)[ATTESTATIONS]
  const seen: Seen[] = []
  for (const [element, fields] of Object.entries(typeof elements === 'object' && elements !== null ? elements : {})) {
    const one = await seenOf(document, element, fields, record, digest)
    if (one) seen.push(one)
  }
  seen.sort((a, b) => b.view.signedAt - a.view.signedAt || (a.view.element < b.view.element ? -1 : 1))
  return { digest, content, parties: partiesOf(form, seen), seen }
}

/** Of every party of a form the newest that counts, of the version that is there now before others. `seen`: newest first. */
export function partiesOf(form: Form, seen: readonly Seen[]): Party[] {
  return (form.attestation?.parties ?? []).map((party): Party => {
    const own = seen.filter((one) => one.counts && party.roles.includes(one.view.role)).map((one) => one.view)
    const latest = own.find((one) => one.current) ?? own[0] ?? null
    return { name: party.name, roles: [...party.roles], attestation: latest, current: latest?.current ?? false }
  })
}

async function seenOf(document: D.Document, element: string, fields: { [field: string]: Value }, record: string, now: string): Promise<Seen | null> {
  const text = (name: string): string | null => (typeof fields[name] === 'string' && fields[name] !== '' ? fields[name] : null)
  const maker = makerOf(document, ATTESTATIONS, element)
  const digest = text('content_digest')
  if (!maker || digest === null) return null
  const then = documentAt(document, maker.deps)
  const content = contentOf(then)
  D.closeDocument(then)
  const counts = maker.alone && (await contentDigest(content, text('form') ?? '', record)) === digest
  const view: AttestationView = {
    element, role: text('role') ?? '', signerName: text('signer_name') ?? '', stance: text('stance') ?? '', method: text('method'),
    remark: text('remark'), signedAt: Number(fields['signed_at'] ?? 0), digest, code: shortCode(digest), current: counts && digest === now,
  }
  return { view, who: text('signer_member') ?? text('signer_person') ?? view.signerName, counts, content }
}

/** The signatures of a record as a screen shows them. */
export function signingView(signed: Signed, form: Form, rule: ResignRule): SigningView {
  const { digest, parties, seen, content } = signed
  const last = seen.find((one) => one.counts)
  const isOld = last !== undefined && !parties.some((party) => party.current)
  const changed = isOld ? differences(last.content, content) : []
  return {
    state: stateOf(parties, seen), code: shortCode(digest), parties, all: seen.map((one) => one.view),
    changedSince: isOld ? { code: last.view.code, signedAt: last.view.signedAt, material: changed.some((one) => isMaterial(form, rule, one)), differences: changed } : null,
  }
}

function stateOf(parties: Party[], seen: Seen[]): SigningView['state'] {
  const current = parties.filter((party) => party.current).flatMap((party) => party.attestation ?? [])
  if (current.some((one) => one.stance === 'disagree' || one.stance === 'refuse_to_sign')) return 'objected'
  if (current.length > 0) {
    const persons = new Set(current.map((view) => seen.find((one) => one.view === view)?.who))
    return current.length === parties.length && persons.size === parties.length ? 'signed' : 'partly'
  }
  return seen.some((one) => one.counts) ? 'changed' : 'none'
}

/** Whether a change asks for a new signature. A `*` of `immaterial` stands for any element. */
function isMaterial(form: Form, rule: ResignRule, { path, old, new: next }: Difference): boolean {
  if (rule.any) return true
  const parts = path.split('/')
  const named = form.attestation?.immaterial ?? []
  if (named.some((pattern) => pattern.split('/').every((part, at) => part === '*' || part === parts[at]))) return false
  const isMoney = fieldAt(form, path)?.type === 'money' && typeof old === 'number' && typeof next === 'number'
  // Of integers: a change of exactly the percentage is still small.
  return !(isMoney && Math.abs(next - old) * 100 <= Math.abs(old) * rule.percent)
}

/** The members of a household who are there, the head first. `today` decides ages. */
export function signersOf(answers: Answers, today: string): (Signer & { relation: string })[] {
  const members = membersOf(answers)
  const head = members.find((one) => one.id === answers['head_member_id']) ?? members.find((one) => one.answers['relation'] === '02')
  return members
    .filter((one) => typeof one.answers['name'] === 'string' && one.answers['name'] !== '')
    .map(({ id, answers: of }) => ({ member: id, name: String(of['name']), relation: String(of['relation'] ?? ''), isHead: id === head?.id, years: yearsOf(of, today) }))
    .sort((a, b) => Number(b.isHead) - Number(a.isHead))
}

function yearsOf(member: { [field: string]: Value }, today: string): number | null {
  const number = String(member['id_no'] ?? '')
  const birth = number.length === 18 ? `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}` : String(member['birth_date'] ?? '')
  const [born, now] = [parseDay(birth), parseDay(today)]
  return born && now ? yearsSince(now, born) : null
}
