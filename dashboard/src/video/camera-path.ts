import { useQuery } from '@tanstack/react-query'
import { camerasQuery } from '../api/camera-queries.ts'

/** Whether the camera gives no picture now; what is not known yet is tried. */
export function useIsAway(camera: string): boolean {
  const path = useQuery(camerasQuery).data?.find(({ id }) => id === camera)?.path
  return path !== undefined && path !== 'up'
}
