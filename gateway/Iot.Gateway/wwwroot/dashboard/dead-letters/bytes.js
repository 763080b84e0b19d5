// The bytes of a message as text or hex: the start of them, more when asked. Nothing of it is ever markup.
import { bytes as size, setText } from '../format.js';

const at = id => document.getElementById(id);
const first = 4096;
const most = 65536;
let shown = new Uint8Array();
let limit = first;
let mark = -1;
let url = '';

export function start() {
  at('bytes-as').addEventListener('change', show);
  at('bytes-all').addEventListener('click', () => {
    limit = most;
    show();
    at('bytes').focus();
  });
}

/** @param badByte where reading failed, or -1. */
export function put(base64, note, name, badByte) {
  shown = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  limit = first;
  mark = badByte;
  URL.revokeObjectURL(url);
  url = URL.createObjectURL(new Blob([shown], { type: 'application/octet-stream' }));
  at('bytes-file').href = url;
  at('bytes-file').download = name;
  at('bytes-file').hidden = shown.length === 0;
  setText(at('bytes-count'), note ?? size(shown.length));
  show();
}

function show() {
  const part = shown.subarray(0, limit);
  const isHex = document.querySelector('input[name=bytes]:checked').value === 'hex';
  const box = at('bytes');
  box.hidden = part.length === 0;
  box.classList.toggle('hex', isHex);
  if (isHex) box.textContent = hex(part);
  else showText(box, part);
  at('bytes-all').hidden = limit >= Math.min(shown.length, most);
}

function showText(box, part) {
  if (mark < 0 || mark >= part.length) {
    box.textContent = text(part);
    return;
  }
  const bad = document.createElement('mark');
  bad.textContent = text(part.subarray(mark, mark + 1));
  bad.title = `Byte ${mark}: here reading ended`;
  box.replaceChildren(text(part.subarray(0, mark)), bad, text(part.subarray(mark + 1)));
}

// Control characters get their pictures, so that none is overlooked; lines stay lines.
const text = part => new TextDecoder().decode(part).replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, c => c === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + c.charCodeAt(0)));

function hex(part) {
  const lines = [];
  for (let i = 0; i < part.length; i += 16) {
    const row = [...part.subarray(i, i + 16)];
    lines.push(`${i.toString(16).padStart(6, '0')}  ${row.map(b => b.toString(16).padStart(2, '0')).join(' ').padEnd(47)}  ${row.map(b => b > 31 && b < 127 ? String.fromCharCode(b) : '·').join('')}`);
  }
  return lines.join('\n');
}
