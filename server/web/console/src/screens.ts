// Which screens a person has. The server decides what is answered; this only spares people doors
// that would not open (the twin of the server's `domain/access.rs`).
import { SCREENS, type Screen } from './path'
import type { Role } from './schema'

const OF_ROLE: Record<Role, Screen[]> = {
  district_leader: ['duties', 'disputes', 'surveys', 'dossiers', 'registers', 'records', 'versions'],
  dept_head: ['duties', 'disputes', 'surveys', 'records', 'versions'],
  team_member: ['duties', 'disputes', 'surveys', 'dossiers', 'registers', 'records', 'versions'],
  team_leader: SCREENS,
  town_office: SCREENS,
  alleviation_office: SCREENS,
  org_department: ['duties'],
  sys_admin: ['devices'],
}

/** The screens of somebody who holds `roles`, in the order of the list at the left. */
export function screensOf(roles: Role[]): Screen[] {
  const wanted = new Set(roles.flatMap((role) => OF_ROLE[role] ?? []))
  return SCREENS.filter((screen) => wanted.has(screen))
}
