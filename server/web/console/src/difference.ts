// What changed, in the order of the form, and which of it the leader has not seen yet.
import { rootFields } from './reference'
import type { FieldDifference, Form, Review } from './schema'

/** Differences in the order of the form; elements of a repeat stay together. */
export function inFormOrder(form: Form | undefined, differences: FieldDifference[]): FieldDifference[] {
  const fields = rootFields(form)
  const place = (path: string): string => {
    const [root = '', element = '', name = ''] = path.split('/')
    const outer = fields.findIndex((field) => field.name === root)
    const inner = fields[outer]?.fields?.findIndex((field) => field.name === name) ?? -1
    return [pad(outer), element, pad(inner), path].join('/')
  }
  return [...differences].sort((a, b) => (place(a.path) < place(b.path) ? -1 : 1))
}

function pad(index: number): string {
  return String(index < 0 ? 9999 : index).padStart(4, '0')
}

/** Paths whose present value differs from the one shown before. */
export function unseen(before: Review, now: Review): Set<string> {
  const shown = new Map(before.differences.map((one) => [one.path, JSON.stringify(one.new)]))
  const fresh = now.differences.filter((one) => shown.get(one.path) !== JSON.stringify(one.new)).map((one) => one.path)
  const present = new Set(now.differences.map((one) => one.path))
  // A value that went back to the reviewed one is no longer a difference, but it did move.
  const gone = before.differences.filter((one) => !present.has(one.path)).map((one) => one.path)
  return new Set([...fresh, ...gone])
}

/** Whether two reviews show the same version. */
export function sameVersion(a: Review, b: Review): boolean {
  return a.heads.length === b.heads.length && a.heads.every((head, index) => head === b.heads[index])
}

/** Whether there was no version before: everything is new. */
export function isFirst(differences: FieldDifference[]): boolean {
  return differences.every((one) => one.old === null)
}

/** Repeats with a picture of their own on the desk instead of rows in a table. */
const PICTURED = new Set(['photos', 'attestations'])

/** Whether a path lies in a repeat that is shown as pictures: photos, signatures. */
export function pictured(path: string): boolean {
  return PICTURED.has(path.split('/')[0] ?? '')
}
