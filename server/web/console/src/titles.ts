// What people call the records that others point to. Asked for once each, when first shown.
import { reactive } from 'vue'
import * as api from './api'

const known = reactive(new Map<string, string>())

/** The title of a record; empty until it is known, or when it is not for us to see. */
export function titleOf(record: string): string {
  const title = known.get(record)
  if (title !== undefined) return title
  known.set(record, '')
  api.record(record).then(
    (detail) => known.set(record, detail.summary.title),
    // Out of reach or offline: the link stays, and the next page load asks again.
    () => undefined,
  )
  return ''
}

/** Forgets them, at logout. */
export function dropTitles(): void {
  known.clear()
}
