// The household's file read from its records: the five documents and how far each is, the income account,
// and what is to be asked about a month.
import { dateAt } from '../context'
import { answersOf } from '../document/document'
import { accountOf } from '../income/account'
import { flipped, inForce, RULED_BY_NOTHING } from '../income/catalogue'
import { promptsOf, type Prompt } from '../income/prompt'
import { readStatement, type Statement } from '../income/statement'
import { own } from '../form/answers'
import { current } from '../form/lines'
import type { Catalogue, DocumentKind } from '../schema'
import type { Answers, Kind } from './api'
import { signing } from './attest'
import type { Book } from './book'
import type { DocumentCard, DossierPage, DossierRecord, IncomePage } from './dossier_api'
import { Failure } from './failure'
import { Lists } from './lists'
import { membersOf, type Row } from './row'
import type { Check } from './submit'

const catalogues = (book: Book): readonly Catalogue[] => {
  const known = book.state.reference?.catalogues ?? []
  return known.length > 0 ? known : [RULED_BY_NOTHING]
}

/** The catalogue in force at the end of a month. */
export function catalogueOf(book: Book, month: string): Catalogue {
  return inForce(catalogues(book), `${month}-31`) ?? RULED_BY_NOTHING
}

/** Fen a head; null if nobody entered the line of that year. */
const lineOf = (book: Book, year: number): number | null => book.state.reference?.poverty_lines.find((one) => one.year === year)?.fen ?? null

/** Everything of one household. */
export async function dossier(book: Book, household: string, month: string, check: Check): Promise<DossierPage> {
  const home = book.row(household)
  if (home.kind !== 'household') throw new Failure('not_found')
  const lists = new Lists(book)
  const opened = async (kind: Kind): Promise<(DossierRecord & { row: Row })[]> => {
    const rows = [...book.rows.values()].filter((row) => row.kind === kind && row.household === household)
    const found = []
    for (const row of rows.sort(newestFirst)) found.push({ row, card: lists.card(row), answers: answersOf((await book.document(row.id)).document) })
    return found
  }
  const [incomes, measures, projects, agreements, cards, ledgers] = [
    await opened('income'), await opened('measure'), await opened('project'), await opened('agreement'), await opened('card'), await opened('ledger'),
  ]
  const year = month.slice(0, 4)
  const of = (all: (DossierRecord & { row: Row })[], field: string, value: string): Row | undefined => all.find((one) => one.answers[field] === value)?.row
  const inForceNow = agreements.find(({ answers }) => String(answers['valid_to'] ?? '') === '' || String(answers['valid_to']) >= `${month}-01`)?.row
  const five: [DocumentKind, Row | undefined][] = [
    ['registration', home], ['income', of(incomes, 'month', month)], ['ledger', of(ledgers, 'year', year)], ['agreement', inForceNow], ['card', of(cards, 'year', year)],
  ]
  const documents: DocumentCard[] = []
  for (const [kind, row] of five) documents.push(await documentOf(book, kind, row, check))
  const statements = incomes.map(({ card, answers }) => ({ card, answers, month: String(answers['month'] ?? '') }))
  const read = statements.flatMap(({ answers }) => readStatement(answers) ?? [])
  const plain = (all: (DossierRecord & { row: Row })[]): DossierRecord[] => all.map(({ card, answers }) => ({ card, answers }))
  return {
    household, month, documents, complete: documents.filter((one) => one.state === 'complete').length,
    statements: statements.sort((a, b) => b.month.localeCompare(a.month)),
    account: read.length === 0 ? null : accountOf(read, month, catalogueOf(book, month), lineOf(book, Number(year))),
    measures: plain(measures), projects: plain(projects), agreements: plain(agreements), cards: plain(cards), ledgers: plain(ledgers),
  }
}

async function documentOf(book: Book, kind: DocumentKind, row: Row | undefined, check: Check): Promise<DocumentCard> {
  if (!row) return { kind, state: 'missing', record: null, signing: 'none', findings: 0, conflicts: 0 }
  const form = book.formOf(row)
  const answers = answersOf((await book.document(row.id)).document)
  const findings = form ? check(form, answers).filter((one) => one.severity === 'error').length : 0
  const conflicts = row.conflicts.length
  const { state } = form?.attestation ? await signing(book, row.id) : { state: 'none' as const }
  return { kind, record: row.id, findings, conflicts, signing: state, state: findings > 0 || conflicts > 0 ? 'unfinished' : 'complete' }
}

/** One month, with the account it belongs to and what is to be asked. */
export async function income(book: Book, record: string): Promise<IncomePage> {
  const row = book.row(record)
  if (row.kind !== 'income' || row.household === null) throw new Failure('not_found')
  const answers = answersOf((await book.document(record)).document)
  const statement = readStatement(answers)
  if (!statement) throw new Failure('not_found')
  const statements = await statementsOf(book, row.household)
  const home = book.rows.has(row.household) ? answersOf((await book.document(row.household)).document) : {}
  const line = lineOf(book, statement.lineYear)
  const now = inForce(catalogues(book), dateAt(book.context.now())) ?? RULED_BY_NOTHING
  const under = catalogues(book).find((one) => one.version === statement.catalogue) ?? now
  const account = accountOf(statements, statement.month, under, line)
  const { month } = statement
  const prompts = promptsOf({
    answers, statement, statements, household: home, catalogue: under, line, net: account.year_to_date.net, persons: account.persons, today: dateAt(book.context.now()),
  })
  const items = statements.flatMap((one) => one.lines.map(({ item }) => item))
  return {
    record, household: row.household, month, account,
    newer: under.version === now.version ? null : { account: accountOf(statements, month, now, line), catalogue: now.version, flipped: flipped(under, now, items) },
    prompts: prompts.filter((one) => !isAnswered(answers, one)),
    members: membersOf(home).map(({ id, answers: member }) => ({
      id, name: String(member['name'] ?? ''), relation: String(member['relation'] ?? ''), counted: statement.counted.includes(id),
    })),
  }
}

async function statementsOf(book: Book, household: string): Promise<Statement[]> {
  const found: Statement[] = []
  for (const row of [...book.rows.values()].filter((one) => one.kind === 'income' && one.household === household)) {
    const statement = readStatement(answersOf((await book.document(row.id)).document))
    if (statement) found.push(statement)
  }
  return found
}

/** What a prompt is stored under: asked again when what it is about changes. */
export const promptName = ({ rule, values }: Prompt): string => `${rule}:${Object.values(values).join('/')}`.slice(0, 40)

function isAnswered(answers: Answers, prompt: Prompt): boolean {
  return current(answers, 'prompts').some(([, one]) => own(one, 'rule') === promptName(prompt) && String(own(one, 'line') ?? '') === prompt.about)
}

/** Members a new statement counts: who live there now and are not said to keep house apart (domain §8.3). */
export function sharers(household: Answers): string {
  const shares = ({ answers }: { answers: { [field: string]: unknown } }): boolean => answers['shares_budget'] !== false
  return membersOf(household).filter(shares).map((one) => one.id).join(' ')
}

function newestFirst(a: Row, b: Row): number {
  return (b.date ?? '').localeCompare(a.date ?? '') || b.createdAt - a.createdAt
}
