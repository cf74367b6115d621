// The short code of a signed version, as people copy it from a slip: `7F3A-91`. Reading is
// forgiving, because it is typed from paper, read out over the telephone, or pasted with words.

/** Hex digits of a code; a whole digest is 64 and found just as well. */
export const CODE_DIGITS = 6
export const DIGEST_DIGITS = 64

/** What was typed: the digits to look for, or why there is nothing to look for. */
export type CodeRead =
  | { digits: string }
  | { why: 'empty' }
  | { why: 'short'; missing: number }
  | { why: 'long' }
  | { why: 'letter'; letter: string }

/** Letters that are no hex digits and that eyes take for one. */
const LOOKALIKES: Record<string, string> = { O: '0', I: '1', L: '1' }

/** Reads a typed code: case, spaces, dashes, full-width forms and the word before it do not matter. */
export function readCode(text: string): CodeRead {
  const bare = text.normalize('NFKC').toUpperCase().replace(/[\s\p{Script=Han}\p{Pd}\u30fc\u2212:._·]/gu, '')
  const digits = [...bare].map((letter) => LOOKALIKES[letter] ?? letter).join('')
  if (digits === '') return { why: 'empty' }
  const letter = /[^0-9A-F]/u.exec(digits)?.[0]
  if (letter !== undefined) return { why: 'letter', letter }
  if (digits.length < CODE_DIGITS) return { why: 'short', missing: CODE_DIGITS - digits.length }
  if (digits.length > CODE_DIGITS && digits.length !== DIGEST_DIGITS) return { why: 'long' }
  return { digits: digits.toLowerCase() }
}

/** The code of a version: `7F3A-91`. */
export function codeOf(digest: string): string {
  return `${digest.slice(0, 4)}-${digest.slice(4, CODE_DIGITS)}`.toUpperCase()
}
