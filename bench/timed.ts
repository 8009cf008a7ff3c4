export interface CaseTiming {
  what: string
  p50Ms: number
  p95Ms: number
}

const asked = 200

export async function timed(
  what: string,
  work: (round: number) => Promise<unknown>,
): Promise<CaseTiming> {
  const times: number[] = []
  await work(0)
  for (let round = 1; round <= asked; round++) {
    const at = performance.now()
    await work(round)
    times.push(performance.now() - at)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
  return { what, p50Ms: at(0.5), p95Ms: at(0.95) }
}
