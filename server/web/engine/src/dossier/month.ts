// One month of income as a screen shows it: the account it belongs to, the same under newer rulings, and
// what is to be asked before somebody signs.
import { elements, own } from '../form/answers'
import { accountOf, signsAgain } from '../income/account'
import { counts, flipped } from '../income/catalogue'
import { animalsSold, stocksAt } from '../income/plausible'
import { answerTo, promptsOf } from '../income/prompt'
import { readStatement, type Statement } from '../income/statement'
import type { Answers } from '../phone/api'
import type { IncomePage } from '../phone/dossier_api'
import type { Entry, IncomeAccount, SigningState } from '../schema'
import { membersOf } from '../phone/row'
import { catalogueOn, lineOf, monthsUpTo, type Known } from './known'

/** A statement and its record. */
export interface HeldMonth { record: string; answers: Answers }

/** What else is known: visits of the household, who entered what for others under which household, whether anybody signed. */
export interface Beside { visits: readonly Answers[]; entries: readonly Entry[]; home: string; signed: boolean }

/** Whether anybody signed what the statement says now; what was changed since is to be signed anyhow. */
export const isSigned = (state: SigningState): boolean => state === 'partly' || state === 'signed' || state === 'objected'

/** Months a person may choose from. */
const CHOICE = 12

/** The page of the statement `record` among all of the household; null if that one says no month. */
export function monthPage(record: string, household: { id: string; answers: Answers }, held: readonly HeldMonth[], known: Known, beside: Beside): IncomePage | null {
  const answers = held.find((one) => one.record === record)?.answers ?? {}
  const statement = readStatement(answers)
  if (!statement) return null
  const statements = held.flatMap((one) => readStatement(one.answers) ?? [])
  const { month } = statement
  const line = lineOf(known, statement.lineYear)
  const now = catalogueOn(known, known.today)
  const under = known.catalogues.find((one) => one.version === statement.catalogue) ?? now
  const account = accountOf(statements, month, under, line)
  const items = (of: readonly Statement[]): string[] => [...new Set(of.flatMap((one) => one.lines.map(({ item }) => item)))]
  const newerOf = (newer: IncomeAccount): IncomePage['newer'] => ({
    account: newer, catalogue: now.version, flipped: flipped(under, now, items(statements)), signed: beside.signed, again: signsAgain(account, newer, now.resign_over),
  })
  const all = held.map((one) => one.answers)
  const { visits, entries, home } = beside
  const prompts = promptsOf({ answers, all, household: household.answers, visits, entries, home, catalogue: under, line, today: known.today })
  const records = new Map(held.flatMap((one) => { const of = own(one.answers, 'month'); return typeof of === 'string' ? [[of, one.record]] : [] }))
  return {
    record, household: household.id, month, account,
    newer: under.version === now.version ? null : newerOf(accountOf(statements, month, now, line)),
    prompts: prompts.filter((one) => answerTo(answers, one) === null),
    stock: stockOf(all, answers),
    members: membersOf(household.answers).map(({ id, answers: member }) => ({
      id, name: String(member['name'] ?? ''), relation: String(member['relation'] ?? ''), counted: statement.counted.includes(id),
    })),
    uncounted: items([statement]).filter((item) => !counts(under, item)),
    months: monthsUpTo(known.today.slice(0, 7), CHOICE).map((one) => ({ month: one, record: records.get(one) ?? null })),
    before: records.get(monthsUpTo(month, 2)[1] ?? '') ?? null,
  }
}

/** Animals the month has to do with: sold by number, counted before, or counted here. */
function stockOf(all: readonly Answers[], answers: Answers): IncomePage['stock'] {
  const [stocks, rows] = [stocksAt(all, answers), elements(answers, 'stock')]
  const animals = new Set([...Object.keys(stocks), ...animalsSold(answers), ...rows.map(([, row]) => String(own(row, 'animal') ?? ''))])
  return [...animals].filter(Boolean).map((animal) => ({ animal, start: stocks[animal] ?? null, element: rows.find(([, row]) => own(row, 'animal') === animal)?.[0] ?? null }))
}

/** Members a new statement counts: who live there now and are not said to keep house apart (domain §8.3). */
export function sharers(household: Answers): string {
  const shares = ({ answers }: { answers: { [field: string]: unknown } }): boolean => answers['shares_budget'] !== false
  return membersOf(household).filter(shares).map((one) => one.id).join(' ')
}
