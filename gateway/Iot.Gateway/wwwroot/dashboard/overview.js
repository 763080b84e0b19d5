// The overview page.
import { connect } from './connection.js';
import { showAttention } from './attention.js';
import { showOverview } from './strip.js';
import * as fleet from './fleet.js';

const filter = document.getElementById('filter');

const live = connect({
  overview(frame) {
    showOverview(frame);
    showAttention(frame.attention);
  },
  fleet(frame) { fleet.showFleet(frame, filter.value.trim()); },
});

let typing = 0;
filter.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => live.open({ filter: filter.value.trim() }), 250);
});
