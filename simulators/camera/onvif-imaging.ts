import { type Operations, tokens } from './onvif-service.ts'
import { faults } from './soap-fault.ts'
import { childrenOf, numberFrom, textAt } from './soap-read.ts'
import { element, type XmlElement } from './soap-write.ts'

/** The imaging service: four sliders that a client may read and move. */
const sliders = ['Brightness', 'ColorSaturation', 'Contrast', 'Sharpness'] as const

function checkSource(token: string | undefined): void {
  if (token !== tokens.source) throw faults.invalid('NoSource', 'The video source does not exist')
}

function range(name: string): XmlElement {
  return element(`tt:${name}`, element('tt:Min', 0), element('tt:Max', 100))
}

export function imagingOperations(): Operations {
  const settings = new Map<string, number>(sliders.map((name) => [name, 50]))
  return {
    'timg:GetServiceCapabilities': () =>
      element('timg:GetServiceCapabilitiesResponse', element('timg:Capabilities')),
    'timg:GetImagingSettings': ({ request }) => {
      checkSource(textAt(request.operation, 'timg:VideoSourceToken'))
      return element(
        'timg:GetImagingSettingsResponse',
        element(
          'timg:ImagingSettings',
          sliders.map((name) => element(`tt:${name}`, settings.get(name))),
        ),
      )
    },
    'timg:GetOptions': ({ request }) => {
      checkSource(textAt(request.operation, 'timg:VideoSourceToken'))
      return element('timg:GetOptionsResponse', element('timg:ImagingOptions', sliders.map(range)))
    },
    'timg:SetImagingSettings': ({ request }) => {
      checkSource(textAt(request.operation, 'timg:VideoSourceToken'))
      const [wanted] = childrenOf(request.operation, 'timg:ImagingSettings')
      for (const name of sliders) {
        const value = numberFrom(textAt(wanted, `tt:${name}`))
        if (value === undefined) continue
        if (value < 0 || value > 100) {
          throw faults.invalid('SettingsInvalid', `${name} is from 0 to 100`)
        }
        settings.set(name, value)
      }
      return element('timg:SetImagingSettingsResponse')
    },
  }
}
