import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/client.ts'
import type { CalibrationView } from '../api/types.ts'

export const calibrationsQuery = (device: string) =>
  queryOptions({
    queryKey: ['calibrations', device],
    staleTime: 60_000,
    queryFn: async () =>
      (
        await call<{ items: CalibrationView[] }>(
          `/devices/${encodeURIComponent(device)}/calibrations`,
        )
      ).items,
  })

/** Charts and last values are other ones then. */
export function useCalibrated(device: string) {
  const client = useQueryClient()
  return async () => {
    await client.invalidateQueries({ queryKey: ['calibrations', device] })
    await client.invalidateQueries({ queryKey: ['series'] })
    await client.invalidateQueries({ queryKey: ['devices'] })
    await client.invalidateQueries({ queryKey: ['device', device] })
  }
}
