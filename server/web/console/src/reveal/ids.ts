// Names by which tests find what reveals; the rest of the desk's are in `testids.ts`.
export const ids = {
  show: 'reveal-show',
  value: 'reveal-value',
  purpose: 'reveal-purpose',
  note: 'reveal-note',
  all: 'reveal-all',
  go: 'reveal-go',
  entry: 'reveal-entry',
  version: 'reveal-version',
} as const
