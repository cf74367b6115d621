// Exact reading and writing of amounts: fen and hundredths of a mu are integers, and a text typed
// by a person must never pass through a binary fraction.

/** `12.5` with 2 places → 1250; null when it is no such number. */
export function parseScaled(text: string, places: number): number | null {
  const clean = text.trim().replace(/[,，\s]/g, '').replace(/[。．]/g, '.')
  const match = /^(-?)(\d{1,13})(?:\.(\d*))?$/.exec(clean)
  if (!match) return null
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  if (fraction.length > places) return null
  const digits = Number(`${match[2]}${fraction.padEnd(places, '0')}`)
  if (!Number.isSafeInteger(digits)) return null
  return match[1] && digits !== 0 ? -digits : digits
}

/** 1250 → `12.5`; `fixed` keeps all places: `12.50`. */
export function formatScaled(value: number, places: number, fixed = false): string {
  const text = String(Math.abs(value)).padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const fraction = fixed ? text.slice(-places) : text.slice(-places).replace(/0+$/, '')
  return `${value < 0 ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`
}
