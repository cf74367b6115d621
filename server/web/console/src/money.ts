// Sums as accounts write them: 12,850.00, always two places, so that columns line up.

/** Fen as yuan, without the word. */
export function yuan(fen: number): string {
  const size = Math.abs(fen)
  const whole = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '-' : ''}${whole}.${String(size % 100).padStart(2, '0')}`
}

/** A share with its two sides; nothing out of nothing is no share. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '–'
  // Downwards, and never 100 % of what is not all of it nor 0 % of what is something.
  const tenths = Math.floor((part * 1000) / whole)
  return tenths === 0 && part > 0 ? '<0.1%' : `${tenths / 10}%`
}
