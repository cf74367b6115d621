// A share of a sum, never without its two sides beside it.

/** A share with its two sides; nothing out of nothing is no share. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '–'
  // Downwards, and never 100 % of what is not all of it nor 0 % of what is something.
  const tenths = Math.floor((part * 1000) / whole)
  return tenths === 0 && part > 0 ? '<0.1%' : `${tenths / 10}%`
}
