// Numbers of a person or an account on a screen: never more than the last four (domain §12.3). Whether
// one is right is the form's check.
import type { Field } from '@schema/form'
import { normaliseIdNumber } from '@engine/form/codes'

/** Whether a field shows only the end of what is in it. */
export const isMasked = (field: Field): boolean => field.type === 'id_number' || field.masked === true

/** As stored: no spaces; an identity number with an upper-case X. */
export const cleanNumber = (field: Field, text: string): string => {
  const close = text.replace(/\s/g, '')
  return field.type === 'id_number' ? normaliseIdNumber(close) : close
}

/** Dots and the last four. */
export const mask = (text: string): string => (text.length > 4 ? `•••• ${text.slice(-4)}` : '••••')
