import type { Element } from '@xmldom/xmldom'
import { type CameraEvent, concreteSet } from './events.ts'
import { soapFault } from './soap-fault.ts'
import { namespaces } from './soap-names.ts'
import { childrenOf } from './soap-read.ts'

/** Topic filters of a subscription: the dialects ConcreteSet (`|`, trailing `//.`) and Concrete. */
export const dialects = [concreteSet, 'http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete']

type Accepts = (event: CameraEvent) => boolean

function parseOne(text: string, scope: Element): Accepts {
  const trimmed = text.trim()
  const isTree = trimmed.endsWith('//.')
  const [prefix, ...rest] = (isTree ? trimmed.slice(0, -3) : trimmed).split(':')
  const namespace = rest.length === 1 ? scope.lookupNamespaceURI(prefix ?? '') : null
  const path = rest.join(':')
  if (!namespace || path === '') {
    throw soapFault(
      ['wsnt:InvalidTopicExpressionFault'],
      `No topic can be made out of "${trimmed}"`,
    )
  }
  return (event) =>
    namespaces[event.prefix] === namespace &&
    (event.path === path || (isTree && event.path.startsWith(`${path}/`)))
}

function parseExpression(expression: Element): Accepts {
  const dialect = expression.getAttribute('Dialect') ?? ''
  if (!dialects.includes(dialect)) {
    throw soapFault(['wsnt:TopicExpressionDialectUnknownFault'], 'The dialect is unknown')
  }
  const parts = (expression.textContent ?? '').split('|').map((one) => parseOne(one, expression))
  return (event) => parts.some((accepts) => accepts(event))
}

export function parseFilter(filter: Element | undefined): Accepts {
  if (childrenOf(filter, 'wsnt:MessageContent').length > 0) {
    throw soapFault(
      ['wsnt:InvalidMessageContentExpressionFault'],
      'Filters by content are not supported',
    )
  }
  const expressions = childrenOf(filter, 'wsnt:TopicExpression').map(parseExpression)
  return expressions.length === 0
    ? () => true
    : (event) => expressions.some((accepts) => accepts(event))
}
