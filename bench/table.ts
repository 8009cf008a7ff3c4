/** Results as a table: what was measured, the figure, the floor beside it, the goal, and whether it is met. */
export interface Result {
  what: string
  figure: string
  beside: string
  goal: string
  met: boolean | undefined
}

export function rate(perSecond: number): string {
  return `${(perSecond / 1000).toFixed(1)} k/s`
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`
}

export function table(results: readonly Result[]): string {
  const verdict = ({ met }: Result) => (met === undefined ? '' : met ? 'yes' : 'NO')
  const rows = [
    ['', 'measured', 'beside', 'goal', 'met'],
    ...results.map((r) => [r.what, r.figure, r.beside, r.goal, verdict(r)]),
  ]
  const widths = [0, 1, 2, 3, 4].map((c) => Math.max(...rows.map((row) => row[c]?.length ?? 0)))
  const line = (row: string[]) =>
    row
      .map((cell, c) => cell.padEnd(widths[c] ?? 0))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}
