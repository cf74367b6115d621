// Area codes: 12 digits, of which a district means 6, a township 9, a village all.

/** The digits of a code that mean something. */
export function significant(code: string): string {
  if (code.endsWith('000000')) return code.slice(0, 6)
  return code.endsWith('000') ? code.slice(0, 9) : code
}

/** Whether an area is the other one or lies in it. */
export function within(code: string, outer: string): boolean {
  return code.startsWith(significant(outer))
}
