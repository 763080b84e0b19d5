// The page of sinks: what each is owed, what keeps it, and a range to be sent again. All figures come by the live connection.
import { connect } from '../connection.js';
import { showSinks } from './cards.js';
import { showSpool, showStore, showBackup } from './store.js';
import * as replay from './replay.js';

replay.start();
connect({
  sinks(frame) {
    showSinks(frame.sinks);
    showSpool(frame.spool);
    showStore(frame.store);
    showBackup(frame.backupBytes);
    replay.show(frame.sinks.map(sink => sink.name), frame.replays, frame.spool);
  },
}, { sinks: true });
