/** The instances that a panel asks for, by the name of the scrape job; and of the streams the ones that were chosen. */
export const JOB = 'job="surprisal"';
export const STREAM = `${JOB}, stream=~"$stream"`;
