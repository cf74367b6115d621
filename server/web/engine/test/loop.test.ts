// When the phone syncs by itself: soon, never too often, ever more rarely while it fails.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../src/phone/failure'
import { LEAST_MS, Loop } from '../src/phone/loop'
import { MORNING, testContext } from './support'

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(MORNING)
})
afterEach(() => vi.useRealTimers())

function loop(run: () => Promise<void>, online = () => true) {
  const context = { ...testContext(), now: () => Date.now() }
  const at: number[] = []
  const made = new Loop({ context, online, changed: () => undefined, run: async () => {
    at.push(Date.now() - MORNING)
    await run()
  } })
  return { loop: made, at }
}

describe('the loop', () => {
  it('runs at once, soon after an edit, but never twice within 15 seconds', async () => {
    const { loop: here, at } = loop(async () => undefined)
    here.start()
    await vi.advanceTimersByTimeAsync(1)
    here.edited()
    await vi.advanceTimersByTimeAsync(LEAST_MS - 10)
    expect(at).toEqual([0])
    await vi.advanceTimersByTimeAsync(20)
    expect(at).toEqual([0, LEAST_MS])
    await vi.advanceTimersByTimeAsync(30_000)
    here.edited()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(at).toHaveLength(3)
    here.stop()
  })

  it('waits longer after every failure and starts again when the line is back', async () => {
    const { loop: here, at } = loop(async () => {
      throw new Failure('server')
    })
    here.start()
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0))
    expect(pauses[0]).toBeGreaterThanOrEqual(LEAST_MS)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(5 * 60_000)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10 * 60_000)
    expect(here.lastError).toBe('server')
    const before = at.length
    here.lineIsBack()
    await vi.advanceTimersByTimeAsync(LEAST_MS)
    expect(at.length).toBe(before + 1)
    here.stop()
  })

  it('does not ask a dead line, and stops where only a person can help', async () => {
    const dead = loop(async () => undefined, () => false)
    dead.loop.start()
    await vi.advanceTimersByTimeAsync(1000)
    expect([dead.at, dead.loop.lastError]).toEqual([[], 'offline'])
    dead.loop.stop()
    const ended = loop(async () => {
      throw new Failure('session_ended')
    })
    ended.loop.start()
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    expect(ended.at).toHaveLength(1)
  })

  it('joins a run under way and runs again for what came meanwhile', async () => {
    let release = (): void => undefined
    const { loop: here, at } = loop(() => new Promise((done) => (release = done)))
    const first = here.now()
    await vi.advanceTimersByTimeAsync(0)
    here.edited()
    const second = here.now()
    release()
    await vi.advanceTimersByTimeAsync(0)
    release()
    await Promise.all([first, second])
    expect(at).toHaveLength(2)
  })
})
