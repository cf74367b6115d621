// Which screens a person has. The server decides what is answered; this only spares people doors
// that would not open: the organisation department sees duties, an administrator devices.
import type { Screen } from './route'
import { SCREENS } from './route'
import type { Role } from './schema'

const OF_ROLE: Partial<Record<Role, Screen[]>> = {
  org_department: ['duties'],
  sys_admin: ['devices'],
}

/** The screens of somebody who holds `roles`, in the order of the list at the left. */
export function screensOf(roles: Role[]): Screen[] {
  const wanted = new Set(roles.flatMap((role) => OF_ROLE[role] ?? SCREENS))
  return SCREENS.filter((screen) => wanted.has(screen))
}
