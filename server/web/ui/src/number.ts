// Reading amounts as people type them on a phone: full-width points, thousands separators, spaces.
// What they mean is the engine's to say; no amount ever passes through a binary fraction.
import { formatHundredths, parseHundredths } from '@engine/form/codes'

export { formatHundredths }

const plain = (text: string): string => text.replace(/[,，\s]/g, '').replace(/[。．]/g, '.').replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))

/** `1,234。5` → 123450; null when it is no amount of at most two decimals. */
export function readHundredths(text: string): number | null {
  return parseHundredths(plain(text).replace(/\.$/, '').replace(/(\.\d\d)0+$/, '$1'))
}

/** A whole number; null when it is none. */
export function readWhole(text: string): number | null {
  const clean = plain(text)
  const number = /^-?\d{1,16}$/.test(clean) ? Number(clean) : Number.NaN
  return Number.isSafeInteger(number) ? number : null
}

/** Any finite number. */
export function readNumber(text: string): number | null {
  const clean = plain(text)
  const number = clean === '' ? Number.NaN : Number(clean)
  return Number.isFinite(number) ? number : null
}
