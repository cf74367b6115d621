// What is asked about an account before it is signed (domain §8.6). A prompt asks, it never decides: the
// answer is stored beside the lines, and the leader sees both. The twin of `mobile-schema/src/income/prompt.rs`.
import type { Catalogue, Entry, Prompt } from '../schema'
import { own } from '../form/answers'
import { pad, parseDay, yearsSince } from '../form/calendar'
import { current, standing } from '../form/lines'
import { accountOf } from './account'
import { categoryOf } from './catalogue'
import { land, plausible } from './plausible'
import { readStatement, type IncomeLine, type Statement } from './statement'

/** What is known of a household when its month is looked at. */
export interface Asked {
  /** Answers of the statement. */
  answers: unknown
  /** Answers of all its statements, this one among them. */
  all: readonly unknown[]
  /** Its own record: members, cultivated land, planned exit year. */
  household: unknown
  /** Its visits. */
  visits: readonly unknown[]
  /** Lines of this and other households, with who entered them when. */
  entries: readonly Entry[]
  /** The household's id in `entries`. */
  home: string
  catalogue: Catalogue
  /** Fen a head; null if nobody entered it. */
  line: number | null
  /** Today in Asia/Shanghai. */
  today: string
}

/** What the rules look at. */
export interface Seen { asked: Asked; statement: Statement; statements: Statement[]; net: number; persons: number }

const TIMES = 3
const OLD = 75
const CROPS = new Set<unknown>(['business_grain', 'business_vegetable', 'business_pepper', 'business_fruit', 'business_tobacco', 'business_herb'])

/** Everything to be asked, in a fixed order; nothing for a record that says no month. */
export function promptsOf(asked: Asked): Prompt[] {
  const statement = readStatement(asked.answers)
  if (!statement) return []
  const statements = asked.all.flatMap((one) => readStatement(one) ?? [])
  const account = accountOf(statements, statement.month, asked.catalogue, asked.line)
  const seen: Seen = { asked, statement, statements, net: account.year_to_date.net, persons: account.persons }
  return [moreThanLastYear, newLargeItems, justAbove, unlikelyEarners, moreLand, plausible].flatMap((rule) => rule(seen))
}

/** Most characters of a prompt's name: the field `prompts/x/rule` of the form. */
const NAME = 40

/** What an answer is stored under: asked again when what it is about changes. */
export function promptName({ rule, values }: Prompt): string {
  const said = Object.keys(values).sort().map((name) => String(values[name]))
  return [...`${rule}:${said.join('/')}`].slice(0, NAME).join('')
}

/** The element of the statement that answers a prompt: the newest by id where several do. */
export function answerTo(answers: unknown, prompt: Prompt): { readonly [name: string]: unknown } | null {
  const isIt = (one: unknown): boolean => own(one, 'rule') === promptName(prompt) && String(own(one, 'line') ?? '') === prompt.about
  return current(answers, 'prompts').filter(([, one]) => isIt(one)).at(-1)?.[1] ?? null
}

function totals(lines: readonly IncomeLine[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { item, amount } of lines) sums.set(item, (sums.get(item) ?? 0) + amount)
  return sums
}

function moreThanLastYear({ statement, statements }: Seen): Prompt[] {
  const then = `${pad(Number(statement.month.slice(0, 4)) - 1, 4)}${statement.month.slice(4)}`
  const before = totals(statements.filter((one) => one.month === then).flatMap((one) => one.lines))
  return [...totals(statement.lines)].flatMap(([item, amount]): Prompt[] => {
    const last = before.get(item) ?? 0
    return last > 0 && amount > TIMES * last ? [{ rule: 'more_than_last_year', about: item, values: { amount, last } }] : []
  })
}

const isExitYear = ({ asked, statement }: Seen): boolean => String(own(asked.household, 'planned_exit_year') ?? '') === statement.month.slice(0, 4)

/** An item that never appeared before, larger than the line of one person, in the year of the exit. */
function newLargeItems(seen: Seen): Prompt[] {
  const { statement, statements, asked: { line } } = seen
  if (line === null || !isExitYear(seen)) return []
  const known = new Set(statements.filter((one) => one.month < statement.month).flatMap((one) => one.lines.map(({ item }) => item)))
  const isNew = ([item, amount]: [string, number]): boolean => !known.has(item) && amount > line && categoryOf(item) !== 'expense'
  return [...totals(statement.lines)].filter(isNew).map(([item, amount]) => ({ rule: 'new_large_item', about: item, values: { amount } }))
}

/** The rounding-up zone: above the line by at most a twentieth. */
function justAbove(seen: Seen): Prompt[] {
  const { net, persons, asked: { line } } = seen
  if (line === null || persons === 0 || !isExitYear(seen)) return []
  const needed = line * persons
  return net > needed && net * 20 <= needed * 21 ? [{ rule: 'just_above_line', about: '', values: { needed, net } }] : []
}

function unlikelyEarners({ statement, asked: { household, today } }: Seen): Prompt[] {
  const members = own(household, 'members')
  return statement.lines.filter((line) => line.category === 'wage' && line.member !== null).flatMap((line): Prompt[] => {
    const member = own(members, line.member ?? '')
    const student = own(member, 'student_status')
    const isStudent = typeof student === 'string' && student !== '' && student !== 'none'
    const isDisabled = String(own(member, 'health') ?? '').split(' ').includes('disabled')
    const isOld = (ageOf(member, today) ?? 0) > OLD
    if (!isStudent && !isDisabled && !isOld) return []
    const why = isStudent ? 'student' : isOld ? 'old' : 'disabled'
    return [{ rule: 'unlikely_earner', about: line.id, values: { amount: line.amount, item: line.item, name: String(own(member, 'name') ?? ''), why } }]
  })
}

function ageOf(member: unknown, today: string): number | null {
  const id = String(own(member, 'id_no') ?? '')
  const born = parseDay(id.length === 18 ? `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}` : String(own(member, 'birth_date') ?? ''))
  const on = parseDay(today)
  return born && on ? yearsSince(on, born) : null
}

/** Crops of more land than the household has or rents. Areas are hundredths of a mu. */
function moreLand({ asked: { answers, household } }: Seen): Prompt[] {
  const cultivated = own(household, 'cultivated')
  if (typeof cultivated !== 'number') return []
  const planted = standing(answers, 'lines').filter(([, line]) => CROPS.has(own(line, 'item'))).reduce((sum, [, line]) => sum + land(line), 0)
  return planted > cultivated ? [{ rule: 'more_land_than_there_is', about: '', values: { cultivated, planted } }] : []
}
