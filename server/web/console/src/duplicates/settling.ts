// Settling a pair: ask, confirm, send. What the server refuses stays in the dialog, to be read there.
import { shallowRef, type ShallowRef } from 'vue'
import * as api from '../api'
import { asProblem, type ProblemError } from '../problem'
import type { DuplicatePair, SettleDuplicate } from '../schema'
import { request, type Choice } from './pair'

export interface Settling {
  /** The choice being confirmed. */
  asked: ShallowRef<Choice | null>
  busy: ShallowRef<boolean>
  failed: ShallowRef<ProblemError | null>
  ask: (choice: Choice) => void
  leave: () => void
  /** Sends the choice; true when the server took it. */
  confirm: () => Promise<boolean>
}

/** For the pair shown. */
export function useSettling(
  pair: () => DuplicatePair,
  send: (body: SettleDuplicate) => Promise<unknown> = api.settleDuplicate,
): Settling {
  const asked = shallowRef<Choice | null>(null)
  const busy = shallowRef(false)
  const failed = shallowRef<ProblemError | null>(null)

  function ask(choice: Choice): void {
    failed.value = null
    asked.value = choice
  }
  function leave(): void {
    failed.value = null
    asked.value = null
  }
  async function confirm(): Promise<boolean> {
    if (asked.value === null || busy.value) return false
    busy.value = true
    failed.value = null
    try {
      await send(request(pair(), asked.value))
      return true
    } catch (thrown) {
      failed.value = asProblem(thrown)
      return false
    } finally {
      busy.value = false
    }
  }
  return { asked, busy, failed, ask, leave, confirm }
}
