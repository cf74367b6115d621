// An identity of the domain (§10.2) in words: what is said of it, and that those which fail come first.

/** One identity of one area in words. */
export interface Verdict {
  key: string
  id: string
  area: string
  holds: boolean
  text: string
}

/** Those that fail first; otherwise as they came. */
export function failingFirst(verdicts: Verdict[]): Verdict[] {
  return [...verdicts.filter((one) => !one.holds), ...verdicts.filter((one) => one.holds)]
}
