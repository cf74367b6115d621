// Signing: one change that makes one attestation and nothing else, so that what it depends on is exactly
// what was signed (`sync/PROTOCOL.md` §8). It is refused when the record is no longer what was on the screen.
import { toHex } from '../bytes'
import { dateAt } from '../context'
import { ATTESTATIONS, shortCode } from '../document/content'
import * as D from '../document/document'
import { documentAt, makerOf } from '../document/history'
import { containers, fieldAt, fits } from '../form'
import type { Form } from '../schema'
import type { Write } from '../store/database'
import type { AttestationView, AttestRequest, SigningPreview, SigningView, SlipView, Value } from './api'
import { sentences, slipLines, type NameOf } from './attest_aloud'
import { ADULT_YEARS, checkAttestation, isHousehold } from './attest_rules'
import { resignRule, signedOf, signersOf, signingView, type Signed } from './attest_view'
import type { Book } from './book'
import { Failure } from './failure'
import { keptFile } from './files'
import type { Records } from './records'
import { readOnlyOf, type Row } from './row'

interface Opened { row: Row; form: Form; document: D.Document; signed: Signed }

async function opened(book: Book, id: string): Promise<Opened> {
  const row = book.row(id)
  const form = book.formOf(row)
  const { document } = await book.document(id)
  if (!form?.attestation || !containers(form).includes(ATTESTATIONS)) throw new Failure('not_signable')
  return { row, form, document, signed: await signedOf(document, form, row.form, id) }
}

/** Members who may sign for a household record; null when this phone does not have the household. */
async function signersFor(book: Book, row: Row): Promise<ReturnType<typeof signersOf> | null> {
  if (row.household === null || !book.rows.has(row.household)) return null
  const { document } = await book.document(row.household)
  return signersOf(D.answersOf(document), dateAt(book.context.now()))
}

/** Who signed which version, and what changed since. */
export async function signing(book: Book, id: string): Promise<SigningView> {
  const { form, signed } = await opened(book, id)
  return signingView(signed, form, resignRule(book))
}

/** Names of people, members and areas this phone knows. */
function namesOf(book: Book, signers: { member: string; name: string }[]): NameOf {
  const { reference } = book.state
  const { person, name } = book.identity
  return (one) => reference?.people.find((known) => known.id === one)?.name ?? signers.find((known) => known.member === one)?.name
    ?? reference?.areas.find((area) => area.code === one)?.name ?? (one === person ? name : null)
}

/** The version that would be signed now. */
export async function signingPreview(book: Book, id: string): Promise<SigningPreview> {
  const { row, form, document, signed } = await opened(book, id)
  const signers = (await signersFor(book, row)) ?? []
  const telling = { form, content: signed.content, answers: D.answersOf(document), today: dateAt(book.context.now()), nameOf: namesOf(book, signers) }
  return {
    digest: signed.digest, code: shortCode(signed.digest), conflicts: row.conflicts.length, parties: signed.parties,
    signers: signers.filter((one) => one.isHead || one.years === null || one.years >= ADULT_YEARS)
      .map(({ member, name, relation, isHead }) => ({ member, name, relation, isHead })),
    readAloud: sentences(telling).join('\n'),
  }
}

/** What the household keeps of a signed version. */
export async function slip(book: Book, id: string, element: string): Promise<SlipView> {
  const { row, form, document, signed } = await opened(book, id)
  const one = signed.seen.find((seen) => seen.view.element === element && seen.counts)
  const maker = makerOf(document, ATTESTATIONS, element)
  if (!one || !maker) throw new Failure('not_found')
  const then = documentAt(document, maker.deps)
  const answers = D.answersOf(then)
  D.closeDocument(then)
  const same = signed.seen.filter((seen) => seen.counts && seen.view.digest === one.view.digest).map((seen) => seen.view)
  const nameOf = namesOf(book, (await signersFor(book, row)) ?? [])
  const about = row.household === null ? row : book.rows.get(row.household) ?? row
  return {
    code: one.view.code, signedAt: same.at(-1)?.signedAt ?? one.view.signedAt, form: form.title, household: String(about.facts['name'] ?? ''),
    place: [nameOf(row.area), about.facts['group_name']].filter(Boolean).join(' '),
    lines: slipLines({ form, content: one.content, answers, today: dateAt(one.view.signedAt), nameOf }), attestations: same, current: one.view.current,
  }
}

