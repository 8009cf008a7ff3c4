import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { serverNow } from '../app/now.ts'
import { useThemeName } from '../theme/theme-choice.ts'
import { drawPlot, type PlotAlarm, type PlotLimit, type PlotScene } from './draw-plot.ts'
import { PlotAlarms } from './plot-alarms.tsx'
import { heightOf, layoutOf, panelsFor, scalesOf } from './plot-layout.ts'
import type { PlotSeries, View } from './plot-series.ts'
import { PlotTip } from './plot-tip.tsx'
import { usePlotHands } from './use-plot-hands.ts'
import './plot.css'

interface PlotProps {
  series: readonly PlotSeries[]
  limits: readonly PlotLimit[]
  alarms: readonly PlotAlarm[]
  view: View
  zone: string
  label: string
  lit: string | null
  isWaiting: boolean
  onView: (view: View) => void
  onReset: () => void
}

const intervals = 4

function useWidth() {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!box.current) return
    const follow = new ResizeObserver(([entry]) =>
      setWidth(Math.floor(entry?.contentRect.width ?? 0)),
    )
    follow.observe(box.current)
    return () => follow.disconnect()
  }, [])
  return { box, width }
}

/** Many series over one time on a canvas, moved by hand and by keys. */
export function Plot(props: PlotProps) {
  const { series, limits, alarms, view, zone, label, lit, isWaiting } = props
  const theme = useThemeName()
  const { box, width } = useWidth()
  const canvas = useRef<HTMLCanvasElement>(null)
  const panels = useMemo(() => panelsFor(series), [series])
  const scales = useMemo(() => scalesOf(series, limits, intervals), [series, limits])
  const height = heightOf(panels.length, globalThis.innerHeight ?? 768)
  const layout = useMemo(() => layoutOf(panels, width, height), [panels, width, height])
  const hands = usePlotHands({
    box,
    view,
    left: layout.left,
    right: layout.right,
    latest: () => Math.max(serverNow() + 60_000, view.to),
    onView: props.onView,
    onReset: props.onReset,
  })
  const { shown, cursor, brush } = hands
  const scene = useMemo<PlotScene>(
    () => ({ layout, series, scales, limits, alarms, view: shown, zone, theme, lit }),
    [layout, series, scales, limits, alarms, shown, zone, theme, lit],
  )
  useLayoutEffect(() => draw(canvas.current, scene), [scene])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return
    if (hands.onKey(event.key, event.shiftKey)) event.preventDefault()
  }
  return (
    <div
      ref={box}
      className={isWaiting ? 'plot is-waiting' : 'plot'}
      style={{ height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys
      tabIndex={0}
      role="application"
      aria-label={label}
      aria-busy={isWaiting}
      onKeyDown={onKeyDown}
      onPointerDown={hands.onPointerDown}
      onPointerMove={hands.onPointerMove}
      onPointerUp={hands.onPointerUp}
      onPointerCancel={hands.onPointerUp}
      onPointerLeave={hands.onPointerLeave}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {width > 0 && <PlotAlarms alarms={alarms} view={shown} layout={layout} />}
      {brush && (
        <i
          className="plot-brush"
          style={{ left: Math.min(...brush), width: Math.abs(brush[1] - brush[0]) }}
        />
      )}
      {cursor !== null && !brush && <PlotTip scene={scene} cursor={cursor} />}
    </div>
  )
}

function draw(element: HTMLCanvasElement | null, scene: PlotScene): void {
  const pen = element?.getContext('2d')
  const { width, height } = scene.layout
  if (!element || !pen || width === 0) return
  const ratio = window.devicePixelRatio
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (element.width !== wide || element.height !== high) {
    element.width = wide
    element.height = high
    element.style.width = `${width}px`
    element.style.height = `${height}px`
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  drawPlot(pen, scene)
}
