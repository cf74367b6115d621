// What is in force: catalogues and lines as the reference data has them, the same for the phone and for the
// phone in memory.
import { inForce } from '../income/catalogue'
import type { Catalogue, PovertyLine } from '../schema'

/** Rulings every phone has before it knows any: what is given once does not count. */
const PLAIN: Catalogue = { version: 1, effective_from: '2010-01-01', document: '', rulings: [] }

/** What a household's file is read with. `today`: a date in Asia/Shanghai. */
export interface Known { catalogues: readonly Catalogue[]; lines: readonly PovertyLine[]; today: string }

/** Reference data kept by an older version of the app has no catalogues. */
export function knownOf(reference: { catalogues?: Catalogue[]; poverty_lines?: PovertyLine[] } | null | undefined, today: string): Known {
  const catalogues = reference?.catalogues ?? []
  return { catalogues: catalogues.length > 0 ? catalogues : [PLAIN], lines: reference?.poverty_lines ?? [], today }
}

/** The catalogue in force on a day. */
export const catalogueOn = (known: Known, day: string): Catalogue => inForce(known.catalogues, day) ?? PLAIN

/** The catalogue in force at the end of a month. */
export const catalogueOf = (known: Known, month: string): Catalogue => catalogueOn(known, `${month}-31`)

/** Fen a head; null if nobody entered the line of that year. */
export const lineOf = (known: Known, year: number): number | null => known.lines.find((one) => one.year === year)?.fen ?? null

/** The `count` months up to this one, the newest first. */
export function monthsUpTo(month: string, count: number): string[] {
  const last = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1
  return Array.from({ length: count }, (_, at) => last - at).map((one) => `${String(Math.floor(one / 12)).padStart(4, '0')}-${String((one % 12) + 1).padStart(2, '0')}`)
}
