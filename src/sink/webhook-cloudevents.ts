import { isoTime } from './alert-labels.ts';
import type { Writer } from './webhook-message.ts';

/** A CloudEvent 1.0 in structured mode, whose data is the alert as every sink of JSON has it. The same step has the same id. */
export const cloudEventsBody: Writer = (alert) => {
  const event = {
    specversion: '1.0',
    id: `${alert.id}.${alert.revision}`,
    source: `/surprisal/${encodeURIComponent(alert.stream)}`,
    type: 'surprisal.alert.v1',
    subject: alert.series,
    time: isoTime(alert.timeMs),
    datacontenttype: 'application/json',
    data: alert,
  };
  return { contentType: 'application/cloudevents+json; charset=utf-8', body: JSON.stringify(event) };
};
