// A compiled form as the screens read it. The twin of `mobile-schema/src/{form,field}.rs`.
import type { InjectionKey } from 'vue'
import { inject, provide } from 'vue'
import type { Answers, Value } from '@engine/phone/api'
import { language } from './i18n'

export interface Label { zh: string; en: string }
export interface Choice { code: string; label: Label }
export type FieldType =
  | 'text' | 'long_text' | 'integer' | 'decimal' | 'money' | 'area' | 'date' | 'month' | 'time'
  | 'select_one' | 'select_many' | 'boolean' | 'phone' | 'id_number' | 'area_code' | 'member_ref'
  | 'record_ref' | 'record_refs' | 'repeat' | 'calculated' | 'note'
export interface Field {
  name: string
  type: FieldType
  label: Label
  hint?: Label
  required?: unknown
  relevant?: unknown
  calculate?: unknown
  read_only?: boolean
  merge?: 'latest' | 'ask'
  choices?: Choice[]
  target?: string
  min_length?: number
  max_length?: number
  min?: number
  max?: number
  fields?: Field[]
}
export interface Section { name: string; title: Label; relevant?: unknown; fields: Field[] }
export interface Form { name: string; version: number; title: Label; sections: Section[] }

/** What is wrong with an answer; `error` blocks submitting, `warning` only asks. */
export interface FieldFinding { path: string; severity: 'error' | 'warning'; missing: boolean; text: string }

/** What the rules of a form say about a record now. Paths as everywhere. */
export interface Inspection {
  shown(path: string): boolean
  required(path: string): boolean
  calculated(path: string): Value
  findings: FieldFinding[]
}

/** What fields need besides their own value. */
export interface FormSurroundings {
  answers(): Answers
  /** Names of people, records and areas by id. */
  people(): { id: string; name: string }[]
  areas(): { code: string; name: string }[]
  recordTitle(id: string): string | null
  /** Opens the screen of one element of a repeat. */
  openElement(repeat: string, element: string): void
  addElement(repeat: string): void
  /** Opens the conflict of this path. */
  openConflict(path: string): void
  /** Whether several values stand beside each other. */
  conflicted(path: string): boolean
  inspection(): Inspection
  /** Whether errors are shown under questions not yet answered. */
  strict(): boolean
}

const key: InjectionKey<FormSurroundings> = Symbol('form')
export const provideForm = (surroundings: FormSurroundings): void => provide(key, surroundings)
export function useForm(): FormSurroundings {
  const found = inject(key)
  if (!found) throw new Error('a field needs a form around it')
  return found
}

/** A label in the language shown. */
export const words = (label: Label | undefined): string => (label ? (language.value === 'en' ? label.en : label.zh) : '')

/** Elements of a repeat that were not removed. */
export function elementsOf(answers: Answers, repeat: string): { id: string; answers: Record<string, Value> }[] {
  const map = answers[repeat]
  if (!map || typeof map !== 'object') return []
  return Object.entries(map)
    .filter(([, element]) => !element['deleted_at'])
    .map(([id, element]) => ({ id, answers: element }))
}

/** The value at `field` or `repeat/element/field`. */
export function valueAt(answers: Answers, path: string): Value {
  const [first = '', element, field] = path.split('/')
  const root = answers[first]
  if (element === undefined || field === undefined) return root === undefined || (root !== null && typeof root === 'object') ? null : root
  if (!root || typeof root !== 'object') return null
  return root[element]?.[field] ?? null
}

/** Whether nothing was answered. */
export const empty = (value: Value | undefined): boolean => value === null || value === undefined || value === ''

/** A field by path. */
export function fieldAt(form: Form, path: string): Field | null {
  const [first, element, inner] = path.split('/')
  for (const section of form.sections) {
    const found = section.fields.find((field) => field.name === first)
    if (found) return element === undefined ? found : (found.fields?.find((field) => field.name === inner) ?? null)
  }
  return null
}

/** The section a path lies in. */
export function sectionOf(form: Form, path: string): Section | null {
  const first = path.split('/')[0]
  return form.sections.find((section) => section.fields.some((field) => field.name === first)) ?? null
}
