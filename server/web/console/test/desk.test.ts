// The desk's parts that need no browser: places, streams, times, proofs, screens and differences.
import { describe, expect, it } from 'vitest'
import { eventParser } from '../src/events'
import { href, parseRoute } from '../src/path'
import { inFormOrder, isFirst, sameVersion, unseen } from '../src/difference'
import type { Form, Review } from '../src/schema'
import { screensOf } from '../src/screens'
import { makeKey, proof, publicKey } from '../src/session/proof'
import { ids } from '../src/testids'
import { day, moment, monthPlus } from '../src/time'

describe('a place', () => {
  it('survives the way into the address and back', () => {
    const query = { area: '500114105201', kind: 'visit' }
    expect(parseRoute(href('reviews', 'ab/c', query))).toEqual({ screen: 'reviews', id: 'ab/c', version: null, printed: false, query })
  })
  it('that is unknown is the first screen', () => {
    expect(parseRoute('#/nowhere/1').screen).toBe('reviews')
    expect(parseRoute('')).toEqual({ screen: 'reviews', id: null, version: null, printed: false, query: {} })
  })
})

describe('the stream of events', () => {
  it('is read in pieces of any size', () => {
    const text = ': hello\n\nevent: area\ndata: {"area":"5","seq":1}\n\nevent: area\r\ndata: a\r\ndata: b\r\n\r\n'
    for (let size = 1; size <= text.length; size++) {
      const seen: string[] = []
      const parse = eventParser((name, data) => seen.push(`${name} ${data}`))
      for (let at = 0; at < text.length; at += size) parse(text.slice(at, at + size))
      expect(seen, `pieces of ${size}`).toEqual(['area {"area":"5","seq":1}', 'area a\nb'])
    }
  })
  it('emits nothing for an event that was cut', () => {
    const seen: string[] = []
    eventParser((name) => seen.push(name))('event: area\ndata: x\n')
    expect(seen).toEqual([])
  })
})

describe('times', () => {
  const midnight = Date.UTC(2026, 10, 24, 16, 0)
  it('are those of Asia/Shanghai', () => {
    expect(day(midnight)).toBe('2026-11-25')
    expect(moment(midnight, midnight)).toBe('11-25 00:00')
    expect(moment(midnight, Date.UTC(2027, 5, 1))).toBe('2026-11-25 00:00')
  })
  it('step over the ends of years', () => {
    expect(monthPlus('2026-01', -1)).toBe('2025-12')
    expect(monthPlus('2025-12', 1)).toBe('2026-01')
    expect(monthPlus('2026-03', -24)).toBe('2024-03')
  })
})

describe('a proof', () => {
  const decode = (part: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  it('names the request and verifies under the key that was announced', async () => {
    const key = await makeKey()
    expect(key.privateKey.extractable).toBe(false)
    const raw = decode(await publicKey(key))
    expect([raw.length, raw[0]]).toEqual([65, 4])
    const url = 'https://desk.example/api/v1/sessions/refresh'
    const [head = '', body = '', signature = ''] = (await proof(key, { method: 'POST', url, at: 1_700_000_000 })).split('.')
    const text = new TextDecoder()
    expect(JSON.parse(text.decode(decode(head)))).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' } })
    expect(JSON.parse(text.decode(decode(body)))).toMatchObject({ htm: 'POST', htu: url, iat: 1_700_000_000 })
    const announced = await crypto.subtle.importKey('raw', raw, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
    const signed = new TextEncoder().encode(`${head}.${body}`)
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, announced, decode(signature), signed)).toBe(true)
  })
})

describe('differences', () => {
  const review = (heads: string[], values: Record<string, unknown>): Review =>
    ({ heads, differences: Object.entries(values).map(([path, now]) => ({ path, old: null, new: now })) }) as unknown as Review
  it('that appeared, changed or went away since they were shown are found', () => {
    const before = review(['a'], { phone: '1', address: 'x', note: 'n' })
    const now = review(['b'], { phone: '2', address: 'x', group_name: '3' })
    expect([...unseen(before, now)].sort()).toEqual(['group_name', 'note', 'phone'])
    expect(sameVersion(before, now)).toBe(false)
    expect(isFirst(now.differences)).toBe(true)
  })
  it('stand in the order of the form, elements of a repeat together', () => {
    const field = (name: string, fields: unknown[] = []) => ({ name, type: fields.length > 0 ? 'repeat' : 'text', fields })
    const form = { sections: [{ fields: [field('address'), field('members', [field('name'), field('sex')]), field('note')] }] } as unknown as Form
    const shown = review([], { 'members/b/name': 1, note: 1, 'members/a/sex': 1, address: 1, 'members/a/name': 1, later: 1 })
    const paths = inFormOrder(form, shown.differences).map((one) => one.path)
    expect(paths).toEqual(['address', 'members/a/name', 'members/a/sex', 'members/b/name', 'note', 'later'])
  })
})

describe('screens', () => {
  it('are those the roles may open', () => {
    expect(screensOf(['org_department'])).toEqual(['duties'])
    expect(screensOf(['sys_admin'])).toEqual(['devices'])
    expect(screensOf(['team_member', 'sys_admin'])).toEqual(['duties', 'disputes', 'surveys', 'dossiers', 'registers', 'records', 'versions', 'devices'])
    expect(screensOf(['team_leader'])).toContain('reviews')
  })
})

describe('words', () => {
  const files = import.meta.glob<string>('../src/**/*.{vue,ts}', { eager: true, query: '?raw', import: 'default' })
  const tables = import.meta.glob<Record<string, string>>('../../{ui,console}/src/i18n/zh-CN.json', { eager: true, import: 'default' })
  it('exist for every key the screens name', () => {
    const known = new Set(Object.values(tables).flatMap((table) => Object.keys(table)))
    const named = Object.values(files).flatMap((text) => [...text.matchAll(/\bt\('([^']+)'/g)].map((match) => match[1] ?? ''))
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter((key) => !known.has(key))).toEqual([])
  })
  it('exist for every problem code', async () => {
    const { PROBLEM_CODES } = await import('@schema/api')
    const known = new Set(Object.values(tables).flatMap((table) => Object.keys(table)))
    expect(PROBLEM_CODES.filter((code) => !known.has(`problem.${code}`))).toEqual([])
  })
  it('of the interface never name a test id twice', () => {
    expect(new Set(Object.values(ids)).size).toBe(Object.values(ids).length)
  })
})
