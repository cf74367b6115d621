// What fields on a screen share: the record around them, and how a compiled form is read.
import type { InjectionKey } from 'vue'
import { inject, provide } from 'vue'
import type { Field, Finding, Form, Label, Section } from '@schema/form'
import type { Answers, Value } from '@engine/phone/api'
import { language } from './i18n'

/** What the rules of a form say about a record now. Paths as everywhere. */
export interface Inspection {
  shown(path: string): boolean
  required(path: string): boolean
  calculated(path: string): Value
  /** Errors block submitting, warnings only ask. */
  findings: Finding[]
}

/** What fields need besides their own value. */
export interface FormSurroundings {
  answers(): Answers
  /** Names of people, records and areas by id. */
  people(): { id: string; name: string }[]
  areas(): { code: string; name: string }[]
  /** Of the same household: its members, measures or projects. */
  related(target: string): { id: string; name: string }[]
  recordTitle(id: string): string | null
  /** Texts that are likely here, one tap each: names for "by whom". */
  suggestions(field: Field): string[]
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

/** Repeats that have screens of their own and are no questions. */
export const isApart = (name: string): boolean => name === 'photos' || name === 'attestations'

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
