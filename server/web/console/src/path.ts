// Places on the desk as text: `#/reviews/<id>?area=…`, and back.

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
