// What the engine must know of a compiled form: names, types, policies. `form/` evaluates and checks.
import type { Answers, Value } from './phone/api'
import type { Field, Form } from './schema'

/** What the engine reads of a field. */
export type FieldShape = Pick<Field, 'name' | 'type' | 'merge' | 'read_only'>

/** An element id: 32 hex digits. */
const ELEMENT = /^[0-9a-f]{32}$/
const NAME = /^[a-z][a-z0-9_]*$/

/** `name/version`, as on the wire. */
export function formId(form: Form): string {
  return `${form.name}/${form.version}`
}

/** The newest version of a form. */
export function newest(forms: readonly Form[], name: string): Form | undefined {
  return forms.filter((form) => form.name === name).sort((a, b) => b.version - a.version)[0]
}

/** A field of the form itself, by name. */
export function fieldIn(form: Form, name: string): Field | undefined {
  for (const section of form.sections) {
    const found = section.fields.find((field) => field.name === name)
    if (found) return found
  }
  return undefined
}

/** Maps the root change must create. */
export function containers(form: Form): string[] {
  return form.sections.flatMap((section) => section.fields).filter((field) => field.type === 'repeat').map((field) => field.name)
}

/** A path in parts: one name, or repeat, element and name. Null when it is not a path. */
export function splitPath(path: string): string[] | null {
  const parts = path.split('/')
  const fine = parts.length === 1 ? NAME.test(path)
    : parts.length === 3 && NAME.test(parts[0] ?? '') && ELEMENT.test(parts[1] ?? '') && NAME.test(parts[2] ?? '')
  return fine ? parts : null
}

/** The field of a path; `deleted_at` is known in every element. */
export function fieldAt(form: Form, path: string): FieldShape | undefined {
  const parts = splitPath(path)
  const root = parts?.[0] === undefined ? undefined : fieldIn(form, parts[0])
  if (!parts || !root || parts.length === 1) return root
  if (root.type !== 'repeat') return undefined
  if (parts[2] === 'deleted_at') return { name: 'deleted_at', type: 'date' }
  return root.fields?.find((field) => field.name === parts[2])
}

/** Whether a path is a field of an immutable line, which is written once. */
export function isLine(form: Form, path: string): boolean {
  const parts = splitPath(path)
  return parts?.length === 3 && fieldIn(form, parts[0] ?? '')?.immutable === true
}

/** Paths of one record whose concurrent values must be shown to a person. */
export function askPaths(form: Form, answers: Answers): string[] {
  const paths: string[] = []
  for (const field of form.sections.flatMap((section) => section.fields)) {
    if (field.merge === 'ask') paths.push(field.name)
    const inner = (field.fields ?? []).filter((one) => one.merge === 'ask')
    const elements = answers[field.name]
    if (inner.length === 0 || typeof elements !== 'object' || elements === null) continue
    for (const element of Object.keys(elements)) paths.push(...inner.map((one) => `${field.name}/${element}/${one.name}`))
  }
  return paths
}

const NUMBERS = new Set(['integer', 'money', 'area'])
const UNSTORED = new Set(['repeat', 'calculated', 'note'])

/** Whether a value may be stored in a field of this type; what it *should* be is the form's check. */
export function fits(type: string, value: Value): boolean {
  if (UNSTORED.has(type)) return false
  if (value === null) return true
  if (type === 'boolean') return typeof value === 'boolean'
  if (NUMBERS.has(type)) return Number.isSafeInteger(value)
  if (type === 'decimal') return typeof value === 'number' && Number.isFinite(value)
  return typeof value === 'string'
}

/** The value at a path of plain answers; null where there is none. */
export function valueAt(answers: Answers, path: string): Value {
  let here: unknown = answers
  for (const part of path.split('/')) here = typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[part] : null
  return here === undefined || (typeof here === 'object' && here !== null) ? null : (here as Value)
}
