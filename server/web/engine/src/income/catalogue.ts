// What counts as income: the twin of `mobile-schema/src/income/catalogue.rs`, where the reasons are.
import type { Catalogue } from '../schema'

export type Category = 'wage' | 'business' | 'property' | 'transfer' | 'expense' | 'oneoff'
/** In the order shown: income, then expense, then what is given once. */
export const CATEGORIES: readonly Category[] = ['wage', 'business', 'property', 'transfer', 'expense', 'oneoff']

/** What an item is: the part of its code before the first `_`; null for a code nobody knows. */
export function categoryOf(item: string): Category | null {
  return CATEGORIES.find((category) => item.startsWith(`${category}_`)) ?? null
}

/** Whether an item is part of net income; expenses count by being subtracted. */
export function counts(catalogue: Catalogue, item: string): boolean {
  const ruling = catalogue.rulings.find((one) => one.item === item)
  const category = categoryOf(item)
  return ruling?.counts ?? (category !== null && category !== 'oneoff')
}

/** The catalogue in force on a day: of those that began by then the one that began last. */
export function inForce(catalogues: readonly Catalogue[], on: string): Catalogue | undefined {
  const begun = catalogues.filter((one) => one.effective_from <= on)
  return begun.sort((a, b) => (a.effective_from < b.effective_from ? -1 : a.effective_from > b.effective_from ? 1 : a.version - b.version)).at(-1)
}

/** Items that count under one catalogue and not under the other. */
export function flipped(before: Catalogue, after: Catalogue, items: readonly string[]): string[] {
  return [...new Set(items)].filter((item) => counts(before, item) !== counts(after, item))
}
