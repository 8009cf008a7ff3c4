import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/client.ts'
import type { CameraChange, CameraView } from '../api/types.ts'

export function useCameraChange(id: string, onDone?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CameraChange) =>
      call<CameraView>(`/cameras/${encodeURIComponent(id)}`, { method: 'PATCH', body }),
    onSuccess: (camera) => {
      client.setQueryData(['camera', id], camera)
      void client.invalidateQueries({ queryKey: ['cameras'] })
      void client.invalidateQueries({ queryKey: ['devices'] })
      onDone?.()
    },
  })
}
