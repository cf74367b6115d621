// The income account in words and figures: what each sum is made of, what is an estimate, and how net
// income stands to the line. Strictly arithmetic: crossing is decided by people, elsewhere (domain §8).
import { t } from '@ui/i18n'
import { counts, type Category } from '@engine/income/catalogue'
import type { Statement } from '@engine/income/statement'
import { monthPlus } from '../time'
import { yuan } from '@engine/income/yuan'
import type { Catalogue, IncomeAccount, Sums } from '../schema'

export interface Period {
  name: 'in_month' | 'year_to_date' | 'trailing' | 'last_year'
  from: string
  to: string
}

/** The columns of an account. */
export function periodsOf(month: string): Period[] {
  const year = Number(month.slice(0, 4))
  return [
    { name: 'in_month', from: month, to: month },
    { name: 'year_to_date', from: `${year}-01`, to: month },
    { name: 'trailing', from: monthPlus(month, -11), to: month },
    { name: 'last_year', from: `${year - 1}-01`, to: `${year - 1}-12` },
  ]
}

export interface Cell {
  fen: number
  /** Whether somebody's estimate is part of it. */
  starred: boolean
}
export interface Row {
  name: 'wage' | 'business' | 'property' | 'transfer' | 'oneoff' | 'gross' | 'expense' | 'net' | 'estimated' | 'uncounted'
  cells: Cell[]
}

const PARTS: Row['name'][] = ['wage', 'business', 'property', 'transfer', 'oneoff', 'gross', 'expense', 'net', 'estimated', 'uncounted']
/** Shown only when there is some of it. */
const RARE: Row['name'][] = ['oneoff', 'uncounted']
const INCOME: Category[] = ['wage', 'business', 'property', 'transfer', 'oneoff']

/** The rows of an account, each amount with a star when an estimate is in it. */
export function rowsOf(account: IncomeAccount, statements: Statement[], catalogue: Catalogue): Row[] {
  const periods = periodsOf(account.month)
  const estimates = periods.map(({ from, to }) => estimatedIn(statements, from, to, catalogue))
  const starred = (name: Row['name'], of: Set<Category>): boolean => {
    if (name === 'gross') return INCOME.some((category) => of.has(category))
    if (name === 'net') return of.size > 0
    return of.has(name as Category)
  }
  const cell = (name: Row['name'], { name: period }: Period, index: number): Cell => ({ fen: (account[period] as Sums)[name], starred: starred(name, estimates[index] ?? new Set()) })
  const rows = PARTS.map((name) => ({ name, cells: periods.map((period, index) => cell(name, period, index)) }))
  return rows.filter(({ name, cells }) => !RARE.includes(name) || cells.some(({ fen }) => fen !== 0))
}

/** Categories with an estimate that counts, in the months of a period. */
function estimatedIn(statements: Statement[], from: string, to: string, catalogue: Catalogue): Set<Category> {
  const lines = statements.filter(({ month }) => from <= month && month <= to).flatMap((one) => one.lines)
  return new Set(lines.filter((line) => line.isEstimate && counts(catalogue, line.item)).map((line) => line.category))
}

export type Comparison = 'above' | 'equal' | 'below' | 'no_line' | 'nobody'

/** How net income of the year so far stands to what is needed: strictly more, on whole fen. */
export function comparisonOf({ persons, needed, year_to_date: { net } }: IncomeAccount): Comparison {
  if (persons === 0) return 'nobody'
  if (needed === null) return 'no_line'
  return net > needed ? 'above' : net === needed ? 'equal' : 'below'
}

/** The comparison in words. */
export function comparisonText(account: IncomeAccount): string {
  const needed = account.needed ?? 0
  const { net } = account.year_to_date
  const values = { year: account.month.slice(0, 4), net: yuan(net), needed: yuan(needed), n: yuan(Math.abs(net - needed)) }
  return t(`account.comparison.${comparisonOf(account)}`, values)
}
