// The lines of a statement and the steps of a project as people read them: in the words of the form,
// corrected lines gone, estimates known.
import { current, disputed, standing } from '@engine/form/lines'
import { display } from '@ui/format'
import { categoryOf, CATEGORIES, type Category } from '@engine/income/catalogue'
import { formOf, rootFields } from '../reference'
import type { Answers, Field, Form, RecordDetail, Scalar } from '../schema'
import { elementName, placeOf } from '../value'
import { answersOf } from './file'

export interface IncomeLine {
  id: string
  category: Category | null
  item: string
  /** Name of the member it belongs to; empty when it says none. */
  member: string
  /** 2 头 × 1800.00; empty when only the amount is known. */
  quantity: string
  fen: number
  estimate: boolean
  source: string
  /** What became of it, what it rests on, what was noted. */
  note: string
  /** Corrected twice, differently: it counts as nothing. */
  disputed: boolean
}

/** A field of a repeat's element in words. */
function worded(form: Form | undefined, repeat: string, element: Answers, name: string): string {
  const value = element[name]
  if (value === undefined || value === null || value === '') return ''
  return display(placeOf(form, `${repeat}/x/${name}`).field ?? null, value as Scalar)
}

/** A field of a record in words; empty when there is nothing. */
export function said(detail: RecordDetail, name: string): string {
  const value = answersOf(detail)[name]
  if (value === undefined || value === null || value === '' || typeof value === 'object') return ''
  const field: Field | undefined = rootFields(formOf(detail.form)).find((one) => one.name === name)
  return display(field ?? null, value as Scalar)
}

const ESTIMATES = new Set<unknown>(['cadre_estimate', 'standard_ratio'])

/** Lines that count or wait for a person, by category in the order of the account. */
export function incomeLines(detail: RecordDetail, home: Answers): IncomeLine[] {
  const form = formOf(detail.form)
  const answers = answersOf(detail)
  const waiting = disputed(answers, 'lines')
  const members = rootFields(formOf('household')).find((field) => field.name === 'members')
  const lines = current(answers, 'lines').map(([id, element]): IncomeLine => {
    const text = (name: string): string => worded(form, 'lines', element as Answers, name)
    const member = element['member']
    const price = text('unit_price')
    return {
      id, category: categoryOf(String(element['item'] ?? '')), item: text('item'), fen: Number(element['amount'] ?? 0),
      member: typeof member === 'string' && member !== '' ? elementName(members, member, home) : '',
      quantity: [`${text('quantity')}${text('unit')}`, price].filter(Boolean).join(' × '),
      estimate: ESTIMATES.has(element['source']), source: text('source'), disputed: waiting.has(id),
      note: [text('disposal'), text('evidence'), text('amount_reason'), text('note')].filter(Boolean).join(' · '),
    }
  })
  const place = (one: IncomeLine): number => (one.category === null ? CATEGORIES.length : CATEGORIES.indexOf(one.category))
  return lines.sort((a, b) => place(a) - place(b))
}

export interface Step {
  id: string
  on: string
  percent: number
  said: string
  /** Why it is less than before. */
  lower: string
}

/** Progress of a project, newest last. */
export function stepsOf(project: RecordDetail): Step[] {
  const steps = standing(answersOf(project), 'progress').map(([id, step]) => ({
    id, on: String(step['on'] ?? ''), percent: Math.min(100, Math.max(0, Number(step['percent'] ?? 0))), said: String(step['said'] ?? ''), lower: String(step['lower_reason'] ?? ''),
  }))
  return steps.sort((a, b) => a.on.localeCompare(b.on))
}
