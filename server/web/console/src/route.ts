// Where the desk is: `#/reviews/<id>?area=…`. The query of a list is in the address, so that a
// link shows the same list to somebody else and the browser's back button works.
import { shallowRef } from 'vue'
import { href, parseRoute, type Route } from './path'

export { href, SCREENS, type Route, type Screen } from './path'

/** The place shown now. */
export const route = shallowRef<Route>(parseRoute(location.hash))
addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))

/** Shows another row of the same list; not a step of its own for the back button. */
export function show(id: string | null): void {
  replace({ ...route.value, id })
}

/** Changes the list's query. */
export function setQuery(change: Record<string, string>): void {
  replace({ ...route.value, query: { ...route.value.query, ...change } })
}

function replace(next: Route): void {
  history.replaceState(null, '', href(next.screen, next.id, next.query))
  route.value = next
}
