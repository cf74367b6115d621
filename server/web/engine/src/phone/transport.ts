// How the engine reaches a server; the phone app gives it `fetch`, tests give it a hub.
import type { Bytes } from '../bytes'

/** `date`: the server's clock (its `Date` header), when it says. */
export interface Reply { status: number; body: Bytes; date?: number }

export interface Transport {
  /** `https://…` without a path: proofs of possession name the whole address. */
  readonly origin: string
  /** Rejects when nothing came back. */
  send(method: 'GET' | 'POST' | 'DELETE', path: string, headers: { [name: string]: string }, body?: Bytes): Promise<Reply>
  /** What the browser thinks; only a hint. */
  online(): boolean
  /** A very slow line: answers must be small. */
  slow(): boolean
}
