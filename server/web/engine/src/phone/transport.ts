// How the engine reaches a server; the phone app gives it `fetch`, tests give it a hub.
import type { Bytes } from '../bytes'

/** `date`: the server's clock (its `Date` header), when it says. */
export interface Reply {
  status: number
  body: Bytes
  date?: number
  /** `Upload-Offset`: how much of a file the server has. */
  offset?: number
}

/** Watches over an upload. */
export interface Watch {
  /** Bytes handed to the line so far; how many arrived, only the server knows. */
  progress(sent: number): void
  /** Breaks it off. */
  signal: AbortSignal
}

export interface Transport {
  /** `https://…` without a path: proofs of possession name the whole address. */
  readonly origin: string
  /** Rejects when nothing came back. */
  send(method: 'GET' | 'HEAD' | 'POST' | 'DELETE', path: string, headers: { [name: string]: string }, body?: Bytes): Promise<Reply>
  /** A PATCH with a long body. Rejects when the line broke or `signal` said so. */
  upload(path: string, headers: { [name: string]: string }, body: Bytes, watch: Watch): Promise<Reply>
  /** What the browser thinks; only a hint. */
  online(): boolean
  /** A very slow line: answers must be small. */
  slow(): boolean
  /** Whether the line is Wi-Fi or a cable; null when the browser does not say. */
  wifi(): boolean | null
}
