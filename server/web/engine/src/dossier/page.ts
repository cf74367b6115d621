// The whole file of a household from its records, the newest first: the five documents and how far each is.
import { accountOf } from '../income/account'
import { readStatement } from '../income/statement'
import type { DocumentKind } from '../schema'
import type { DocumentCard, DossierPage, DossierRecord } from '../phone/dossier_api'
import { catalogueOf, lineOf, type Known } from './known'

export interface Records {
  home: DossierRecord
  incomes: DossierRecord[]
  measures: DossierRecord[]
  projects: DossierRecord[]
  agreements: DossierRecord[]
  cards: DossierRecord[]
  ledgers: DossierRecord[]
}

/** How far a document is; asked of what knows forms and signatures. */
export type Judge = (kind: DocumentKind, of: DossierRecord | null) => Promise<DocumentCard>

export async function pageOf(records: Records, month: string, known: Known, judge: Judge): Promise<DossierPage> {
  const { home, incomes, measures, projects, agreements, cards, ledgers } = records
  const year = month.slice(0, 4)
  const of = (all: DossierRecord[], field: string, value: string): DossierRecord | null => all.find((one) => one.answers[field] === value) ?? null
  const documents: DocumentCard[] = []
  for (const [kind, one] of [
    ['registration', home], ['income', of(incomes, 'month', month)], ['ledger', of(ledgers, 'year', year)], ['agreement', inForce(agreements, month)], ['card', of(cards, 'year', year)],
  ] as const) documents.push(await judge(kind, one))
  const statements = incomes.map(({ card, answers }) => ({ card, answers, month: String(answers['month'] ?? '') }))
  const read = statements.flatMap(({ answers }) => readStatement(answers) ?? [])
  return {
    household: home.card.id, month, documents, complete: documents.filter((one) => one.state === 'complete').length,
    statements: statements.sort((a, b) => b.month.localeCompare(a.month)),
    account: read.length === 0 ? null : accountOf(read, month, catalogueOf(known, month), lineOf(known, Number(year))),
    measures, projects, agreements, cards, ledgers,
  }
}

/** The newest agreement that has not ended before the month. */
function inForce(agreements: readonly DossierRecord[], month: string): DossierRecord | null {
  return agreements.find(({ answers }) => String(answers['valid_to'] ?? '') === '' || String(answers['valid_to']) >= `${month}-01`) ?? null
}
