// Citizen identity numbers on a screen: never more than the last four (domain §12.3). Whether one
// is right is the form's check.
import { normaliseIdNumber } from '@engine/form/codes'

/** As stored: upper-case X, no spaces. */
export const cleanIdNumber = (text: string): string => normaliseIdNumber(text.replace(/\s/g, ''))

/** Dots and the last four. */
export const maskIdNumber = (text: string): string => (text.length > 4 ? `•••• ${text.slice(-4)}` : '••••')
