// A drawn signature as the file that is kept: vector strokes with their timing, at most 20 kB
// (`sync/PROTOCOL.md` §8). When there is too much of it, points go, never a stroke.
import { STROKES_BYTES } from '@engine/phone/attest_rules'

/** A point of the pad: CSS pixels, and ms of any clock. */
export interface Point { x: number; y: number; time: number }
/** In the file: tenths of a pixel, and ms since the first point. */
type Mark = [x: number, y: number, t: number]

/** Shorter lines altogether are a touch by mistake (CSS pixels). */
const LEAST_LENGTH = 40
/** What the server draws (`STROKES`, `STROKE_POINTS`, `SIGNING_MILLIS` of the server's files). */
const MOST_STROKES = 400
const MOST_POINTS = 2000
const LONGEST_MS = 600_000
/** White around the drawing, in tenths of a pixel: what of the pad is empty would only make the signature small. */
const MARGIN = 100
/** Points nearer to the line between their neighbours than this may go, in tenths of a pixel; doubled until it fits. */
const FIRST_TOLERANCE = 4
const LAST_TOLERANCE = 512

/** Whether it is more than nothing and more than a dot. */
export function isSignature(strokes: readonly Point[][]): boolean {
  const length = (points: readonly Point[]): number => points.reduce((sum, point, at) => sum + (at === 0 ? 0 : Math.hypot(point.x - points[at - 1]!.x, point.y - points[at - 1]!.y)), 0)
  return strokes.reduce((sum, points) => sum + length(points), 0) >= LEAST_LENGTH
}

/** The file: the part of the pad that was drawn on; null when even the roughest form with every stroke is too large.
 *  `width`, `height`: of the pad, CSS pixels; a finger that left it stops at its edge. */
export function strokesFile(strokes: readonly Point[][], width: number, height: number): Uint8Array | null {
  const drawn = strokes.filter((points) => points.length > 0)
  if (drawn.length > MOST_STROKES) return null
  const [right, bottom] = [Math.round(width * 10), Math.round(height * 10)]
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)))
  let last = 0
  const start = drawn[0]?.[0]?.time ?? 0
  const marks = drawn.map((points) => points.map(({ x, y, time }): Mark => {
    last = Math.max(last, within(time - start, LONGEST_MS))
    return [within(x * 10, right), within(y * 10, bottom), last]
  }))
  const all = marks.flat()
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)]
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN]
  const size = { width: Math.max(...xs) - left + MARGIN, height: Math.max(...ys) - top + MARGIN }
  for (const mark of all) [mark[0], mark[1]] = [mark[0] - left, mark[1] - top]
  for (let tolerance = 0; tolerance <= LAST_TOLERANCE; tolerance = tolerance === 0 ? FIRST_TOLERANCE : tolerance * 2) {
    const kept = marks.map((stroke) => thinned(stroke, tolerance))
    const bytes = new TextEncoder().encode(JSON.stringify({ v: 1, ...size, strokes: kept }))
    if (bytes.length <= STROKES_BYTES && kept.flat().length <= MOST_POINTS) return bytes
  }
  return null
}

/** Ramer, Douglas, Peucker: both ends stay, and every point that lies further from the line than the tolerance. */
function thinned(stroke: Mark[], tolerance: number): Mark[] {
  if (tolerance === 0 || stroke.length < 3) return stroke
  const keep = new Set([0, stroke.length - 1])
  const open: [number, number][] = [[0, stroke.length - 1]]
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span
    let [far, most] = [0, tolerance]
    for (let at = from + 1; at < to; at++) {
      const away = distance(stroke[at]!, stroke[from]!, stroke[to]!)
      if (away > most) [far, most] = [at, away]
    }
    if (far === 0) continue
    keep.add(far)
    open.push([from, far], [far, to])
  }
  return stroke.filter((_, at) => keep.has(at))
}

/** From a point to the piece of line between two others. */
function distance([x, y]: Mark, [ax, ay]: Mark, [bx, by]: Mark): number {
  const [dx, dy] = [bx - ax, by - ay]
  const size = dx * dx + dy * dy
  const along = size === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / size))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}
