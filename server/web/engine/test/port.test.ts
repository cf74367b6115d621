// The engine across a message port: answers, failures with their codes, events.
import { afterEach, describe, expect, it } from 'vitest'
import type { PhoneApi, PhoneEvent } from '../src/phone/api'
import { Failure } from '../src/phone/failure'
import { connect, serve, type Port } from '../src/phone/port'

let channel: MessageChannel | null = null
afterEach(() => {
  channel?.port1.close()
  channel = null
})

function pair(engine: Partial<PhoneApi>) {
  channel = new MessageChannel()
  let tell: (event: PhoneEvent) => void = () => undefined
  const subscribe: PhoneApi['subscribe'] = (listener) => {
    tell = listener
    return () => undefined
  }
  serve(channel.port1 as unknown as Port, { subscribe, ...engine } as PhoneApi)
  channel.port1.start()
  const here = connect(channel.port2 as unknown as Port)
  channel.port2.start()
  return { ...here, tell: (event: PhoneEvent) => tell(event) }
}

describe('a port', () => {
  it('carries questions, answers and bytes', async () => {
    const { api } = pair({ importCarried: async (bytes) => bytes.length, lastPlace: async () => ({ route: '/a', savedAt: 1 }) })
    expect(await Promise.all([api.importCarried(Uint8Array.of(1, 2, 3)), api.lastPlace()])).toEqual([3, { route: '/a', savedAt: 1 }])
  })

  it('carries a failure with its code and field', async () => {
    const { api } = pair({ put: async () => Promise.reject(new Failure('bad_value', 'too long', 'address')) })
    await expect(api.put('1', 'address', 'x')).rejects.toMatchObject({ code: 'bad_value', message: 'too long', field: 'address' })
  })

  it('carries events until nobody listens', async () => {
    const { api, tell } = pair({ lock: async () => undefined })
    const heard: PhoneEvent[] = []
    const end = api.subscribe((event) => heard.push(event))
    tell({ type: 'reference' })
    await api.lock()
    end()
    tell({ type: 'reference' })
    await api.lock()
    expect(heard).toEqual([{ type: 'reference' }])
  })

  it('ends all questions when the other side is gone', async () => {
    const { api, broken } = pair({ lock: () => new Promise(() => undefined) })
    const open = api.lock()
    broken('unsupported')
    await expect(open).rejects.toMatchObject({ code: 'unsupported' })
    await expect(api.lock()).rejects.toMatchObject({ code: 'unsupported' })
  })
})
