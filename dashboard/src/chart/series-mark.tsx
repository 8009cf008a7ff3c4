import { useThemeName } from '../theme/theme-choice.ts'
import { colourOf, isDashed } from './draw-plot.ts'
import type { PlotSeries } from './plot-series.ts'

/** Number, colour and dash of a line, as they stand in the picture. */
export function SeriesMark({ series }: { series: Pick<PlotSeries, 'hue' | 'mark'> }) {
  const theme = useThemeName()
  const colour = colourOf(series, theme)
  return (
    <span className="series-mark" style={{ color: colour }} aria-hidden="true">
      <svg width="18" height="8" viewBox="0 0 18 8">
        <path
          d="M0 4h18"
          stroke={colour}
          strokeWidth="2.5"
          strokeDasharray={isDashed(series, theme) ? '5 3' : undefined}
        />
      </svg>
      {series.mark}
    </span>
  )
}
