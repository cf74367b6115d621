// Numbers that carry a check or a structure. The twin of `mobile-schema/src/codes.rs` and `money.rs`.
import { daysSinceEpoch, parseDay, yearsSince } from './calendar'

/** Oldest age that is believed, in years (domain §7.4). */
export const MAX_AGE = 120

/** Largest integer of an answer: exact in both languages. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** Why a text is not an identity number. */
export type IdNumberFault = 'shape' | 'birth' | 'check'

/** What an identity number says; sex by GB/T 2261.1, 1 male, 2 female. */
export interface IdNumber { birth: string; sex: 1 | 2 }

/** Reads an identity number (GB 11643-1999) or names its first fault; a lower-case x is accepted. */
export function idNumber(text: string, today: string): IdNumber | IdNumberFault {
  if (text.length !== 18 || !/^[0-9]{17}[0-9Xx]$/.test(text)) return 'shape'
  const birth = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`
  const [born, now] = [parseDay(birth), parseDay(today)]
  if (!born || !now || daysSinceEpoch(born) > daysSinceEpoch(now) || yearsSince(now, born) > MAX_AGE) return 'birth'
  if (checkCharacter(text.slice(0, 17)) !== text.charAt(17).toUpperCase()) return 'check'
  return { birth, sex: Number(text.charAt(16)) % 2 === 1 ? 1 : 2 }
}

/** The check character of the first 17 digits. */
export function checkCharacter(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body.charAt(index)), 0)
  return '10X98765432'.charAt(sum % 11)
}

/** The form in which an identity number is stored: upper case. */
export function normaliseIdNumber(text: string): string {
  return text.trim().toUpperCase()
}

/** Whether a text is a 12-digit area code. */
export function isAreaCode(text: string): boolean {
  return text.length === 12 && /^[0-9]{12}$/.test(text)
}

/** Whether a text is a mobile number (11 digits) or a landline number with its area code. */
export function isPhone(text: string): boolean {
  const digits = text.replace('-', '')
  if (!/^[0-9]+$/.test(digits)) return false
  const mobile = text.length === 11 && digits.length === 11 && /^1[3-9]/.test(digits)
  const landline = digits.startsWith('0') && digits.length >= 10 && digits.length <= 12
    && [-1, 3, 4].includes(text.indexOf('-'))
  return mobile || landline
}

/** Reads what a person writes (`12`, `12.5`, `-0.07`) as hundredths: fen, or hundredths of a mu. */
export function parseHundredths(text: string): number | null {
  const match = /^(-?)([0-9]+)(?:\.([0-9]{1,2}))?$/.exec(text.trim())
  if (!match) return null
  const hundredths = Number(`${match[2]}${(match[3] ?? '').padEnd(2, '0')}`)
  if (hundredths > MAX_INTEGER) return null
  return match[1] && hundredths !== 0 ? -hundredths : hundredths
}

/** Writes hundredths as people read them: `1234` → `12.34`, `1200` → `12`. */
export function formatHundredths(hundredths: number): string {
  const size = Math.abs(hundredths)
  const rest = size % 100
  const sign = hundredths < 0 ? '-' : ''
  return `${sign}${(size - rest) / 100}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`
}