/** Remembers what was chosen for a signature, of records that are still here. */
export async function keepSigning(book: Book, id: string, chosen: string | null): Promise<void> {
  const others = Object.entries(book.state.signings ?? {}).filter(([record]) => record !== id && book.rows.has(record))
  await book.commit([{ table: 'state', key: 'signings', value: Object.fromEntries(chosen === null ? others : [...others, [id, chosen]]) }])
}

/** Signs the version that was on the screen. */
export async function attest(book: Book, records: Records, id: string, request: AttestRequest): Promise<AttestationView> {
  const { row, form, document, signed } = await opened(book, id)
  // A record made before its form knew of signatures has no place for them, and only its first change could make one.
  if (typeof D.answersOf(document)[ATTESTATIONS] !== 'object') throw new Failure('not_signable')
  if (readOnlyOf(row) !== null) throw new Failure('read_only')
  if (row.conflicts.length > 0) throw new Failure('conflict', row.conflicts[0], row.conflicts[0])
  if (signed.digest !== request.digest) throw new Failure('moved_on')
  const { person, name } = book.identity
  checkAttestation(request, { members: isHousehold(request.role) ? await signersFor(book, row) : null, me: { id: person, name } })
  const now = book.context.now()
  const element = toHex(book.context.random(16))
  const files: Write[] = []
  const file = async (bytes: Uint8Array | null, mime: 'json' | 'jpeg' | 'webp'): Promise<string | null> => {
    if (bytes === null) return null
    const kept = await keptFile(book, id, bytes, mime)
    files.push(...kept.writes)
    return kept.sha256
  }
  const strokes = await file(request.strokes, 'json')
  const paper = await file(request.paper?.bytes ?? null, request.paper?.mime ?? 'jpeg')
  const puts = putsOf(form, element, { ...answersOf(request), form: row.form, content_digest: signed.digest, strokes, paper, signed_at: now })
  const next = D.addElement(document, ATTESTATIONS, element, puts, now)
  const writes = await records.writesOf({ ...row, savedAt: now }, next, row.heads, form, null)
  await book.commit([...files, ...writes])
  const view = (await signedOf(next, form, row.form, id)).seen.find((one) => one.view.element === element)?.view
  if (!view) throw new Failure('internal')
  return view
}

/** The fields of the element, as the form names them. */
function answersOf(request: AttestRequest): { [field: string]: Value } {
  const text = (value: string | null): string | null => (value === null || value.trim() === '' ? null : value.trim())
  return {
    role: request.role, signer_name: request.signerName, signer_member: request.signerMember, signer_person: request.signerPerson,
    proxy_reason: request.proxyReason, method: request.method, literacy_aid: request.literacyAid, read_by: text(request.readBy),
    read_by_person: request.readByPerson, witness: text(request.witness), stance: request.stance, remark: text(request.remark),
  }
}

function putsOf(form: Form, element: string, answers: { [field: string]: Value }): D.Put[] {
  return Object.entries(answers).filter(([, value]) => value !== null).map(([name, value]): D.Put => {
    const path = `${ATTESTATIONS}/${element}/${name}`
    const field = fieldAt(form, path) as { type: string; max_length?: number | null } | undefined
    const long = typeof value === 'string' && typeof field?.max_length === 'number' && [...value].length > field.max_length
    if (!field || long || !fits(field.type, value)) throw new Failure('bad_attestation', name, name)
    return { path, value, type: field.type }
  })
}

