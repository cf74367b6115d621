// Amounts of the account as they are shown and read out: whole thousands apart, always two decimals.
/** `1142000` → `11,420.00`. */
export function yuan(fen: number): string {
  const [size, sign] = [Math.abs(fen), fen < 0 ? '-' : '']
  const rest = size % 100
  return `${sign}${String((size - rest) / 100).replace(/\B(?=(\d{3})+$)/g, ',')}.${String(rest).padStart(2, '0')}`
}

/** Fen a head, without what is less than a fen; only to be shown, never compared. */
export const perHead = (fen: number, persons: number): number => (persons > 0 ? Math.trunc(fen / persons) : 0)
