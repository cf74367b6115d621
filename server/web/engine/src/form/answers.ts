// Answers as JSON, a mirror of the record's document. The twin of `mobile-schema/src/answer.rs`; what the
// engine asks of a form is in `../form.ts`.

/** Elements of one repeat that are looked at; more is a finding. */
export const MAX_ELEMENTS = 500

/** Key that marks a removed element; a date. */
export const DELETED_AT = 'deleted_at'

/** Any JSON object. */
export type Answers = { readonly [name: string]: unknown }

/** Whether a string is a record or element id: 32 lower-case hex digits. */
export function isId(text: string): boolean {
  return text.length === 32 && /^[0-9a-f]{32}$/.test(text)
}

/** Whether a string is the SHA-256 of a file: 64 lower-case hex digits. */
export function isDigest(text: string): boolean {
  return text.length === 64 && /^[0-9a-f]{64}$/.test(text)
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property, so that no answer is found in a prototype. */
export function own(object: unknown, name: string): unknown {
  return isObject(object) && Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined
}

/** Whether a value counts as no answer. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** Whether an element was removed. */
export function isRemoved(element: Answers): boolean {
  return !isEmpty(own(element, DELETED_AT))
}

/** The well-formed elements of a repeat in the order of their ids, removed ones too. */
export function wellFormed(answers: unknown, repeat: string): [string, Answers][] {
  const all = own(answers, repeat)
  if (!isObject(all)) return []
  const found = Object.entries(all).filter((entry): entry is [string, Answers] => isId(entry[0]) && isObject(entry[1]))
  return found.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The present elements of a repeat in the order of their ids, however many. */
export function present(answers: unknown, repeat: string): [string, Answers][] {
  return wellFormed(answers, repeat).filter(([, element]) => !isRemoved(element))
}

/** The present elements of a repeat in the order of their ids, at most `MAX_ELEMENTS`. */
export function elements(answers: unknown, repeat: string): [string, Answers][] {
  return present(answers, repeat).slice(0, MAX_ELEMENTS)
}

/** The value at `field` or `repeat/element/field`; undefined when there is none. */
export function answerAt(answers: unknown, path: string): unknown {
  const parts = path.split('/')
  if (parts.length !== 1 && parts.length !== 3) return undefined
  return parts.reduce<unknown>((value, part) => own(value, part), answers)
}
