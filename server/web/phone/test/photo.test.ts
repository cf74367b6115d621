// How small a photo becomes: never larger than it was, never above the limits, the best that fits.
import { describe, expect, it } from 'vitest'
import { LONG_EDGE, MOST_BYTES, smallEnough, stepsFor, type Step } from '../src/photo/fit'

const encode = (bytesPerPixel: number) => async ({ width, height, quality }: Step) => ({ size: Math.round(width * height * quality * bytesPerPixel) })

describe('a photo', () => {
  it('of any size keeps its shape within 1,600 px and is never made larger', () => {
    for (const [width, height] of [[4000, 3000], [3000, 4000], [1600, 1200], [1601, 3], [640, 480], [1, 1], [9000, 10]] as const) {
      for (const [at, step] of stepsFor(width, height).entries()) {
        expect(Math.max(step.width, step.height)).toBeLessThanOrEqual(Math.min(LONG_EDGE, Math.max(width, height)))
        expect(Math.min(step.width, step.height)).toBeGreaterThanOrEqual(1)
        if (at === 0 && Math.min(width, height) > 100) expect(step.width / step.height).toBeCloseTo(width / height, 2)
      }
    }
    expect(stepsFor(4000, 3000)[0]).toMatchObject({ width: 1600, height: 1200 })
    expect(stepsFor(640, 480)[0]).toMatchObject({ width: 640, height: 480 })
  })

  it('that is plain keeps its quality, one that is dense loses quality first and pixels then', async () => {
    const steps = stepsFor(4000, 3000)
    expect((await smallEnough(steps, encode(0.1)))?.step).toEqual(steps[0])
    const dense = await smallEnough(steps, encode(0.36))
    expect(dense?.step.width).toBe(1600)
    expect(dense?.step.quality).toBeLessThan(steps[0]!.quality)
    const denser = await smallEnough(steps, encode(0.8))
    expect(denser?.step.width).toBeLessThan(1600)
    expect(denser?.blob.size).toBeLessThanOrEqual(MOST_BYTES)
  })

  it('of exactly 400 kB is fine, one byte more is not, and what never fits is said to', async () => {
    const [step] = stepsFor(1000, 1000)
    expect(await smallEnough([step!], async () => ({ size: MOST_BYTES }))).not.toBeNull()
    expect(await smallEnough([step!], async () => ({ size: MOST_BYTES + 1 }))).toBeNull()
    expect(await smallEnough([step!], async () => ({ size: 0 }))).toBeNull()
  })
})
