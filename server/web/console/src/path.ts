// Places on the desk as text: `#/reviews/<id>?area=…`, `#/records/<id>/versions/<digest>`, `#/print/<id>`, and back.

export type Screen = 'reviews' | 'conflicts' | 'duplicates' | 'duties' | 'disputes' | 'surveys' | 'dossiers' | 'registers' | 'records' | 'versions' | 'devices'
export const SCREENS: Screen[] = ['reviews', 'conflicts', 'duplicates', 'duties', 'disputes', 'surveys', 'dossiers', 'registers', 'records', 'versions', 'devices']

export interface Route {
  screen: Screen
  id: string | null
  /** Digest of the version of the record `id` that is shown; only under `records`. */
  version: string | null
  /** Whether the record `id` is shown as a page of paper; only under `records`. */
  printed: boolean
  query: Record<string, string>
}

/** Reads the part after `#`; anything unknown is the first screen. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [name = '', id, part, digest] = path.split('/')
  const printed = name === 'print' && Boolean(id)
  const screen = printed ? 'records' : (SCREENS.find((known) => known === name) ?? 'reviews')
  const version = screen === 'records' && part === 'versions' && digest ? decodeURIComponent(digest) : null
  return { screen, id: id ? decodeURIComponent(id) : null, version, printed, query: Object.fromEntries(new URLSearchParams(search)) }
}

/** The address of a place on the desk. */
export function href(screen: Screen, id: string | null = null, query: Record<string, string> = {}): string {
  const present = Object.entries(query).filter(([, value]) => value !== '')
  const search = new URLSearchParams(present).toString()
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`
}

/** The address of exactly one signed version of a record. */
export function versionHref(record: string, digest: string, query: Record<string, string> = {}): string {
  const [path = '', search] = href('records', record, query).split('?')
  return `${path}/versions/${encodeURIComponent(digest)}${search ? `?${search}` : ''}`
}

/** The address of a record as a page of paper. */
export function printHref(record: string, query: Record<string, string> = {}): string {
  return href('records', record, query).replace('#/records/', '#/print/')
}
