// One month of income as a screen shows it: the account it belongs to, the same under newer rulings, and
// what is to be asked before somebody signs.
import { own } from '../form/answers'
import { current } from '../form/lines'
import { accountOf } from '../income/account'
import { counts, flipped } from '../income/catalogue'
import { promptsOf, type Prompt } from '../income/prompt'
import { readStatement, type Statement } from '../income/statement'
import type { Answers } from '../phone/api'
import type { IncomePage } from '../phone/dossier_api'
import { membersOf } from '../phone/row'
import { catalogueOn, lineOf, monthsUpTo, type Known } from './known'

/** A statement and its record. */
export interface HeldMonth { record: string; answers: Answers }

/** Months a person may choose from. */
const CHOICE = 12

/** The page of the statement `record` among all of the household; null if that one says no month. */
export function monthPage(record: string, household: { id: string; answers: Answers }, held: readonly HeldMonth[], known: Known): IncomePage | null {
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
  const prompts = promptsOf({
    answers, statement, statements, household: household.answers, catalogue: under, line, net: account.year_to_date.net, persons: account.persons, today: known.today,
  })
  const records = new Map(held.flatMap((one) => { const of = own(one.answers, 'month'); return typeof of === 'string' ? [[of, one.record]] : [] }))
  return {
    record, household: household.id, month, account,
    newer: under.version === now.version ? null : { account: accountOf(statements, month, now, line), catalogue: now.version, flipped: flipped(under, now, items(statements)) },
    prompts: prompts.filter((one) => !isAnswered(answers, one)),
    members: membersOf(household.answers).map(({ id, answers: member }) => ({
      id, name: String(member['name'] ?? ''), relation: String(member['relation'] ?? ''), counted: statement.counted.includes(id),
    })),
    uncounted: items([statement]).filter((item) => !counts(under, item)),
    months: monthsUpTo(known.today.slice(0, 7), CHOICE).map((one) => ({ month: one, record: records.get(one) ?? null })),
    before: records.get(monthsUpTo(month, 2)[1] ?? '') ?? null,
  }
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
