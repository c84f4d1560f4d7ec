/**
 * Who acts next: a person changes the configuration (`fix-config`), the record is rejected and the stream continues
 * (`skip-record`), the program retries (`retry`), or it stops because continuing would lose or double something
 * (`stop`).
 */
export type Remedy = 'fix-config' | 'skip-record' | 'retry' | 'stop';

interface Code {
  readonly remedy: Remedy;
  /** What to do, as a sentence. */
  readonly help: string;
}

/** Every code there is. A code names the thing that is wrong, `room/what`. */
export const codes = {
  'config/syntax': { remedy: 'fix-config', help: 'Correct the YAML at this place.' },
  'config/invalid': {
    remedy: 'fix-config',
    help: 'Correct the value at this place; `surprisal schema` lists every key.',
  },
  'config/unknown-key': { remedy: 'fix-config', help: 'Rename or remove the key; `surprisal schema` lists every key.' },
  'config/missing-variable': { remedy: 'fix-config', help: 'Set the variable, or give a default: ${NAME:-default}.' },
  'config/unreadable': { remedy: 'fix-config', help: 'Check that the file exists and may be read.' },
  'config/needs-restart': {
    remedy: 'fix-config',
    help: 'Restart to apply it, or restore the old value; a reload applies only `sinks`, `log.level` and `server.token`.',
  },
  'decode/syntax': {
    remedy: 'skip-record',
    help: 'The record is not what the mapping says; see `decode` in the configuration.',
  },
  'decode/missing-field': { remedy: 'skip-record', help: 'Give the field, or correct its path in the mapping.' },
  'decode/wrong-type': {
    remedy: 'skip-record',
    help: 'Send an object with the fields of the mapping, or correct the mapping.',
  },
  'decode/bad-time': {
    remedy: 'skip-record',
    help: 'Correct `decode.time`, or send the time in its format and within its valid range.',
  },
  'decode/schema': {
    remedy: 'skip-record',
    help: 'Register the schema that the record names, or send what fits it.',
  },
  'decode/too-large': { remedy: 'skip-record', help: 'Send smaller records, or raise `max_record_bytes`.' },
  'decode/bad-key': { remedy: 'skip-record', help: 'Give every record a non-empty key of at most 512 characters.' },
  'lstm/diverged': {
    remedy: 'stop',
    help: 'Restore the last snapshot; please report this with the configuration and the seed.',
  },
  'lstm/no-engine': {
    remedy: 'fix-config',
    help: 'Choose another `network.engine`: the state continues with it; `npm run setup:tensorflow` installs `tensorflow`.',
  },
  'lstm/shape': {
    remedy: 'stop',
    help: 'The snapshot was made with another network shape; start with a new state folder.',
  },
  'state/corrupt': {
    remedy: 'stop',
    help: 'The snapshot before it is used where there is one; else start with a new state folder.',
  },
  'state/foreign': {
    remedy: 'stop',
    help: 'The state was made by another configuration: restore that, or begin with another state folder, or another `group`.',
  },
  'state/lost': {
    remedy: 'stop',
    help: 'Restore the changelog topic, or let the task start over: `on_foreign_state: start_over`.',
  },
  'kafka/partitions-changed': {
    remedy: 'stop',
    help: 'Keys may have moved: begin with a new `group`, or continue with `on_partition_change: extend`.',
  },
  'bundle/missing': {
    remedy: 'stop',
    help: 'A bundle is stored with the next checkpoint after the alert, and the newest `state.bundles` are kept.',
  },
  'bundle/unreadable': { remedy: 'stop', help: 'Download the bundle again.' },
  'bundle/version': { remedy: 'stop', help: 'Replay it with the version of Surprisal that its first line names.' },
  'bundle/differs': {
    remedy: 'stop',
    help: 'With the version and the engine that the first line of the bundle names, this is a bug; please report it with the bundle.',
  },
  'state/locked': {
    remedy: 'stop',
    help: 'Another process uses this state folder; stop it, or choose another folder.',
  },
  'state/exists': {
    remedy: 'stop',
    help: 'Choose another folder, or put the new state in its place with `--replace`: what the stream has learned is forgotten then.',
  },
  'state/disk-full': { remedy: 'stop', help: 'Free disk space and start again: nothing committed is lost.' },
  'state/io': { remedy: 'stop', help: 'Check the state folder and its disk; nothing committed is lost.' },
  'source/unreadable': { remedy: 'fix-config', help: 'Check that the source exists and may be read.' },
  'source/io': {
    remedy: 'stop',
    help: 'Check the disk, and the limit of open files of the process; nothing accepted is lost, and a new start continues.',
  },
  'source/truncated': {
    remedy: 'stop',
    help: 'Restore what was read already, or start with a new state folder. What is followed continues without; rotate it within its folder.',
  },
  'source/unusable': {
    remedy: 'stop',
    help: 'See the rejected records above: correct the mapping, or the file.',
  },
  'pipeline/not-running': {
    remedy: 'retry',
    help: 'The stream restores its state, or has ended; give the verdict while it runs.',
  },
  'server/no-verdict': {
    remedy: 'fix-config',
    help: 'The alert cannot be given a verdict; the message says why.',
  },
  'server/busy': { remedy: 'retry', help: 'Try again in a moment.' },
  'server/what-if': {
    remedy: 'fix-config',
    help: 'Try it with fewer rows (`server.page.points`), or with `surprisal diff` and a file.',
  },
  'source/full': { remedy: 'retry', help: 'The buffer is full; send again after the time given.' },
  'registry/unreachable': { remedy: 'retry', help: 'Surprisal retries; if it lasts, check `schema_registry.url`.' },
  'registry/refused': { remedy: 'fix-config', help: 'Correct `schema_registry`: its url, its login, its tls.' },
  'server/port-in-use': {
    remedy: 'fix-config',
    help: 'Choose another `server.port`, or stop what listens there.',
  },
  'server/tls': {
    remedy: 'fix-config',
    help: 'Correct `server.tls`: a certificate with those between it and its authority, and its key, as PEM files.',
  },
  'sink/unavailable': { remedy: 'retry', help: 'The sink is not available; Surprisal retries.' },
  'sink/rejected': { remedy: 'skip-record', help: 'The sink rejected this output; it is dead-lettered.' },
  'sink/given-up': {
    remedy: 'skip-record',
    help: 'All retries failed; the output is dead-lettered. Find out what is wrong with the sink.',
  },
  'sink/gone': {
    remedy: 'stop',
    help: 'The receiver answered 410 Gone: correct or remove the sink, then restart. Pending outputs are kept.',
  },
  'sink/misconfigured': { remedy: 'fix-config', help: 'Correct the address, the path or the login of the sink.' },
  'kafka/unreachable': {
    remedy: 'retry',
    help: 'Surprisal retries; if it lasts, check `kafka.brokers`, the network and the brokers.',
  },
  'kafka/login-refused': { remedy: 'fix-config', help: 'Correct `kafka.sasl`: mechanism, user name, password.' },
  'kafka/tls': { remedy: 'fix-config', help: 'Correct `kafka.tls`, or the certificates of the brokers.' },
  'kafka/no-topic': { remedy: 'fix-config', help: 'Create the topic, or correct its name.' },
  'kafka/not-allowed': { remedy: 'fix-config', help: 'Give the user of `kafka.sasl` the right (an ACL) to it.' },
  'kafka/fenced': {
    remedy: 'retry',
    help: 'Another member has taken over; this one continues with the partitions that it is assigned.',
  },
  'kafka/commit-too-long': {
    remedy: 'retry',
    help: 'Surprisal retries; if it lasts, raise `kafka.transaction_timeout` (brokers allow 15 minutes by default), or spread the series over more partitions.',
  },
  'kafka/offset-out-of-range': {
    remedy: 'stop',
    help: 'Records were deleted before they were read: set `on_lost_offset` to where to continue.',
  },
  'kafka/records-gone': {
    remedy: 'stop',
    help: 'Keep records back to the newest checkpoint (no `cleanup.policy=compact`, a longer retention); to continue with what is left, set `on_lost_offset`.',
  },
  'kafka/topic-recreated': {
    remedy: 'stop',
    help: 'Set `on_lost_offset: earliest` or `latest` to continue with the new topic and what was learned, or begin with a new `group`.',
  },
  'kafka/offset-moved': {
    remedy: 'stop',
    help: 'Set `on_moved_offset: follow` to read from there, or `ignore` to continue as if nobody had.',
  },
  'kafka/timeout-refused': {
    remedy: 'fix-config',
    help: 'Choose one within `group.min.session.timeout.ms` to `group.max.session.timeout.ms`, or below `transaction.max.timeout.ms`, of the brokers.',
  },
  'kafka/too-large': { remedy: 'fix-config', help: 'Raise `max.message.bytes` of the topic, or write less at once.' },
  'kafka/corrupt': {
    remedy: 'stop',
    help: 'Find out what wrote it. To continue without it, stop all members, move the group past it (`kafka-consumer-groups --reset-offsets --to-offset`), and start with `on_moved_offset: follow`.',
  },
  'kafka/unavailable': { remedy: 'retry', help: 'Brokers temporarily unavailable; Surprisal retries.' },
  'cli/unwritable': { remedy: 'fix-config', help: 'Check that the file may be written and that the disk is not full.' },
  'cli/no-run': {
    remedy: 'fix-config',
    help: 'Start the run of this configuration; the command asks its server, at `server.host` and `server.port`.',
  },
  'cli/bad-flag': { remedy: 'fix-config', help: 'Correct the flag; `--help` lists them all.' },
} as const satisfies Record<string, Code>;

/** A key of the table. */
export type FailureCode = keyof typeof codes;
