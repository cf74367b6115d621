// The file of a household read from its records: which record is which document, how far it is, and the
// income account. The same rules as the phone's (`engine/src/phone/dossier.ts`).
import { catalogueOf, lineOf, type Known } from '@engine/dossier/known'
import { accountOf } from '@engine/income/account'
import { readStatement, type Statement } from '@engine/income/statement'
import type { Answers, Catalogue, DocumentKind, DocumentState, IncomeAccount, RecordDetail, SigningState } from '../schema'
import { DOCUMENTS } from './document'

/** Kinds of records a file is made of, besides the household's own. */
export const KINDS_OF_FILE = ['income', 'ledger', 'agreement', 'card', 'measure', 'project', 'difficulty'] as const
export type KindOfFile = (typeof KINDS_OF_FILE)[number]

export interface HouseholdFile {
  home: RecordDetail
  of: Record<KindOfFile, RecordDetail[]>
}

/** One document, with its record when there is one. */
export interface FileDocument {
  kind: DocumentKind
  state: DocumentState
  signing: SigningState
  /** Findings that block it. */
  findings: number
  conflicts: number
  detail: RecordDetail | null
}

export const answersOf = (detail: RecordDetail): Answers => detail.answers as Answers
const text = (detail: RecordDetail, field: string): string => String(answersOf(detail)[field] ?? '')

/** By what a record says of its day, newest first. */
export function newestFirst(field: string): (a: RecordDetail, b: RecordDetail) => number {
  return (a, b) => text(b, field).localeCompare(text(a, field)) || b.summary.updated_at - a.summary.updated_at
}

/** The five, as of a month: D5 of the month, D1 and D3 of its year, D2 in force then. */
export function documentsOf({ home, of }: HouseholdFile, month: string): FileDocument[] {
  const year = month.slice(0, 4)
  const found: Record<DocumentKind, RecordDetail | undefined> = {
    registration: home,
    income: of.income.find((one) => text(one, 'month') === month),
    ledger: of.ledger.find((one) => text(one, 'year') === year),
    agreement: [...of.agreement].sort(newestFirst('agreed_on')).find((one) => isInForce(one, month)),
    card: of.card.find((one) => text(one, 'year') === year),
  }
  return DOCUMENTS.map((kind) => documentOf(kind, found[kind] ?? null))
}

/** Whether an agreement has not ended before the month. */
export function isInForce(agreement: RecordDetail, month: string): boolean {
  const end = text(agreement, 'valid_to')
  return end === '' || end >= `${month}-01`
}

function documentOf(kind: DocumentKind, detail: RecordDetail | null): FileDocument {
  if (!detail) return { kind, state: 'missing', signing: 'none', findings: 0, conflicts: 0, detail }
  const findings = detail.findings.filter((one) => one.severity === 'error').length
  const { conflicts } = detail.summary
  return { kind, detail, findings, conflicts, signing: detail.signing.state, state: findings > 0 || conflicts > 0 ? 'unfinished' : 'complete' }
}

/** Statements of a file, oldest month first. */
export function statementsOf(records: RecordDetail[]): Statement[] {
  return records.flatMap((one) => readStatement(answersOf(one)) ?? []).sort((a, b) => a.month.localeCompare(b.month))
}

/** The account as of a month; nothing while the household has no statement. */
export function accountAt(statements: Statement[], month: string, known: Known): IncomeAccount | null {
  return statements.length === 0 ? null : accountOf(statements, month, catalogueOf(known, month), lineOf(known, Number(month.slice(0, 4))))
}

/** Names of the persons the last statement up to a month counts: the denominator. */
export function countedNames(statements: Statement[], month: string, home: Answers): string[] {
  const latest = statements.filter((one) => one.month <= month).at(-1)
  const members = (home['members'] ?? {}) as Record<string, Answers>
  return (latest?.counted ?? []).map((id) => String(members[id]?.['name'] ?? `#${id.slice(0, 4)}`))
}

/** The catalogue a statement was made under; that of its month where nobody knows it. */
export function catalogueUnder(known: Known, statement: Statement): Catalogue {
  return known.catalogues.find((one) => one.version === statement.catalogue) ?? catalogueOf(known, statement.month)
}
