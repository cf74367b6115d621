// Who signed which version of a record, whether it is the version that is there now, and what has
// changed since. The server computes the same (`GET /records/{id}/signing`); the phone must know offline.
import { ATTESTATIONS, contentDigest, contentOf, differences, shortCode, type Content, type Difference } from '../document/content'
import * as D from '../document/document'
import { ancestorsOf, documentAt, makerOf, type Maker } from '../document/history'
import { fieldAt } from '../form'
import { parseDay, yearsSince } from '../form/calendar'
import type { Form } from '../schema'
import type { Answers, AttestationView, Party, SigningView, Value } from './api'
import type { Signer } from './attest_rules'
import { earlierOf, newestOf, stateOf, type Counted } from './attest_state'
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
export interface Seen extends Counted { counts: boolean; content: Content }

/** What is signed of a record; `seen`: the oldest first. */
export interface Signed { digest: string; content: Content; parties: Party[]; seen: Seen[] }

export async function signedOf(document: D.Document, form: Form, formName: string, record: string): Promise<Signed> {
  const content = contentOf(document)
  const digest = await contentDigest(content, formName, record)
  const elements = D.answersOf(document)[ATTESTATIONS]
  const made = Object.entries(typeof elements === 'object' && elements !== null ? elements : {})
    .flatMap(([element, fields]) => {
      const maker = makerOf(document, ATTESTATIONS, element)
      return maker ? [{ element, fields, maker }] : []
    })
    .sort((a, b) => a.maker.lastOp - b.maker.lastOp || (a.maker.hash < b.maker.hash ? -1 : 1))
  const seen: Seen[] = []
  for (const { element, fields, maker } of made) {
    const past = ancestorsOf(document, maker.deps)
    const follows = new Set(made.filter((other) => past.has(other.maker.hash)).map((other) => other.element))
    seen.push(await seenOf(document, { element, fields, maker, follows }, record, digest))
  }
  return { digest, content, parties: partiesOf(form, seen, digest), seen }
}

/** Of every party of a form the newest that counts. */
export function partiesOf(form: Form, seen: readonly Seen[], digest: string): Party[] {
  const counted = seen.filter((one) => one.counts)
  return (form.attestation?.parties ?? []).map((party): Party => {
    const newest = newestOf(counted, party, digest)
    return { name: party.name, roles: [...party.roles], attestation: newest?.view ?? null, current: newest?.current ?? false }
  })
}

interface Made { element: string; fields: { [field: string]: Value }; maker: Maker; follows: Set<string> }

async function seenOf(document: D.Document, { element, fields, maker, follows }: Made, record: string, now: string): Promise<Seen> {
  const text = (name: string): string | null => (typeof fields[name] === 'string' && fields[name] !== '' ? fields[name] : null)
  const digest = text('content_digest') ?? ''
  const then = documentAt(document, maker.deps)
  const content = contentOf(then)
  D.closeDocument(then)
  const counts = maker.alone && (await contentDigest(content, text('form') ?? '', record)) === digest
  const view: AttestationView = {
    element, role: text('role') ?? '', signerName: text('signer_name') ?? '', stance: text('stance') ?? '', method: text('method'),
    remark: text('remark'), signedAt: Number(fields['signed_at'] ?? 0), digest, code: shortCode(digest), current: counts && digest === now,
  }
  return { view, member: text('signer_member'), person: text('signer_person'), follows, counts, content }
}

/** The signatures of a record as a screen shows them, the newest first. */
export function signingView({ digest, parties, seen, content }: Signed, form: Form, rule: ResignRule): SigningView {
  const counted = seen.filter((one) => one.counts)
  const roles = form.attestation?.parties ?? []
  const state = stateOf(counted, roles, digest)
  const last = state === 'changed' || state === 'partly' ? earlierOf(counted, roles, digest) : null
  const changed = last ? differences(seen.find((one) => one.view === last)?.content ?? {}, content) : []
  return {
    state, code: shortCode(digest), parties, all: seen.map((one) => one.view).reverse(),
    changedSince: last && { code: last.code, signedAt: last.signedAt, material: changed.some((one) => isMaterial(form, rule, one)), differences: changed },
  }
}

/** Whether a change asks for a new signature. A `*` of `immaterial` stands for any element. */
export function isMaterial(form: Form, rule: ResignRule, { path, old, new: next }: Difference): boolean {
  if (rule.any) return true
  const parts = path.split('/')
  const named = (form.attestation?.immaterial ?? []).map((pattern) => pattern.split('/'))
  if (named.some((pattern) => pattern.length === parts.length && pattern.every((part, at) => part === '*' || part === parts[at]))) return false
  const isMoney = fieldAt(form, path)?.type === 'money' && typeof old === 'number' && typeof next === 'number'
  // Of integers: a change of exactly the percentage is still small.
  return !(isMoney && Math.abs(next - old) * 100 <= Math.abs(old) * rule.percent)
}

/** Relation of the head (domain §7.5); the server asks for exactly this. */
const HEAD = '02'

/** The members of a household who are there, the head first. `today` decides ages. */
export function signersOf(answers: Answers, today: string): (Signer & { relation: string })[] {
  const members = membersOf(answers)
  return members
    .filter((one) => typeof one.answers['name'] === 'string' && one.answers['name'] !== '')
    .map(({ id, answers: of }) => ({ member: id, name: String(of['name']), relation: String(of['relation'] ?? ''), isHead: of['relation'] === HEAD, years: yearsOf(of, today) }))
    .sort((a, b) => Number(b.isHead) - Number(a.isHead))
}

function yearsOf(member: { [field: string]: Value }, today: string): number | null {
  const number = String(member['id_no'] ?? '')
  const birth = number.length === 18 ? `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}` : String(member['birth_date'] ?? '')
  const [born, now] = [parseDay(birth), parseDay(today)]
  return born && now ? yearsSince(now, born) : null
}
