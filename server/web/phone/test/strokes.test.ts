// The file of a signature: small enough, every stroke in it, and nothing that is only a touch.
import { describe, expect, it } from 'vitest'
import { readStrokes, STROKES_BYTES } from '@engine/phone/attest_rules'
import { isSignature, strokesFile, type Point } from '../src/signing/strokes'

const wave = (points: number, top: number): Point[] =>
  Array.from({ length: points }, (_, at) => ({ x: at * 0.35, y: top + 20 * Math.sin(at / 9) + 3 * Math.sin(at), time: 5000 + at * 8 }))

describe('strokes', () => {
  it('are tenths of a pixel with their timing from the first point', () => {
    const bytes = strokesFile([[{ x: 1.26, y: 2, time: 7000 }, { x: 60, y: 9.94, time: 7016.4 }], [{ x: 5, y: 5, time: 8000 }]], 320, 200)
    // Moved so that 10 pixels are white around it: from 13 to 600 and from 20 to 99.
    expect(readStrokes(bytes!)).toEqual({ v: 1, width: 787, height: 279, strokes: [[[100, 100, 0], [687, 179, 16]], [[137, 130, 1000]]] })
  })

  it('of a long signature lose points until they fit, and never a stroke', () => {
    const drawn = Array.from({ length: 12 }, (_, at) => wave(900, at * 30))
    const bytes = strokesFile(drawn, 360, 740)!
    expect(bytes.length).toBeLessThanOrEqual(STROKES_BYTES)
    const { strokes } = readStrokes(bytes)!
    expect(strokes).toHaveLength(12)
    expect(strokes.flat().length).toBeLessThanOrEqual(2000)
    strokes.forEach((stroke, at) => {
      expect(stroke[0]?.[0]).toBe(100)
      expect(stroke.at(-1)?.[0]).toBe(100 + Math.round(drawn[at]!.at(-1)!.x * 10))
      expect(stroke.length).toBeGreaterThan(20)
    })
  })

  it('stop at the edge of the pad, and their time never goes back', () => {
    const bytes = strokesFile([[{ x: -3, y: 5, time: 100 }, { x: 400, y: 900, time: 90 }], [{ x: 1, y: 1, time: 9e9 }]], 320, 200)
    expect(readStrokes(bytes!)).toEqual({ v: 1, width: 3400, height: 2190, strokes: [[[100, 140, 0], [3300, 2090, 0]], [[110, 100, 600_000]]] })
  })

  it('that cannot fit with every stroke in it are no file', () => {
    expect(strokesFile(Array.from({ length: 401 }, () => wave(1, 9)), 360, 740)).toBeNull()
    expect(strokesFile(Array.from({ length: 400 }, () => wave(1, 9)), 360, 740)).not.toBeNull()
    expect(strokesFile(Array.from({ length: 2000 }, (_, at) => wave(2, at)), 360, 740)).toBeNull()
  })

  it('are a signature only when they are more than a dot', () => {
    expect(isSignature([])).toBe(false)
    expect(isSignature([[{ x: 10, y: 10, time: 0 }]])).toBe(false)
    expect(isSignature([[{ x: 10, y: 10, time: 0 }, { x: 49, y: 10, time: 9 }]])).toBe(false)
    expect(isSignature([[{ x: 10, y: 10, time: 0 }, { x: 50, y: 10, time: 9 }]])).toBe(true)
  })
})
