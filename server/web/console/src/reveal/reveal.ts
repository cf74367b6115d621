// What the server masks (domain §12.3) and tells for a purpose. A value told lives in the pane it was asked in, and goes
// with it: nothing here keeps one anywhere else.
import { inject, type InjectionKey } from 'vue'
import { within } from '../areas'
import type { Person, Revealed, RevealedAs, RevealedValue, RevealPurpose, RevealWhat, Role } from '../schema'

/** What stands for the hidden part of a value (the twin of `bidao_schema::mask::DOTS`). */
export const DOTS = '••••'
/** Who is told (the twin of the server's `REVEALS`). */
const REVEALS: readonly Role[] = ['team_leader', 'town_office', 'alleviation_office']
/** What one can be asked for; an export is written down by itself. */
export const PURPOSES: readonly RevealPurpose[] = ['identity', 'registering', 'payment', 'dispute', 'telling', 'audit']
export const NOTE_LENGTH = 200

/** What a pane shows: the object whose values are masked in it, and where that is. */
export interface Source { what: RevealWhat; id: string; digest?: string; area: string }
/** Where in the object a value is. */
export interface Spot { path: string; as: RevealedAs; change?: string | null }
/** What somebody asks to be told, as the dialog calls it: these paths, or everything. */
export interface Asked { paths: string[]; title: string }
export interface Scope {
  /** Whether this person is told anything here. */
  may(): boolean
  ask(asked: Asked): void
  /** The whole of a value that is shown masked at a spot; nothing while it was not told. */
  told(spot: Spot, shown: unknown): unknown
}
export const SCOPE: InjectionKey<Scope> = Symbol('reveal')

/** The scope that a value is shown in; none where nothing is told. */
export const useScope = (): Scope | null => inject(SCOPE, null)

/** Whether a person is told what is masked in an area's records. The server decides; this spares people a door that would not open. */
export function mayReveal(person: Person | null, area: string): boolean {
  return person !== null && person.roles.some((role) => REVEALS.includes(role)) && person.areas.some((held) => within(area, held))
}

/** Whether something of a value is hidden. */
export function isMasked(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isMasked) : typeof value === 'string' && value.includes(DOTS)
}

/** Whether a masked value can be the mask of a whole one: all of it that is shown is there, in order. */
export function fits(shown: unknown, whole: unknown): boolean {
  if (Array.isArray(shown)) return Array.isArray(whole) && shown.length === whole.length && shown.every((one, index) => fits(one, whole[index]))
  if (typeof shown !== 'string' || !shown.includes(DOTS)) return JSON.stringify(shown) === JSON.stringify(whole)
  const text = String(whole)
  const parts = shown.split(DOTS)
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

/** Whether masked answers can be the mask of whole ones. */
export function agrees(shown: unknown, whole: unknown): boolean {
  const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isMap(shown)) return fits(shown, whole)
  if (!isMap(whole)) return false
  const [left, right] = [Object.keys(shown).sort(), Object.keys(whole).sort()]
  return left.length === right.length && left.every((key, index) => agrees(shown[key], whole[right[index] ?? key]))
}

/** Among values told, the one of a spot. One that no longer fits what is shown was overtaken by a change. */
export function find(told: readonly RevealedValue[], spot: Spot, shown: unknown): unknown {
  const isIt = (one: RevealedValue): boolean =>
    one.path === spot.path && one.shown_as === spot.as && (one.change ?? null) === (spot.change ?? null) && fits(shown, one.value)
  return told.findLast(isIt)?.value
}

/** What is sent. */
export function question(source: Source, paths: string[], purpose: RevealPurpose, note: string) {
  const { what, id, digest } = source
  return { what, id, digest: digest ?? null, paths, purpose, note: note.trim() }
}

/** What was told before and now: of a value told twice the later one. */
export const joined = (before: readonly RevealedValue[], now: Revealed): RevealedValue[] => [...before, ...now.values]
