import type { SeriesName, SeriesQuery, SeriesStore } from '../../gateway/ports/series-store.ts'
import { unpackPoints } from '../../gateway/storage/series-points.ts'
import type { createSeriesQuery } from '../../gateway/storage/series-query.ts'

/** Most tests ask for one series and want its points, not those of a list of one. */

type FileQuery = ReturnType<typeof createSeriesQuery>
type Asked = Parameters<FileQuery>[0]

export function oneOfFiles(query: FileQuery) {
  return (asked: Omit<Asked, 'series'> & { series: number }) => {
    const answer = query({ ...asked, series: [asked.series] })
    const { resolution } = answer
    return { resolution, points: unpackPoints(resolution, answer)[0] ?? [] }
  }
}

export async function askOne(
  store: Pick<SeriesStore, 'query'>,
  { device, property, ...time }: SeriesName & Omit<SeriesQuery, 'series'>,
) {
  const { resolution, points } = await store.query({ ...time, series: [{ device, property }] })
  return { resolution, points: points[0] ?? [] }
}
