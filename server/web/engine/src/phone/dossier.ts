// The household's file read from the phone's records: opened here, put together in `../dossier`.
import { knownOf, type Known } from '../dossier/known'
import { monthPage, type HeldMonth } from '../dossier/month'
import { pageOf } from '../dossier/page'
import { dateAt } from '../context'
import { answersOf } from '../document/document'
import type { DocumentKind } from '../schema'
import type { Kind } from './api'
import { signing } from './attest'
import type { Book } from './book'
import type { DocumentCard, DossierPage, DossierRecord, IncomePage } from './dossier_api'
import { Failure } from './failure'
import { Lists } from './lists'
import type { Row } from './row'
import type { Check } from './submit'

export const known = (book: Book): Known => knownOf(book.state.reference, dateAt(book.context.now()))

/** The records of one kind that are about a household, opened, the newest first. */
export async function openedOf(book: Book, household: string, kind: Kind): Promise<DossierRecord[]> {
  const lists = new Lists(book)
  const rows = [...book.rows.values()].filter((row) => row.kind === kind && row.household === household)
  const found: DossierRecord[] = []
  for (const row of rows.sort(newestFirst)) found.push({ card: lists.card(row), answers: answersOf((await book.document(row.id)).document) })
  return found
}

/** Everything of one household. */
export async function dossier(book: Book, household: string, month: string, check: Check): Promise<DossierPage> {
  if (book.row(household).kind !== 'household') throw new Failure('not_found')
  const opened = (kind: Kind): Promise<DossierRecord[]> => openedOf(book, household, kind)
  const [home] = await opened('household')
  if (!home) throw new Failure('not_found')
  const records = {
    home, incomes: await opened('income'), measures: await opened('measure'), projects: await opened('project'), agreements: await opened('agreement'),
    cards: await opened('card'), ledgers: await opened('ledger'),
  }
  return pageOf(records, month, known(book), (kind, of) => documentOf(book, kind, of, check))
}

async function documentOf(book: Book, kind: DocumentKind, of: DossierRecord | null, check: Check): Promise<DocumentCard> {
  if (!of) return { kind, state: 'missing', record: null, signing: 'none', findings: 0, conflicts: 0, disputed: 0 }
  const row = book.row(of.card.id)
  const form = book.formOf(row)
  const errors = form ? check(form, of.answers).filter((one) => one.severity === 'error') : []
  const [findings, disputed] = [errors.length, errors.filter((one) => one.code === 'disputed').length]
  const conflicts = row.conflicts.length
  const { state } = form?.attestation ? await signing(book, row.id) : { state: 'none' as const }
  return { kind, record: row.id, findings, conflicts, disputed, signing: state, state: findings > 0 || conflicts > 0 ? 'unfinished' : 'complete' }
}

/** One month, with the account it belongs to and what is to be asked. */
export async function income(book: Book, record: string): Promise<IncomePage> {
  const row = book.row(record)
  if (row.kind !== 'income' || row.household === null) throw new Failure('not_found')
  const held: HeldMonth[] = (await openedOf(book, row.household, 'income')).map(({ card, answers }) => ({ record: card.id, answers }))
  const home = book.rows.has(row.household) ? answersOf((await book.document(row.household)).document) : {}
  const page = monthPage(record, { id: row.household, answers: home }, held, known(book))
  if (!page) throw new Failure('not_found')
  return page
}

function newestFirst(a: Row, b: Row): number {
  return (b.date ?? '').localeCompare(a.date ?? '') || b.createdAt - a.createdAt
}
