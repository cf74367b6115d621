// Where the desk is: `#/reviews/<id>?area=…`. The query of a list is in the address, so that a
// link shows the same list to somebody else and the browser's back button works.
import { shallowRef } from 'vue'
import { href, parseRoute, printHref, versionHref, type Route } from './path'

export { href, printHref, SCREENS, versionHref, type Route, type Screen } from './path'

/** The place shown now. */
export const route = shallowRef<Route>(parseRoute(location.hash))
addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))

/** Shows another row of the same list; not a step of its own for the back button. */
export function show(id: string | null): void {
  replace({ ...route.value, id, version: null, printed: false })
}

/** Changes the list's query. */
export function setQuery(change: Record<string, string>): void {
  replace({ ...route.value, query: { ...route.value.query, ...change } })
}

function replace(next: Route): void {
  history.replaceState(null, '', addressOf(next))
  route.value = next
}

function addressOf({ screen, id, version, printed, query }: Route): string {
  if (id && printed) return printHref(id, query)
  return id && version ? versionHref(id, version, query) : href(screen, id, query)
}
