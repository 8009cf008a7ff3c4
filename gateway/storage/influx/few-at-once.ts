/** In the order of the items; a server is not flooded with questions of one chart. */
export async function fewAtOnce<T, R>(
  items: readonly T[],
  most: number,
  ask: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = []
  let next = 0
  async function work(): Promise<void> {
    while (next < items.length) {
      const index = next++
      try {
        answers[index] = await ask(items[index] as T)
      } catch (error) {
        // What the others have under way ends; nothing new is begun.
        next = items.length
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work))
  return answers
}
