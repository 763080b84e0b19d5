// How the page stands with the gateway: the pill on top, and the notice that what is shown is old.
import { Live } from './live.js';
import { refreshTimes, setGatewayTime, setText } from './format.js';

let lastFrame = '';

/**
 * Opens the live connection.
 * @param on handlers of overview, fleet, devices, sinks, device, gaps and values; those left out are not needed.
 * @param query what /api/v1/live is asked
 */
export function connect(on, query = {}) {
  const live = new Live({
    ...on,
    state: showState,
    overview(frame) {
      lastFrame = new Date().toLocaleTimeString();
      setGatewayTime(frame.at);
      on.overview?.(frame);
    },
  });
  live.open(query);
  setInterval(refreshTimes, 1000);
  return live;
}

function showState(state) {
  const pill = document.getElementById('connection');
  pill.dataset.state = state;
  setText(pill, state === 'lost' ? 'connection lost' : state);
  document.body.classList.toggle('stale', state === 'lost');
  const stale = document.getElementById('stale');
  stale.hidden = state !== 'lost';
  if (state === 'lost') setText(stale, `The gateway does not answer. ${lastFrame && `What is below is from ${lastFrame}; `}trying again …`);
}
