// The household's file read from the phone's records: opened here, put together in `../dossier`.
import { knownOf, type Known } from '../dossier/known'
import { isSigned, monthPage, type HeldMonth } from '../dossier/month'
import { pageOf } from '../dossier/page'
import { dateAt } from '../context'
import { answersOf } from '../document/document'
import { makersIn } from '../document/history'
import { own } from '../form/answers'
import { standing } from '../form/lines'
import type { DocumentKind, Entry } from '../schema'
import { Aliases } from './alias'
import type { Answers, Kind } from './api'
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
  const month = String(row.facts['month'] ?? '')
  const signed = book.formOf(row)?.attestation != null && isSigned((await signing(book, record)).state)
  const page = monthPage(record, { id: row.household, answers: home }, held, known(book), { visits: await visitsOf(book, row.household, month.slice(0, 4)), entries: await entriesOf(book, month), home: new Aliases(book.state.reference).kept(row.household), signed })
  if (!page) throw new Failure('not_found')
  return page
}

/** Visits of a household in a year. */
async function visitsOf(book: Book, household: string, year: string): Promise<Answers[]> {
  const rows = [...book.rows.values()].filter((row) => row.kind === 'visit' && row.household === household && row.date?.startsWith(year))
  const visits: Answers[] = []
  for (const { id } of rows) visits.push(answersOf((await book.document(id)).document))
  return visits
}

/** Lines of a month, of every household here, by who entered them: a person is the phone they have. What a
    department's list says is the same for many by itself. */
async function entriesOf(book: Book, month: string): Promise<Entry[]> {
  const entries: Entry[] = []
  const aliases = new Aliases(book.state.reference)
  for (const row of [...book.rows.values()].filter((one) => one.kind === 'income' && one.facts['month'] === month && one.household !== null)) {
    const { document } = await book.document(row.id)
    const made = makersIn(document, 'lines')
    for (const [id, line] of standing(answersOf(document), 'lines')) {
      const [by, item, amount] = [made.get(id), own(line, 'item'), own(line, 'amount')]
      if (!by || typeof item !== 'string' || typeof amount !== 'number' || own(line, 'source') === 'department_import') continue
      entries.push({ author: by.actor.slice(0, DEVICE_DIGITS), day: dateAt(by.madeAt), household: aliases.kept(row.household ?? ''), item, amount })
    }
  }
  return entries
}
/** An actor's name begins with its device's. */
const DEVICE_DIGITS = 16

function newestFirst(a: Row, b: Row): number {
  return (b.date ?? '').localeCompare(a.date ?? '') || b.createdAt - a.createdAt
}
