// Which time the chart covers.
const spans = { '15m': 900e3, '1h': 3600e3, '6h': 6 * 3600e3, '24h': 86400e3 };
const steps = [['1s', 1e3], ['2s', 2e3], ['5s', 5e3], ['10s', 10e3], ['30s', 30e3], ['1m', 60e3], ['2m', 120e3], ['5m', 300e3],
  ['15m', 900e3], ['30m', 1800e3], ['1h', 3600e3], ['3h', 3 * 3600e3], ['6h', 6 * 3600e3], ['1d', 86400e3], ['7d', 7 * 86400e3]];
const mostPoints = 500;

const form = document.getElementById('custom');
const from = document.getElementById('custom-from');
const to = document.getElementById('custom-to');
const radios = [...document.querySelectorAll('#ranges input')];

/** from and to are null for a range that moves with the clock. */
export function chosenRange() {
  const id = radios.find(radio => radio.checked).value;
  if (id !== 'custom') return { span: spans[id], from: null, to: null, address: { range: id } };
  const [start, end] = [Date.parse(from.value), Date.parse(to.value)];
  return { span: end - start, from: start, to: end, address: { range: id, from: start / 1000, to: end / 1000 } };
}

/** The narrowest bucket that keeps the number of points small; null text for readings as they are. */
export function stepFor(span) {
  if (span <= 120e3) return { text: null, ms: 1e3 };
  const [text, ms] = steps.find(([, width]) => span / width <= mostPoints) ?? steps.at(-1);
  return { text, ms };
}

export function startRanges(address, changed) {
  const wanted = radios.find(radio => radio.value === address.get('range')) ?? radios[1];
  wanted.checked = true;
  setCustom(Number(address.get('from')) * 1000 || Date.now() - spans['1h'], Number(address.get('to')) * 1000 || Date.now());
  form.hidden = wanted.value !== 'custom';
  document.getElementById('custom-zone').textContent = `in ${Intl.DateTimeFormat().resolvedOptions().timeZone} time`;

  for (const radio of radios) {
    radio.addEventListener('change', () => {
      form.hidden = radio.value !== 'custom';
      if (radio.value !== 'custom') changed();
      else from.focus();
    });
  }
  form.addEventListener('submit', event => {
    event.preventDefault();
    to.setCustomValidity(Date.parse(from.value) < Date.parse(to.value) ? '' : 'The end must come after the start.');
    if (form.reportValidity()) changed();
  });
  to.addEventListener('input', () => to.setCustomValidity(''));
}

function setCustom(start, end) {
  const local = t => new Date(t - new Date(t).getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  from.value = local(start);
  to.value = local(end);
}
