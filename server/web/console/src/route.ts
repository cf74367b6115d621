// Where the desk is: `#/reviews/<id>?area=…`. The query of a list is in the address, so that a
// link shows the same list to somebody else and the browser's back button works.
import { shallowRef } from 'vue'

export type Screen = 'reviews' | 'conflicts' | 'duties' | 'records' | 'devices'
export const SCREENS: Screen[] = ['reviews', 'conflicts', 'duties', 'records', 'devices']

export interface Route {
  screen: Screen
  id: string | null
  query: Record<string, string>
}

/** Reads the part after `#`; anything unknown is the first screen. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [name = '', id] = path.split('/')
  const screen = SCREENS.find((known) => known === name) ?? 'reviews'
  return { screen, id: id ? decodeURIComponent(id) : null, query: Object.fromEntries(new URLSearchParams(search)) }
}

/** The address of a place on the desk. */
export function href(screen: Screen, id: string | null = null, query: Record<string, string> = {}): string {
  const present = Object.entries(query).filter(([, value]) => value !== '')
  const search = new URLSearchParams(present).toString()
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`
}

/** The place shown now. */
export const route = shallowRef<Route>(parseRoute(location.hash))
addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))

/** Goes to a place; the back button leads here again. */
export function go(screen: Screen, id: string | null = null, query: Record<string, string> = {}): void {
  location.hash = href(screen, id, query)
}

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
