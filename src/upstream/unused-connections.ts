import type { buildConnector } from 'undici';

/** A connection is opened for a call that waits; one that has sent nothing by now was opened for a call that was aborted. */
const UNUSED_MS = 2_000;

/**
 * Closes connections that nothing is sent on. After the abort of a running call, undici connects once more before it sees that nobody waits, and would
 * keep that connection for a minute: every client that leaves would cost one.
 */
export function closingUnused(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) { callback(error, null); return; }
      const before = socket.bytesWritten;
      setTimeout(() => { if (socket.bytesWritten === before) socket.destroy(); }, UNUSED_MS).unref();
      callback(null, socket);
    });
  };
}
