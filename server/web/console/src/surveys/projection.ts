// Village outlines as paths: an equirectangular projection (true at the middle latitude) fitted to
// their bounding box. At the size of a township it is as good as any other, and needs no library.
import type { Position } from './shapes'

/** A drawing of a given size, and where a place lies on it. */
export interface Plan {
  width: number
  height: number
  project: (place: Position) => Position
}

/** Fits rings of longitude and latitude into a box; the drawing is as high or as wide as they need. */
export function planOf(rings: Position[][], box: { width: number; height: number; margin: number }): Plan {
  const places = rings.flat()
  const [west, east] = extent(places.map(([longitude]) => longitude))
  const [south, north] = extent(places.map(([, latitude]) => latitude))
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const inner = { width: box.width - 2 * box.margin, height: box.height - 2 * box.margin }
  // A single place has no extent; any scale shows it in the corner of the margin.
  const scale = Math.min(inner.width / ((east - west) * narrow || Infinity), inner.height / (north - south || Infinity)) || 1
  return {
    width: round((east - west) * narrow * scale + 2 * box.margin),
    height: round((north - south) * scale + 2 * box.margin),
    project: ([longitude, latitude]) => [
      round((longitude - west) * narrow * scale + box.margin),
      round((north - latitude) * scale + box.margin),
    ],
  }
}

function extent(numbers: number[]): [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (const number of numbers) {
    least = Math.min(least, number)
    most = Math.max(most, number)
  }
  return least <= most ? [least, most] : [0, 0]
}

const round = (number: number): number => Math.round(number * 10) / 10

/** Rings as one path; with the even-odd rule, inner rings are holes. */
export function pathOf(rings: Position[][]): string {
  return rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join('L')}Z`).join('')
}

/** Where a name fits: the middle of the widest run inside the outline, and how wide that is. */
export function namePlace(rings: Position[][]): { x: number; y: number; width: number } {
  const [top, bottom] = extent(rings.flat().map(([, y]) => y))
  let best = { x: 0, y: 0, width: -1 }
  for (let line = 1; line < SCAN_LINES; line++) {
    const y = top + ((bottom - top) * line) / SCAN_LINES
    // Lines near the middle are preferred: a name at the rim looks as if it were the neighbour's.
    const central = 1 - Math.abs(line / SCAN_LINES - 0.5)
    for (const [left, right] of runs(rings, y)) {
      const width = (right - left) * central
      if (width > best.width) best = { x: round((left + right) / 2), y: round(y), width }
    }
  }
  return { ...best, width: round(best.width) }
}

const SCAN_LINES = 12

function runs(rings: Position[][], y: number): [number, number][] {
  const crossings: number[] = []
  for (const ring of rings) {
    ring.forEach(([x1, y1], index) => {
      const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1]
      if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
    })
  }
  crossings.sort((a, b) => a - b)
  const pairs: [number, number][] = []
  for (let at = 0; at + 1 < crossings.length; at += 2) pairs.push([crossings[at] ?? 0, crossings[at + 1] ?? 0])
  return pairs
}
