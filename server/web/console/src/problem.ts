// Problems as sentences. The desk acts on the stable code; words come from the tables, and a code
// newer than this desk still shows the server's own title.
import { known, t } from '@ui/i18n'
import type { Problem as ServerProblem, ProblemCode } from './schema'

/** What the desk itself can find wrong, beside the server's codes. */
export type OwnCode = 'offline' | 'insecure' | 'login_incomplete' | 'desk_fault'
/** A problem document, of the server or of the desk. */
export type Problem = Omit<ServerProblem, 'code'> & { code: ProblemCode | OwnCode }

/** A request that was not answered as asked; `offline` when there was no answer at all. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }

  get code(): Problem['code'] {
    return this.problem.code
  }
}

/** The problem of a request that found no server. */
export function offline(): ProblemError {
  return made('offline')
}

/** A problem the desk itself found. */
export function made(code: Problem['code'], status = 0): ProblemError {
  return new ProblemError({ type: `urn:bidao:problem:${code}`, title: code, status, code, request_id: '' })
}

/** Reads an error answer; what is not a problem document becomes one. */
export async function readProblem(response: Response): Promise<ProblemError> {
  try {
    const body = (await response.json()) as Problem
    if (typeof body.code === 'string') return new ProblemError(body)
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  return made(response.status >= 500 ? 'unavailable' : 'internal', response.status)
}

/** Anything thrown, as a problem. */
export function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown
  console.error(thrown)
  return made('desk_fault')
}

/** What a person reads. */
export function sentence(problem: Problem): string {
  const key = `problem.${problem.code}`
  const text = known(key) ? t(key) : problem.title
  if (!problem.field) return text
  const name = `problem.field.${problem.field}`
  return t('problem.with_field', { text, field: known(name) ? t(name) : problem.field })
}

/** The sentence of a code that came inside an answer (a refused decision, a quarantined item). */
export function codeSentence(code: string | null, detail: string | null): string {
  if (code && known(`problem.${code}`)) return t(`problem.${code}`)
  return detail ?? code ?? t('problem.internal')
}
