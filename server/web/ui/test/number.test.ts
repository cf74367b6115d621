// Amounts as people type them: exact, or not taken at all.
import { describe, expect, it } from 'vitest'
import { readHundredths, readNumber, readWhole } from '../src/number'

describe('a typed amount', () => {
  it('is read with the points, separators and digits of a Chinese keyboard', () => {
    expect(readHundredths('1，234。5')).toBe(123450)
    expect(readHundredths('１２．５')).toBe(1250)
    expect(readHundredths(' 12. ')).toBe(1200)
    expect(readHundredths('12.500')).toBe(1250)
  })

  it('is not taken when it would have to be rounded', () => {
    expect(readHundredths('0.125')).toBeNull()
    expect(readHundredths('9007199254740992')).toBeNull()
    expect(readWhole('1.5')).toBeNull()
  })

  it('is not taken when it is no number', () => {
    for (const text of ['', '.', '一百', '1-2', '1e5x']) expect(readHundredths(text), text).toBeNull()
    expect(readNumber('')).toBeNull()
    expect(readNumber('Infinity')).toBeNull()
  })
})
