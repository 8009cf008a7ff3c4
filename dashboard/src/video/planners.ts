/** Who plans video rounds and excuses them. */
export function plansRounds(role: string): boolean {
  return role === 'townAdmin' || role === 'supervisor'
}
