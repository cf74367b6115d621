// What the desk calls fields and elements, and values in the words of their form: the shared
// `display` with the desk's names of people, areas and members.
import { display } from '@ui/format'
import { empty } from '@ui/form'
import { t } from '@ui/i18n'
import { areaPath, label, personName, rootFields } from './reference'
import { isMasked } from './reveal/reveal'
import type { Answers, Field, Form, Scalar } from './schema'

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
  return empty(value as Scalar | undefined)
}

/** The value in words; ids by name, and what has no name by its first digits. */
export function showValue(field: Field | undefined, value: unknown, answers: Answers | null = null): string {
  if (isEmpty(value)) return t('value.none')
  // A signed version keeps values that were written side by side as a list of all of them.
  if (Array.isArray(value)) return value.map((one) => showValue(field, one, answers)).join(t('value.beside'))
  if (typeof value === 'object') return JSON.stringify(value)
  const name = (id: string): string => {
    if (field?.type === 'area_code') return areaPath(id)
    if (field?.type === 'member_ref') return memberName(field.target ?? '', id, answers)
    return personName(id) ?? `#${id.slice(0, 8)}`
  }
  return display(field ?? null, value as Scalar, { name })
}

/** Whether two values that differ look alike on the screen: of masked ones the hidden part may be what differs. */
export function looksSame(field: Field | undefined, a: unknown, b: unknown): boolean {
  return isMasked(a) && isMasked(b) && showValue(field, a) === showValue(field, b)
}
