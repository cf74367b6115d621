// A screen in a part of its own, fetched when it is first opened. When that fails (the server is away,
// or has a newer desk) the page says so instead of staying empty.
import { defineAsyncComponent, h, type Component } from 'vue'
import ProblemNote from './pieces/ProblemNote.vue'
import { made } from './problem'

/** The component that `load` brings. */
export function part(load: () => Promise<{ default: Component }>): Component {
  return defineAsyncComponent({ loader: load, errorComponent: () => h(ProblemNote, { problem: made('desk_fault') }) })
}
