// A stored scalar in the words of its form: choices by label, fen as yuan, hundredths of a mu as
// mu, ids by name. Identity numbers show their last four characters only (domain §12.3).
import { language, t } from '@ui/i18n'
import { areaPath, label, personName, rootFields } from './reference'
import type { Answers, Field, Form } from './schema'

/** The field a path points to, and the element between. */
export interface Place {
  field: Field | undefined
  repeat: Field | undefined
  element: string | null
}

/** Finds the field of `address` or `members/<id>/name`. */
export function placeOf(form: Form | undefined, path: string): Place {
  const [root = '', element, name] = path.split('/')
  const field = rootFields(form).find((field) => field.name === root)
  if (element === undefined) return { field, repeat: undefined, element: null }
  return { field: field?.fields?.find((inner) => inner.name === name), repeat: field, element }
}

/** What a person calls the field of a path: 家庭成员 · 张三 · 健康状况; without the record's answers
    the element stays unnamed. */
export function pathLabel(form: Form | undefined, path: string, answers: Answers | null): string {
  const group = groupLabel(form, path, answers)
  return group === null ? ownLabel(form, path) : `${group} · ${ownLabel(form, path)}`
}

/** The field alone: 健康状况. */
export function ownLabel(form: Form | undefined, path: string): string {
  const { field } = placeOf(form, path)
  const last = path.split('/').at(-1) ?? path
  return field ? label(field.label) : last === 'deleted_at' ? t('value.removed_on') : last
}

/** The element a field belongs to: 家庭成员 · 张三; nothing for a root field. */
export function groupLabel(form: Form | undefined, path: string, answers: Answers | null): string | null {
  const { repeat, element } = placeOf(form, path)
  if (element === null) return null
  const name = repeat ? label(repeat.label) : (path.split('/')[0] ?? path)
  return answers ? `${name} · ${elementName(repeat, element, answers)}` : name
}

/** What a person calls one element of a repeat. */
export function elementName(repeat: Field | undefined, element: string, answers: Answers | null): string {
  const first = repeat?.fields?.find((field) => field.type === 'text')?.name
  return memberName(repeat?.name ?? '', element, answers, first)
}

function memberName(repeat: string, element: string, answers: Answers | null, first = 'name'): string {
  const fields = (answers?.[repeat] as Record<string, Answers> | undefined)?.[element]
  const named = fields?.['name'] ?? fields?.[first]
  return typeof named === 'string' && named !== '' ? named : `#${element.slice(0, 4)}`
}

/** Whether a value is nothing. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === ''
}

/** The value in words. */
export function showValue(field: Field | undefined, value: unknown, answers: Answers | null = null): string {
  if (isEmpty(value)) return t('value.empty')
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no')
  if (!field) return typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (typeof value === 'number') return showNumber(field, value)
  if (typeof value === 'string') return showText(field, value, answers)
  return JSON.stringify(value)
}

function showNumber(field: Field, value: number): string {
  const locale = language.value
  const hundredths = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  if (field.type === 'money') return t('value.yuan', { n: (value / 100).toLocaleString(locale, hundredths) })
  if (field.type === 'area') return t('value.mu', { n: (value / 100).toLocaleString(locale, hundredths) })
  if (field.type === 'select_one') return choice(field, String(value))
  return String(value)
}

function showText(field: Field, value: string, answers: Answers | null): string {
  switch (field.type) {
    case 'select_one':
      return choice(field, value)
    case 'select_many':
      return value.split(' ').filter(Boolean).map((code) => choice(field, code)).join(t('value.separator'))
    case 'area_code':
      return areaPath(value)
    case 'record_ref':
    case 'record_refs':
      return value.split(' ').filter(Boolean).map((id) => personName(id) ?? `#${id.slice(0, 8)}`).join(t('value.separator'))
    case 'member_ref':
      return memberName(field.target ?? '', value, answers)
    case 'id_number':
      return `••••${value.slice(-4)}`
    default:
      return value
  }
}

function choice(field: Field, code: string): string {
  const found = field.choices?.find((one) => one.code === code)
  return found ? label(found.label) : code
}

/** Whether two values look alike on the screen although they differ: masked numbers. */
export function looksSame(field: Field | undefined, a: unknown, b: unknown): boolean {
  return field?.type === 'id_number' && a !== b && showValue(field, a) === showValue(field, b)
}
