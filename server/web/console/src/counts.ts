// How much waits, for the list at the left. Failing to count is no problem of its own: the screens
// say what is wrong.
import { onScopeDispose, shallowRef } from 'vue'
import * as api from './api'
import { onChange } from './live'
import type { Screen } from './route'

interface Counts {
  reviews: number | null
  conflicts: number | null
  duplicates: number | null
  disputes: number | null
}

const unknown: Counts = { reviews: null, conflicts: null, duplicates: null, disputes: null }

/** The numbers shown; none while unknown. */
export const counts = shallowRef<Counts>(unknown)

/** Counts now, after every change, and when a screen asks for it. */
export function watchCounts(screens: () => Screen[]): void {
  counted = screens
  onChange(() => void recount())
  onScopeDispose(() => (counts.value = unknown))
  void recount()
}

let counted: () => Screen[] = () => []

/** Counts again. */
export async function recount(): Promise<void> {
  const wanted = counted()
  const [reviews, conflicts, duplicates, disputes] = await Promise.all([
    wanted.includes('reviews') ? api.reviews({}).catch(() => null) : null,
    wanted.includes('conflicts') ? api.conflicts({ state: 'open' }).catch(() => null) : null,
    wanted.includes('duplicates') ? api.duplicates().catch(() => null) : null,
    wanted.includes('disputes') ? api.disputes({}).catch(() => null) : null,
  ])
  counts.value = {
    reviews: reviews?.total ?? null,
    conflicts: conflicts?.total ?? null,
    duplicates: duplicates?.open.length ?? null,
    disputes: disputes?.open ?? null,
  }
}
