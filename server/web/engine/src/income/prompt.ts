// What is asked about an account before it is signed (domain §8.6). A prompt asks, it never decides: the
// answer is stored beside the lines, and the leader sees both.
import type { Catalogue } from '../schema'
import { own } from '../form/answers'
import { standing } from '../form/lines'
import { categoryOf } from './catalogue'
import type { IncomeLine, Statement } from './statement'

export type PromptRule = 'more_than_last_year' | 'new_large_item' | 'just_above_line' | 'unlikely_earner' | 'more_land_than_there_is'

export interface Prompt {
  rule: PromptRule
  /** Item or line it is about; empty for the whole statement. Names the prompt together with the rule. */
  about: string
  /** Values for the sentence: fen as whole numbers, names as texts. */
  values: { [name: string]: string | number }
}

/** What is known of a household when its month is looked at. */
export interface Asked {
  answers: unknown
  statement: Statement
  /** All its statements, this one among them. */
  statements: readonly Statement[]
  /** Its own record: members, cultivated land, planned exit year. */
  household: unknown
  catalogue: Catalogue
  /** Fen a head; null if nobody entered it. */
  line: number | null
  /** Net income of the year so far. */
  net: number
  persons: number
  today: string
}

const TIMES = 3
const OLD = 75
const CROPS = new Set(['business_grain', 'business_vegetable', 'business_pepper', 'business_fruit', 'business_tobacco', 'business_herb'])

/** Everything to be asked, in a fixed order. */
export function promptsOf(asked: Asked): Prompt[] {
  return [...moreThanLastYear(asked), ...newLargeItems(asked), ...justAbove(asked), ...unlikelyEarners(asked), ...moreLand(asked)]
}

function totals(lines: readonly IncomeLine[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { item, amount } of lines) sums.set(item, (sums.get(item) ?? 0) + amount)
  return sums
}

function moreThanLastYear({ statement, statements }: Asked): Prompt[] {
  const then = `${String(Number(statement.month.slice(0, 4)) - 1).padStart(4, '0')}${statement.month.slice(4)}`
  const before = totals(statements.filter((one) => one.month === then).flatMap((one) => one.lines))
  return [...totals(statement.lines)].flatMap(([item, amount]): Prompt[] => {
    const last = before.get(item) ?? 0
    return last > 0 && amount > TIMES * last ? [{ rule: 'more_than_last_year', about: item, values: { amount, last } }] : []
  })
}

const isExitYear = ({ household, statement }: Asked): boolean => String(own(household, 'planned_exit_year') ?? '') === statement.month.slice(0, 4)

/** An item that never appeared before, larger than the line of one person, in the year of the exit. */
function newLargeItems(asked: Asked): Prompt[] {
  const { statement, statements, line } = asked
  if (line === null || !isExitYear(asked)) return []
  const known = new Set(statements.filter((one) => one.month < statement.month).flatMap((one) => one.lines.map(({ item }) => item)))
  const isNew = ([item, amount]: [string, number]): boolean => !known.has(item) && amount > line && categoryOf(item) !== 'expense'
  return [...totals(statement.lines)].filter(isNew).map(([item, amount]) => ({ rule: 'new_large_item', about: item, values: { amount } }))
}

/** The rounding-up zone: above the line by at most a twentieth. */
function justAbove(asked: Asked): Prompt[] {
  const { line, net, persons } = asked
  if (line === null || persons === 0 || !isExitYear(asked)) return []
  const needed = line * persons
  return net > needed && net * 20 <= needed * 21 ? [{ rule: 'just_above_line', about: '', values: { net, needed } }] : []
}

function unlikelyEarners({ statement, household, today }: Asked): Prompt[] {
  const members = own(household, 'members')
  return statement.lines.filter((line) => line.category === 'wage' && line.member !== null).flatMap((line): Prompt[] => {
    const member = own(members, line.member ?? '')
    const student = own(member, 'student_status')
    const isStudent = typeof student === 'string' && student !== '' && student !== 'none'
    const isDisabled = String(own(member, 'health') ?? '').split(' ').includes('disabled')
    const isOld = (ageOf(member, today) ?? 0) > OLD
    if (!isStudent && !isDisabled && !isOld) return []
    const why = isStudent ? 'student' : isOld ? 'old' : 'disabled'
    return [{ rule: 'unlikely_earner', about: line.id, values: { name: String(own(member, 'name') ?? ''), why, amount: line.amount } }]
  })
}

function ageOf(member: unknown, today: string): number | null {
  const id = String(own(member, 'id_no') ?? '')
  const born = id.length === 18 ? `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}` : String(own(member, 'birth_date') ?? '')
  if (!/^\d{4}-\d\d-\d\d$/.test(born)) return null
  return Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0)
}

/** Crops sold by the mu, of more land than the household has or rents. Areas are hundredths of a mu. */
function moreLand({ answers, household }: Asked): Prompt[] {
  const cultivated = own(household, 'cultivated')
  if (typeof cultivated !== 'number') return []
  const planted = standing(answers, 'lines').filter(([, line]) => CROPS.has(String(own(line, 'item'))) && own(line, 'unit') === '亩')
  const hundredths = Math.round(planted.reduce((sum, [, line]) => sum + Number(own(line, 'quantity') ?? 0), 0) * 100)
  return hundredths > cultivated ? [{ rule: 'more_land_than_there_is', about: '', values: { planted: hundredths, cultivated } }] : []
}
