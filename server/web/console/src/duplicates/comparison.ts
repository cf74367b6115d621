// Two households laid out side by side, and which rows differ. Members have ids of their own in each
// record, so they are put beside each other by what is written of them.
import { t } from '@ui/i18n'
import { areaPath, label, rootFields } from '../reference'
import type { Answers, Field, FieldChange, Form, MaskedNumber, RecordSummary } from '../schema'
import { moment } from '../time'
import { isEmpty, looksSame } from '../value'
import { headOf, membersOf, type Member } from './member'

export type { Member }

/** One of the two records, with everything that was ever written to it. */
export interface Side {
  summary: RecordSummary
  answers: Answers
  /** What its masked ID numbers still say. */
  numbers: MaskedNumber[]
  changes: FieldChange[]
}
/** One line of the comparison. */
export interface Row {
  name: string
  label: string
  field: Field | undefined
  left: unknown
  right: unknown
  differs: boolean
}
/** Two members who are one person, or one without a counterpart. */
export interface MemberRow {
  left: Member | null
  right: Member | null
  /** Columns in which they differ; empty when one is missing. */
  differing: MemberColumn[]
  /** Their ID numbers differ where the screen shows dots. */
  hidden: boolean
}
export const COLUMNS = ['name', 'relation', 'born', 'id_no'] as const
export type MemberColumn = (typeof COLUMNS)[number]

const FIELDS = ['group_name', 'address', 'phone', 'in_system', 'severity', 'main_cause']

/** The rows about the household as a whole. */
export function rows(form: Form | undefined, left: Side, right: Side): Row[] {
  const fields = new Map(rootFields(form).map((field) => [field.name, field]))
  const row = (name: string, text: string, field: Field | undefined, of: (side: Side) => unknown): Row => {
    const [a, b] = [of(left), of(right)]
    return { name, label: text, field, left: a, right: b, differs: !same(a, b) }
  }
  const named = (name: string): string => label(fields.get(name)?.label ?? { zh: name, en: name })
  return [
    row('head', named('head_member_id'), undefined, (side) => headOf(side.answers)?.name ?? null),
    row('village', t('duplicate.village'), undefined, (side) => areaPath(side.summary.area)),
    ...FIELDS.map((name) => row(name, named(name), fields.get(name), (side) => side.answers[name] ?? null)),
    // Two phones are why there are two records: that these differ says nothing.
    { ...row('added', t('duplicate.added_by'), undefined, added), differs: false },
  ]
}

function added(side: Side): string {
  const first = Math.min(...side.changes.map((change) => change.made_at))
  const name = side.summary.author_name
  return Number.isFinite(first) ? t('duplicate.added', { name, at: moment(first) }) : name
}

/** Members beside each other: by ID number, by name and birth date, by birth date, by name. */
export function memberRows(form: Form | undefined, left: Pick<Side, 'answers' | 'numbers'>, right: Pick<Side, 'answers' | 'numbers'>): MemberRow[] {
  const rest = new Set(membersOf(right.answers, right.numbers))
  const partner = new Map<Member, Member>()
  const mine = membersOf(left.answers, left.numbers)
  for (const key of [numberOf, (one: Member) => both(one.name, one.born), (one: Member) => one.born, (one: Member) => one.name]) {
    for (const one of mine.filter((one) => !partner.has(one) && key(one) !== '')) {
      const match = [...rest].find((other) => key(other) === key(one) && !contradicts(one, other, key === numberOf))
      if (!match) continue
      partner.set(one, match)
      rest.delete(match)
    }
  }
  const number = rootFields(form).find((field) => field.name === 'members')?.fields?.find((field) => field.name === 'id_no')
  const paired = mine.map((one) => compared(one, partner.get(one) ?? null, number))
  return [...paired, ...[...rest].map((one) => compared(null, one, number))]
}

const numberOf = (one: Member): string => one.number
const both = (a: string, b: string): string => (a !== '' && b !== '' ? `${a}\n${b}` : '')

/** Twins share a birth date: names of another length are other people, unless the ID number says otherwise. */
function contradicts(one: Member, other: Member, sure: boolean): boolean {
  return !sure && one.name !== '' && other.name !== '' && one.name !== other.name && one.name.length !== other.name.length
}

function compared(left: Member | null, right: Member | null, number: Field | undefined): MemberRow {
  if (!left || !right) return { left, right, differing: [], hidden: false }
  const value = (one: Member, column: MemberColumn): string => (column === 'id_no' ? numberOf(one) || one.id_no : one[column])
  const differing = COLUMNS.filter((column) => value(left, column) !== value(right, column))
  return { left, right, differing, hidden: looksSame(number, left.id_no, right.id_no) && differing.includes('id_no') }
}

function same(a: unknown, b: unknown): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  const plain = (value: unknown): string => (typeof value === 'string' ? value.trim() : JSON.stringify(value))
  return plain(a) === plain(b)
}

