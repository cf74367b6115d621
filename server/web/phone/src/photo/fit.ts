// How small a photo must become before it is kept (domain §6.10), and by which steps.

/** Longest edge in pixels. */
export const LONG_EDGE = 1600
/** Most bytes. */
export const MOST_BYTES = 400_000

export interface Step { width: number; height: number; quality: number }

/** First less quality, then fewer pixels: a dense leaf wall must fit as well as a white wall. */
const LADDER: [edge: number, quality: number][] = [[1, 0.82], [1, 0.72], [1, 0.6], [1, 0.48], [0.8, 0.6], [0.8, 0.45], [0.6, 0.5], [0.4, 0.5]]

/** What to try for a picture of this size, best first. Never larger than it was. */
export function stepsFor(width: number, height: number): Step[] {
  const scale = Math.min(1, LONG_EDGE / Math.max(width, height))
  return LADDER.map(([edge, quality]) => ({
    width: Math.max(1, Math.round(width * scale * edge)), height: Math.max(1, Math.round(height * scale * edge)), quality,
  }))
}

/** The first step whose bytes are few enough; null when none is. */
export async function smallEnough<T extends { size: number }>(steps: readonly Step[], encode: (step: Step) => Promise<T | null>): Promise<{ blob: T; step: Step } | null> {
  for (const step of steps) {
    const blob = await encode(step)
    if (blob && blob.size > 0 && blob.size <= MOST_BYTES) return { blob, step }
  }
  return null
}
