// One month of one household, read from the answers of an `income` record: the twin of
// `mobile-schema/src/income/statement.rs`.
import { isMonth } from '../form/calendar'
import { own } from '../form/answers'
import { disputed, standing } from '../form/lines'
import { categoryOf, type Category } from './catalogue'

export interface IncomeLine {
  id: string
  item: string
  category: Category
  /** Fen, never negative. */
  amount: number
  /** Somebody's estimate or ratio, not the household's word or a list: starred wherever shown. */
  isEstimate: boolean
  /** Element id of the member it belongs to, if it says one. */
  member: string | null
}

export interface Statement {
  month: string
  catalogue: number
  lineYear: number
  /** Element ids of the members counted. */
  counted: string[]
  /** Lines that stand. */
  lines: IncomeLine[]
  /** Corrections nobody settled: none of them counts. */
  disputed: number
}

const ESTIMATES = new Set<unknown>(['cadre_estimate', 'standard_ratio'])

/** Reads a record's answers; null for a record that says no month. */
export function readStatement(answers: unknown): Statement | null {
  const month = own(answers, 'month')
  if (typeof month !== 'string' || !isMonth(month)) return null
  const number = (name: string): number => Number(own(answers, name) ?? 0)
  const counted = own(answers, 'counted')
  return {
    month, catalogue: number('catalogue'), lineYear: number('line_year'),
    counted: typeof counted === 'string' ? counted.split(/\s+/).filter(Boolean) : [],
    lines: standing(answers, 'lines').flatMap(([id, fields]) => {
      const [item, amount, member] = [own(fields, 'item'), own(fields, 'amount'), own(fields, 'member')]
      const category = typeof item === 'string' ? categoryOf(item) : null
      if (typeof item !== 'string' || category === null || typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 0) return []
      return [{ id, item, category, amount, isEstimate: ESTIMATES.has(own(fields, 'source')), member: typeof member === 'string' && member !== '' ? member : null }]
    }),
    disputed: disputed(answers, 'lines').size,
  }
}
