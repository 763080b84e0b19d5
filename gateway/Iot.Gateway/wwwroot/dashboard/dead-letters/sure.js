// Asks before letters go for good.
import { confirmed } from '../acts.js';
import { setText } from '../format.js';

const at = id => document.getElementById(id);

export function sure(title, text) {
  setText(at('sure-title'), title);
  setText(at('sure-text'), text);
  return confirmed(at('sure'));
}
