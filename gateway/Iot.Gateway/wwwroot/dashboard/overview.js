// The overview page.
import { connect } from './connection.js';
import { setText } from './format.js';
import { showOverview } from './strip.js';
import * as fleet from './fleet.js';

const filter = document.getElementById('filter');

function showSecurityHint({ open }) {
  const hint = document.getElementById('security-hint');
  hint.hidden = open === 0;
  setText(hint.firstElementChild, `${open === 1 ? 'One security event is' : `${open} security events are`} open: look at what was seen`);
}

const live = connect({
  overview(frame) {
    showOverview(frame);
    showSecurityHint(frame.security);
  },
  fleet(frame) { fleet.showFleet(frame, filter.value.trim()); },
});

let typing = 0;
filter.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => live.open(null, filter.value.trim()), 250);
});
