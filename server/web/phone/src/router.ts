// Where the person is, kept in the address after `#`, so that the phone's own back key works and a
// killed browser can be put back.
import { shallowRef } from 'vue'

/** A place: name of the screen and what it is about. */
export interface Route { name: string; args: string[] }

const read = (): Route => {
  const [name = '', ...args] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  return { name: name || 'home', args }
}
export const route = shallowRef<Route>(read())
/** Screens opened inside the app; 0 = back would leave it. */
let depth = 0
addEventListener('popstate', () => { depth = Math.max(0, depth - 1); route.value = read() })

const address = (parts: string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`
/** The place as text, for `rememberPlace`. */
export const here = (): string => location.hash.replace(/^#\/?/, '')

export function go(...parts: string[]): void {
  if (address(parts) === location.hash) return
  depth += 1
  history.pushState(null, '', address(parts))
  route.value = read()
}
export function replace(...parts: string[]): void {
  history.replaceState(null, '', address(parts))
  route.value = read()
}
/** Back to where the person came from; with nothing behind, to `otherwise`. */
export function back(...otherwise: string[]): void {
  if (depth > 0) history.back()
  else replace(...(otherwise.length ? otherwise : ['home']))
}

/** The question to scroll to on the next screen. */
let wanted: string | null = null
export const want = (path: string | null): void => void (wanted = path)
export function takeWanted(): string | null {
  const path = wanted
  wanted = null
  return path
}
