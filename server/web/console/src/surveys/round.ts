// What the desk says about a round beside its figures: where it stands in time, and who may open or close one.
import { within } from '../areas'
import type { Person, Role, SurveyRound } from '../schema'

/** The twin of the server's `domain/survey`: the rest may look. */
const OPENS: Role[] = ['town_office', 'alleviation_office']

export type RoundState = 'before' | 'running' | 'overdue' | 'closed'

/** Where a round stands on a day. */
export function roundState(round: SurveyRound, today: string): RoundState {
  if (round.closed_at !== null) return 'closed'
  if (today < round.from) return 'before'
  return today > round.to ? 'overdue' : 'running'
}

/** Whether a person opens and closes rounds: anywhere, or of an area. The server has the last word. */
export function opensRounds(person: Person | null, area?: string): boolean {
  if (!person?.roles.some((role) => OPENS.includes(role))) return false
  return area === undefined || person.areas.some((held) => within(area, held))
}
