// Lines of an immutable repeat: which of them count. The twin of `mobile-schema/src/lines.rs`, where the
// words and the reasons are; both run the same vectors.
import type { Line, LineState } from '@schema/form'
import { type Answers, isId, isRemoved, MAX_ELEMENTS, own, wellFormed } from './answers'

/** The field that names the line a line corrects. */
export const SUPERSEDES = 'supersedes'

/** The state of every well-formed line, by id. */
export function states(answers: unknown, repeat: string): Line[] {
  return judged(answers, repeat).map(([id, , state]) => ({ id, state }))
}

/** The lines that count, by id, at most `MAX_ELEMENTS`. */
export function standing(answers: unknown, repeat: string): [string, Answers][] {
  return linesIn(answers, repeat, ['standing']).slice(0, MAX_ELEMENTS)
}

/** The lines somebody must look at: those that count and those that would. */
export function current(answers: unknown, repeat: string): [string, Answers][] {
  return linesIn(answers, repeat, ['standing', 'disputed'])
}

/** Ids of the lines that wait for a person. */
export function disputed(answers: unknown, repeat: string): Set<string> {
  return new Set(linesIn(answers, repeat, ['disputed']).map(([id]) => id))
}

/** Lines that wait for a person, together those of which one is to be chosen. */
export function disputes(answers: unknown, repeat: string): [string, Answers][][] {
  const lines: Lines = new Map(wellFormed(answers, repeat))
  const families = familiesOf(lines)
  const groups = new Map<string | undefined, [string, Answers][]>()
  for (const one of linesIn(answers, repeat, ['disputed'])) groups.set(families.get(one[0]), [...(groups.get(families.get(one[0])) ?? []), one])
  return [...groups.values()]
}

function linesIn(answers: unknown, repeat: string, wanted: readonly LineState[]): [string, Answers][] {
  return judged(answers, repeat).filter(([, , state]) => wanted.includes(state)).map(([id, line]) => [id, line])
}

type Lines = ReadonlyMap<string, Answers>

function judged(answers: unknown, repeat: string): [string, Answers, LineState][] {
  const lines: Lines = new Map(wellFormed(answers, repeat))
  const gone = correctedIn(lines)
  const families = familiesOf(lines)
  const last = new Map<string | undefined, number>()
  for (const [id, line] of lines) {
    const family = families.get(id)
    if (!isRemoved(line) && !gone.has(id)) last.set(family, (last.get(family) ?? 0) + 1)
  }
  const state = (id: string, line: Answers): LineState => {
    if (isRemoved(line)) return 'deleted'
    const count = last.get(families.get(id))
    // Without a last one, lines only correct each other, in a circle.
    if (count === undefined) return 'disputed'
    if (gone.has(id)) return 'superseded'
    return count === 1 ? 'standing' : 'disputed'
  }
  return [...lines].map(([id, line]) => [id, line, state(id, line)])
}

/** The line that a line corrects, there or not. */
function supersededBy(lines: Lines, id: string): string | undefined {
  const old = own(lines.get(id), SUPERSEDES)
  return typeof old === 'string' && isId(old) ? old : undefined
}

/** Everything that a line which was not taken back corrects, also across lines that were. */
function correctedIn(lines: Lines): Set<string> {
  const corrected = new Set<string>()
  for (const [id, line] of lines) {
    let next = isRemoved(line) ? undefined : supersededBy(lines, id)
    while (next !== undefined && !corrected.has(next)) {
      corrected.add(next)
      next = supersededBy(lines, next)
    }
  }
  return corrected
}

/** The family of every line, named by what its corrections lead to. */
function familiesOf(lines: Lines): Map<string, string> {
  const families = new Map<string, string>()
  for (const id of lines.keys()) {
    const way = new Set<string>()
    let here = id
    while (!families.has(here) && !way.has(here)) {
      way.add(here)
      here = supersededBy(lines, here) ?? here
    }
    const family = families.get(here) ?? circleName(way, here)
    for (const one of way) families.set(one, family)
  }
  return families
}

/** The smallest id of the circle that a way ended in; a first line leads only to itself. */
function circleName(way: ReadonlySet<string>, start: string): string {
  const ids = [...way]
  return ids.slice(ids.indexOf(start)).sort()[0] ?? start
}
