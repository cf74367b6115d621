// Disputes 异议, as the screens may ask for them. A part of `PhoneApi`.
import type { DisputeState, Satisfied } from '../schema'
import type { Value } from './api'

/** How far a dispute is, as the server told with the last sync. */
export interface DisputeStanding {
  state: DisputeState
  /** Last day for the next step; null once something was found. */
  dueOn: string | null
  /** Name of who handles it. */
  handler: string | null
  finding: string | null
  /** The day the household was told, and what it said. */
  toldOn: string | null
  satisfied: Satisfied | null
}

/** What a list shows of a dispute. */
export interface DisputeCard {
  /** Code of the form. */
  subject: string
  /** In the household's words. */
  statement: string
  /** Null until the server has it. */
  standing: DisputeStanding | null
  /** It was raised, here or at the server, and is not closed. */
  open: boolean
}

export interface DisputeApi {
  /**
   * Begins a dispute of today; it is raised by submitting it. With `document`, the id of a record at hand, the dispute
   * names the version that this phone shows. Answers its id.
   */
  addDispute(household: string, answers: { [field: string]: Value }): Promise<string>
}
