// What a person may write where: an answer is refused here before it is in any document.
import { ATTESTATIONS } from '../document/content'
import * as D from '../document/document'
import { fieldAt, fits, splitPath } from '../form'
import type { Form } from '../schema'
import type { Value } from './api'
import { Failure } from './failure'

/** Largest text the server takes (P14). */
const VALUE_BYTES = 8 * 1024

/** An answer a person may give at an existing place. */
export function checked(form: Form | undefined, document: D.Document, path: string, value: Value): D.Put {
  const parts = splitPath(path)
  if (!parts) throw new Failure('bad_path', path, path)
  const [repeat = '', element] = parts
  const elements = D.answersOf(document)[repeat]
  if (repeat === ATTESTATIONS) throw new Failure('read_only', path, path)
  if (element !== undefined && !(typeof elements === 'object' && elements !== null && element in elements)) throw new Failure('bad_path', path, path)
  return typed(form, path, value)
}

/** An answer of the field's type. */
export function typed(form: Form | undefined, path: string, value: Value): D.Put {
  const field = form && fieldAt(form, path)
  if (!field) throw new Failure('bad_path', path, path)
  if (field.read_only || form?.identity?.includes(path)) throw new Failure('read_only', path, path)
  const long = typeof value === 'string' && new TextEncoder().encode(value).length > VALUE_BYTES
  if (long || !fits(field.type, value)) throw new Failure('bad_value', path, path)
  return { path, value, type: field.type }
}
