// Loading for a screen: the newest answer wins, the old one stays visible while the next is on its
// way, and a change at the server loads again.
import { shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'
import { onChange } from './live'
import { asProblem, type ProblemError } from './problem'

/** What a screen shows of one request. */
export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<ProblemError | null>
  loading: ShallowRef<boolean>
  reload: () => Promise<void>
}

/** Loads at once, whenever `source` changes (then the old answer goes), and after live changes unless `still`. */
export function useLoad<T>(
  load: () => Promise<T | null>,
  source?: WatchSource<unknown> | WatchSource<unknown>[] | null,
  { still = false }: { still?: boolean } = {},
): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<ProblemError | null>(null)
  const loading = shallowRef(false)
  let turn = 0

  async function reload(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const answer = await load()
      if (mine !== turn) return
      data.value = answer
      problem.value = null
    } catch (thrown) {
      if (mine === turn) problem.value = asProblem(thrown)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  if (source) {
    watch(source, () => {
      data.value = null
      void reload()
    })
  }
  if (!still) onChange(() => void reload())
  void reload()
  return { data, problem, loading, reload }
}
