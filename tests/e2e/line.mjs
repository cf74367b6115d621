// A bad line: a TCP proxy in front of the server that breaks where a test says, refuses, and counts bytes.
import { connect, createServer } from 'node:net'

/** Slices a second of a line with a pace. */
const SLICES = 100

export class Line {
  /** Bytes carried towards the server. */
  up = 0
  /** Bytes carried back. */
  down = 0
  /** Connections made. */
  connections = 0
  /** Times the line broke. */
  cuts = 0
  #pairs = new Set()
  #left = Infinity
  #refuses = false
  #cut = null

  /** In front of `target`, `host:port`; `rate`: bytes a second towards the server, as a phone has them. */
  static async open(target, { rate = Infinity } = {}) {
    const line = new Line()
    const [host, port] = target.split(':')
    line.rate = rate
    line.server = createServer((phone) => line.#carry(phone, connect(Number(port), host)))
    await new Promise((resolve) => line.server.listen(0, '127.0.0.1', resolve))
    line.address = `127.0.0.1:${line.server.address().port}`
    line.url = `http://${line.address}`
    return line
  }

  /** Lets so many bytes through to the server, then breaks; resolves when it has. */
  cutAfter(bytes) {
    this.#left = bytes
    return new Promise((resolve) => { this.#cut = resolve })
  }

  /** Breaks every connection now. */
  cut() {
    if (this.#pairs.size > 0) this.cuts++
    for (const pair of this.#pairs) pair.forEach((socket) => socket.resetAndDestroy())
    this.#pairs.clear()
  }

  /** Nobody gets through, or everybody again. */
  refuse(refuses = true) {
    this.#refuses = refuses
    if (refuses) this.cut()
  }

  async close() {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }

  #carry(phone, server) {
    const pair = [phone, server]
    for (const socket of pair) socket.on('error', () => {})
    if (this.#refuses) return void pair.forEach((socket) => socket.resetAndDestroy())
    this.connections++
    this.#pairs.add(pair)
    for (const [here, there] of [[phone, server], [server, phone]]) {
      here.on('end', () => there.end())
      here.on('close', () => {
        this.#pairs.delete(pair)
        there.destroy()
      })
    }
    phone.on('data', (data) => this.#towards(phone, server, data))
    server.on('data', (data) => {
      this.down += data.length
      if (!phone.write(data)) {
        server.pause()
        phone.once('drain', () => server.resume())
      }
    })
  }

  /** Brings bytes to the server in slices, at the line's pace. */
  #towards(phone, server, data) {
    phone.pause()
    const slice = this.rate === Infinity ? data.length : Math.max(1, Math.ceil(this.rate / SLICES))
    const passes = data.subarray(0, Math.min(slice, this.#left))
    const rest = data.subarray(passes.length)
    this.#left -= passes.length
    this.up += passes.length
    server.write(passes, () => {
      if (this.#left <= 0) return void this.#break()
      const next = () => (rest.length > 0 ? this.#towards(phone, server, rest) : phone.resume())
      if (this.rate === Infinity) return void next()
      setTimeout(next, (passes.length / this.rate) * 1000)
    })
  }

  #break() {
    this.#left = Infinity
    this.cut()
    this.#cut?.()
    this.#cut = null
  }
}

/** Random numbers that are the same every time: a test that fails can be run again. */
export function chance(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
