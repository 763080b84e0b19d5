// Users and keys: how long ago each was used, and a new key copied.
import { copyButtons } from './copying.js';
import { refreshTimes } from './format.js';

refreshTimes();
setInterval(refreshTimes, 1000);
copyButtons();
