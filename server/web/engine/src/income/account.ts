// Statements added up: the twin of `mobile-schema/src/income/account.rs`; both run the same vectors.
import type { Catalogue, IncomeAccount, Sums } from '../schema'
import { pad } from '../form/calendar'
import { counts } from './catalogue'
import type { Statement } from './statement'

const NOTHING: Sums = { wage: 0, business: 0, property: 0, transfer: 0, oneoff: 0, expense: 0, uncounted: 0, estimated: 0, gross: 0, net: 0, months: 0 }

/** Sums over statements, in fen. */
export function sumsOf(statements: readonly Statement[], catalogue: Catalogue): Sums {
  const sums = { ...NOTHING }
  for (const { lines } of statements) {
    sums.months += 1
    for (const { item, category, amount, isEstimate } of lines) {
      if (!counts(catalogue, item)) {
        sums.uncounted += amount
        continue
      }
      sums[category] += amount
      if (isEstimate) sums.estimated += amount
    }
  }
  sums.gross = sums.wage + sums.business + sums.property + sums.transfer + sums.oneoff
  sums.net = sums.gross - sums.expense
  return sums
}

/** Whether net income is above the line: strictly, on whole fen, without division (INV-32). */
export function crosses(net: number, line: number, persons: number): boolean {
  return persons > 0 && BigInt(net) > BigInt(line) * BigInt(persons)
}

/** Whether newer rulings ask for new signatures of what was signed under older ones: only when the comparison with
    the line turns, or net income of the year moves by more than `over` fen. Without an amount any difference asks. */
export function signsAgain(signed: IncomeAccount, newer: IncomeAccount, over: number | null | undefined): boolean {
  return signed.crosses !== newer.crosses || Math.abs(newer.year_to_date.net - signed.year_to_date.net) > (over ?? 0)
}

/** The account as of a month, `YYYY-MM`; `line` is the poverty line of its year, fen a head, null if nobody entered it. */
export function accountOf(statements: readonly Statement[], month: string, catalogue: Catalogue, line: number | null): IncomeAccount {
  const year = Number(month.slice(0, 4))
  const within = (from: string, to: string): Statement[] => statements.filter((one) => from <= one.month && one.month <= to)
  const [january, before] = [`${pad(year, 4)}-01`, pad(Math.max(year - 1, 0), 4)]
  const thisYear = within(january, month)
  // `>=` keeps the last of equals, as Rust's `max_by_key` does.
  const latest = statements.filter((one) => one.month <= month).reduce<Statement | null>((last, one) => (last === null || one.month >= last.month ? one : last), null)
  const persons = latest?.counted.length ?? 0
  const yearToDate = sumsOf(thisYear, catalogue)
  const months = Array.from({ length: Number(month.slice(5)) }, (_, at) => `${pad(year, 4)}-${pad(at + 1, 2)}`)
  return {
    month, catalogue: catalogue.version, in_month: sumsOf(within(month, month), catalogue), year_to_date: yearToDate,
    trailing: sumsOf(within(monthAfterYearBefore(month), month), catalogue), last_year: sumsOf(within(`${before}-01`, `${before}-12`), catalogue),
    missing: months.filter((one) => thisYear.every((statement) => statement.month !== one)),
    persons, line, needed: line === null ? null : line * persons, crosses: line === null ? null : crosses(yearToDate.net, line, persons),
    disputed: thisYear.reduce((sum, one) => sum + one.disputed, 0),
  }
}

/** The first of the twelve months up to this one. */
function monthAfterYearBefore(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))]
  return number === 12 ? `${pad(year, 4)}-01` : `${pad(year - 1, 4)}-${pad(number + 1, 2)}`
}
