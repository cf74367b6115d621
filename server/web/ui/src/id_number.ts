// Citizen identity numbers on a screen: never more than the last four (domain §12.3), and the check
// character said at once, as a wrong digit is found best while the card is still in the hand.

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** As stored: upper-case X, no spaces. */
export const cleanIdNumber = (text: string): string => text.replace(/\s/g, '').toUpperCase()

/** Dots and the last four. */
export const maskIdNumber = (text: string): string => (text.length > 4 ? `•••• ${text.slice(-4)}` : '••••')

/** GB 11643: 18 characters whose check character fits. */
export function validIdNumber(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false
  const sum = weights.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return '10X98765432'[sum % 11] === text[17]
}
